/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef STORE_ROOMS_PRIVATE_H
#define STORE_ROOMS_PRIVATE_H

#include "store/rooms.h"
#include "store/store_private.h"

/*
 * A run of events in order of position. `filled` is the writer's: slots behind what a snapshot counts may be filled
 * for a newer one. A slot is never changed while filled.
 */
struct room_chunk {
    _Atomic uint32_t refs;
    size_t filled;
    const struct event *events[ROOM_CHUNK]; /* one reference each */
};

struct room_chunk *room_chunk_new(void);
struct room_chunk *room_chunk_ref(struct room_chunk *chunk);
void room_chunk_unref(struct room_chunk **chunk);
/* A copy of the first `count` events. */
struct room_chunk *room_chunk_copy(const struct room_chunk *chunk, size_t count);

extern const struct cache_kind room_kind;

/* A copy of a snapshot to be changed before anyone else sees it: one reference, everything it holds shared. */
struct room *room_next(const struct room *room);
/* Before it is seen. Takes over the caller's reference to state. */
void room_set_state(struct room *room, struct room_state *state);
/* Puts an event behind the timeline; takes a reference of its own. */
void room_append(struct room *room, const struct event *event);
/* In the timeline, the event of the same position is replaced. */
void room_replace_event(struct room *room, const struct event *event);
/* An empty room: no state, no events, one reference. */
struct room *room_new(uint64_t nid, str room_id, const struct room_version *version);

/* The rooms a query yields by number, in the arena; ends the query. */
enum rc room_nids_read(struct tx *tx, struct db_query *q, uint64_t **ret_nids, size_t *ret_count) MUST_USE;

/* From disk, with one reference. */
enum rc room_load(struct tx *tx, uint64_t nid, const struct room **ret_room) MUST_USE;

/* WRITE. The working snapshot changes: takes over the caller's reference; *room_in_out lives as long as the arena. */
void rooms_put(struct tx *tx, const struct room **room_in_out, struct room *next);
/* Holds a reference for the life of the arena. */
void rooms_hold(struct tx *tx, const struct room *room);

#endif
