/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Hot rooms. A `struct room` is a snapshot: immutable, reference-counted. Readers take the published one; the
 * writer builds the next from it (sharing nearly everything), and publishes it after the commit.
 *
 * The timeline holds the newest 32 to 64 events. It is two chunks; the writer appends behind what any snapshot
 * counts, so that a new snapshot costs O(1).
 */
#ifndef STORE_ROOMS_H
#define STORE_ROOMS_H

#include "store/store.h"

enum { ROOM_CHUNK = 32 };

struct room_chunk; /* private: append-only run of events */

struct room_typist {
    uint64_t user_nid;
    int64_t until_ms; /* steady clock */
};
struct room_typing { /* immutable, reference-counted */
    _Atomic uint32_t refs;
    size_t count;
    struct room_typist typists[];
};

struct room {
    _Atomic uint32_t refs;
    uint64_t nid;
    str room_id;
    const struct room_version *version;
    struct room_state *state;
    int64_t created_pos;
    int64_t last_pos;    /* of the newest event */
    int64_t receipt_pos; /* of the newest receipt */
    int64_t depth;
    str last_event_id;    /* the next event's prev_events */
    int64_t notify_total; /* events so far that notify under default push rules: unread counts are differences of it */
    int64_t lifetime_asked;           /* what its state says, or LIFETIME_UNSET (room/lifetime.h) */
    int64_t gone_pos, gone_total;     /* messages up to here are gone (store/lifetimes.h); notify_total at that place */
    bool listed;                      /* in the public directory */
    struct room_chunk *older, *newer; /* timeline; see room_timeline_at() */
    size_t newer_count;
    struct room_typing *typing; /* NULL: nobody */
    int64_t typing_serial; /* in-memory count, grows with each change of typing in any room; not kept over restarts */
};

struct room *room_ref(const struct room *room);
void room_unref(const struct room **room);
/* Events in the timeline, and the i-th, oldest first. Borrowed from the snapshot. */
size_t room_timeline_count(const struct room *room);
const struct event *room_timeline_at(const struct room *room, size_t i);

/* The room by number or id: loaded if it is not hot. In a WRITE tx the writer's working snapshot. The reference is
 * held for the caller until the tx's arena goes (registered there): do not unref. RC_NOT_FOUND. */
enum rc rooms_get(struct tx *tx, uint64_t nid, const struct room **ret_room) MUST_USE;
enum rc rooms_find(struct tx *tx, str room_id, const struct room **ret_room) MUST_USE;
/* Only its id: nothing is loaded for it. In the arena. */
enum rc rooms_id(struct tx *tx, uint64_t nid, str *ret_room_id) MUST_USE;

/* WRITE. Makes a room with its m.room.create event stored as first event. */
enum rc rooms_create(struct tx *tx, const struct room_version *version, struct event *create_event, uint64_t sender_nid,
                     const struct room **ret_room, struct error *err) MUST_USE;

/*
 * WRITE. The one way an event gets into a room: authorises (room_auth_check) against the working snapshot, gives it
 * the next position, seals and stores it with its indexes (id, room, state, relation, membership, txn), updates the
 * working snapshot, notes the notice. The draft's room_id, depth, prev_events, auth_events and (mostly)
 * origin_server_ts are filled in here. Membership changes keep the user's room list.
 */
struct room_send {
    struct event_draft draft;
    uint64_t sender_nid;
    uint64_t device_nid; /* 0: none */
    str txn_id;          /* empty: none */
    bool restricted_condition_met;
    bool keeps_time; /* the draft says when it happened (spec "Timestamp massaging"); everything that goes by time here,
                      * such as retention, goes by when the server took it */
    bool skip_auth;  /* the server itself, for notices and erasure */
    uint64_t recipient_nid; /* a message of the server's own account to one person, who is all the room is for: what it
                             * says is about them, so it is sealed under their key, exported and erased with the rest
                             * of theirs. 0: none, as of any other event */
};
/* *ret_event is borrowed from the new snapshot / tx. If the device has used txn_id for this before (the room and the
 * type, or the event to redact), *ret_event is NULL and *ret_event_id the earlier event's id. A state event equal to
 * the current one is stored anew all the same. RC_LIMITED: the room is in slow mode, and the sender has to wait
 * (store/slow_mode.h). */
enum rc rooms_send(struct tx *tx, const struct room **room_in_out, const struct room_send *send,
                   const struct event **ret_event, str *ret_event_id, struct error *err) MUST_USE;
/* WRITE. Replaces the stored target by its redacted form (rules of the version) everywhere: row, timeline, state. The
 * m.room.redaction event itself has been sent before. */
enum rc rooms_apply_redaction(struct tx *tx, const struct room **room_in_out, const struct event *target) MUST_USE;
/* WRITE. In memory only. */
void rooms_set_typing(struct tx *tx, const struct room **room_in_out, uint64_t user_nid,
                      int64_t timeout_ms /* 0: stopped */);
/* WRITE. */
enum rc rooms_set_listed(struct tx *tx, const struct room **room_in_out, bool listed) MUST_USE;
/* WRITE. Called by store/receipts.c. */
void rooms_note_receipt(struct tx *tx, const struct room **room_in_out, int64_t pos);
/* The newest typing_serial given out by this process. */
int64_t rooms_typing_serial(struct store *store);

/* Nids of all rooms in the public directory. */
enum rc rooms_listed(struct tx *tx, uint64_t **ret_nids, size_t *ret_count) MUST_USE;

#endif
