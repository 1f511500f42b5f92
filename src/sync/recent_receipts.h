/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The receipts that moved of late, read once for all of a room's listeners: each receipt wakes every one of them, and
 * all ask the store the same question. One per loop, touched by its thread only.
 */
#ifndef SYNC_RECENT_RECEIPTS_H
#define SYNC_RECENT_RECEIPTS_H

#include "store/receipts.h"

struct recent_receipts;

struct recent_receipts *recent_receipts_new(void);
void recent_receipts_free(struct recent_receipts **recent);
/* Lets go of everything. To be called now and then, so that none is kept for long. */
void recent_receipts_forget(struct recent_receipts *recent);

/* The same as receipts_changes(). The list is the tx's arena's, its texts live until the next call. */
enum rc recent_receipts_changes(struct recent_receipts *recent, struct tx *tx, const struct room *room,
                                uint64_t reader_nid, int64_t from, int64_t to, struct receipt **ret_receipts,
                                size_t *ret_count) MUST_USE;

#endif
