/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An event's row: what stands in it in clear (numbers, hashes), what is sealed, and the way back. */
#ifndef STORE_EVENT_ROW_H
#define STORE_EVENT_ROW_H

#include "store/events.h"

/* In `flags`: sealed under the key of `target` (struct room_send, recipient_nid). A stored format. */
enum { EVENT_ROW_FOR_TARGET = 16 };

/* The columns event_row_open() reads, in its order. */
#define EVENT_COLUMNS "e.pos, e.sender, e.target, e.flags, e.ts, e.id, e.sealed, e.kept, e.notify_total"

/* What an event is found by besides its numbers. */
struct event_keys {
    str id;      /* 32 bytes */
    str skey;    /* state events: blind key of (type, state key); else ptr NULL */
    int64_t txn; /* events with an origin: keyed hash of it; else 0 */
};
enum rc event_keys_of(struct tx *tx, const struct room *room, const struct event *event,
                      struct event_keys *ret_keys) MUST_USE;
/* Where a transaction id holds besides the room (spec "Transaction identifiers": the device, and the path of the
 * request): among events of a type, or redactions of an event. */
struct txn_place {
    uint64_t device_nid;
    str type, redacts;
};
int64_t event_txn_key(struct tx *tx, const struct room *room, const struct txn_place *place, str txn_id);

/* WRITE. The event has its position and numbers. */
enum rc event_row_add(struct tx *tx, const struct room *room, const struct event *event, const struct event_keys *keys,
                      int64_t notify_total) MUST_USE;
/* WRITE. Puts the redacted form in the stored one's place. */
enum rc event_row_redact(struct tx *tx, const struct event *redacted) MUST_USE;
/* WRITE. Its lifetime is over: nothing stays but its place, its time and its hash. */
enum rc event_row_bury(struct tx *tx, int64_t pos) MUST_USE;
bool event_row_is_gone(int64_t flags);
/* An m.room.message, by what its row says in clear. */
bool event_row_is_message(int64_t flags);
/* The event of the query's current row: one reference for the caller. */
enum rc event_row_open(struct tx *tx, const struct room *room, const struct db_query *row,
                       const struct event **ret_event) MUST_USE;

/* Blind key of (type, state key) in the arena. */
str event_skey(struct tx *tx, str type, str state_key);
/* An id as the room writes it ↔ the 32 bytes of the hash. RC_NOT_FOUND: another form, so there is no such event. */
enum rc event_id_bytes(struct tx *tx, const struct room *room, str event_id, str *ret_bytes) MUST_USE;
str event_id_text(struct tx *tx, const struct room *room, str bytes);
/* Its first eight bytes, to look up by. */
int64_t event_id8(str bytes);

/* The event at a position of the room, from its row: one reference. RC_NOT_FOUND. */
enum rc event_row_read(struct tx *tx, const struct room *room, int64_t pos, const struct event **ret_event,
                       int64_t *ret_notify_total /* may be NULL */) MUST_USE;

/* Holds a reference the caller owns until the arena goes. */
void events_hold(struct tx *tx, const struct event *event);

#endif
