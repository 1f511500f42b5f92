/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The rows of the queue, between push_queue.c and push_crowd.c. `whose` is a user's number, or of a room's crowd the
 * room's, negated.
 */
#ifndef STORE_PUSH_QUEUE_PRIVATE_H
#define STORE_PUSH_QUEUE_PRIVATE_H

#include "base/vec.h"
#include "store/push_queue.h"

struct push_dues {
    struct push_due *items;
    size_t count, capacity;
};

enum rc push_queue_insert(struct tx *tx, int64_t whose, const struct push_due *due) MUST_USE;
enum rc push_queue_drop_surplus(struct tx *tx, int64_t whose) MUST_USE;
/* What crowds the user was in are still to be told, behind a position, in no order. The caller frees the items, also
 * after an error. */
enum rc push_crowd_list(struct tx *tx, uint64_t user_nid, int64_t after_pos, struct push_dues *dues) MUST_USE;

#endif
