/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The stream as numbers: which events stand in it, without opening what is sealed. */
#ifndef STORE_STREAM_H
#define STORE_STREAM_H

#include "store/tx.h"

struct stream_item {
    int64_t pos;
    uint64_t room_nid, sender_nid;
    uint64_t target_nid; /* m.room.member: the user of the state key; else 0 */
    size_t size;         /* sealed, bytes */
};

/* Up to limit events with from < pos ≤ to, in the stream's order. */
enum rc stream_scan(struct tx *tx, int64_t from, int64_t to, size_t limit, struct stream_item *ret_items,
                    size_t *ret_count) MUST_USE;

#endif
