/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The outbox's rows. */
#ifndef NOTIFY_OUTBOX_ROWS_H
#define NOTIFY_OUTBOX_ROWS_H

#include "notify/outbox.h"

enum { OUTBOX_BATCH = 32 };

struct outbox_row {
    uint64_t nid;
    struct outgoing message;
};

/* All are WRITE. */
enum rc outbox_rows_add(struct tx *tx, const struct outgoing *message) MUST_USE;
/* Those of the channel that are due now, with their next try put off: what a crash interrupts comes again. Lapsed ones
 * are removed. *ret_next_ms: when to look again at the latest (wall clock). */
enum rc outbox_rows_claim(struct tx *tx, str channel, struct outbox_row **ret_rows, size_t *ret_count,
                          int64_t *ret_next_ms) MUST_USE;
enum rc outbox_rows_remove(struct tx *tx, uint64_t nid) MUST_USE;

#endif
