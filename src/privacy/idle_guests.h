/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Guests who do not come back: nobody will ever sign in as them, so what is held of them has no purpose any more
 * (obligation 4.2). */
#ifndef PRIVACY_IDLE_GUESTS_H
#define PRIVACY_IDLE_GUESTS_H

#include "store/tx.h"

enum { IDLE_GUESTS_TURN = 100 };

/* WRITE. Of guests behind number *after_in_out, a bounded number of those not seen for idle_ms: their erasure is asked
 * for, due now, and is on their record. Who is held by law waits for it like anybody (store/holds.h). *after_in_out:
 * where to go on, 0 after the last. ret_found: how many. */
enum rc idle_guests_turn(struct tx *tx, int64_t idle_ms, uint64_t *after_in_out, size_t *ret_found) MUST_USE;

#endif
