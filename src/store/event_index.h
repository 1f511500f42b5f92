/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The indexes of events beside their rows: by id, by transaction, by relation, the current state. */
#ifndef STORE_EVENT_INDEX_H
#define STORE_EVENT_INDEX_H

#include "store/event_row.h"

/* What relation.kind holds: an enum event_relation, or this for an m.room.redaction of the parent. */
enum { RELATION_REDACTION = 16 };

/* WRITE. Of a new event. */
enum rc event_index_add(struct tx *tx, const struct room *room, const struct event *event,
                        const struct event_keys *keys) MUST_USE;
/* WRITE. Forgets that it relates to anything. */
enum rc event_index_unrelate(struct tx *tx, const struct room *room, const struct event *event) MUST_USE;
/* The position of an event of the room. RC_NOT_FOUND. */
enum rc event_index_pos(struct tx *tx, const struct room *room, str event_id, int64_t *ret_pos) MUST_USE;
/* The room of the event, whatever its version: see events_find_room(). */
enum rc event_index_room(struct tx *tx, str event_id, uint64_t *ret_room_nid) MUST_USE;
/* Positions of the room's events with from < pos ≤ to (both capped at the snapshot's last), newest first when
 * backwards, else oldest first, up to limit; in the arena. */
enum rc event_index_range(struct tx *tx, const struct room *room, int64_t from, int64_t to, bool backwards,
                          size_t limit, int64_t **ret_positions, size_t *ret_count) MUST_USE;
/* The id of the event that was sent there under the transaction id. RC_NOT_FOUND. */
enum rc event_index_txn(struct tx *tx, const struct room *room, const struct txn_place *place, str txn_id,
                        str *ret_event_id) MUST_USE;

#endif
