/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How far people have read: one row per room, user, kind and thread, that only ever moves forward.
 * A public receipt is everybody's to see, a private one only its owner's.
 */
#ifndef STORE_RECEIPTS_H
#define STORE_RECEIPTS_H

#include "store/rooms.h"

enum receipt_kind { RECEIPT_PUBLIC, RECEIPT_PRIVATE };

/* thread: empty: unthreaded; "main": the main timeline; else the thread root's event id (spec "Threaded read
 * receipts"). */
struct receipt {
    uint64_t user_nid;
    enum receipt_kind kind;
    str thread;
    str event_id;
    int64_t event_pos;
    int64_t ts_ms;
    int64_t pos; /* of the change */
};

/* WRITE. *ret_moved false: the receipt stands at that event or behind it already, nothing changed. */
enum rc receipts_set(struct tx *tx, const struct room **room_in_out, uint64_t user_nid, enum receipt_kind kind,
                     str thread, const struct event *event, bool *ret_moved) MUST_USE;
/* Receipts with from < pos ≤ to that reader may see (its own private ones only), in the order of change. */
enum rc receipts_changes(struct tx *tx, const struct room *room, uint64_t reader_nid, int64_t from, int64_t to,
                         struct receipt **ret_receipts, size_t *ret_count) MUST_USE;
/* The same with everybody's private ones: whoever asks must give each to its owner only. */
enum rc receipts_changes_of_all(struct tx *tx, const struct room *room, int64_t from, int64_t to,
                                struct receipt **ret_receipts, size_t *ret_count) MUST_USE;
/* The position up to which the user has read the main timeline: the furthest of its unthreaded and "main" receipts of
 * either kind. 0: never. */
enum rc receipts_read_pos(struct tx *tx, const struct room *room, uint64_t user_nid, int64_t *ret_pos) MUST_USE;
/* All the user's receipts in the room. */
enum rc receipts_of_user(struct tx *tx, const struct room *room, uint64_t user_nid, struct receipt **ret_receipts,
                         size_t *ret_count) MUST_USE;

#endif
