/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What is said to whoever wakes an app (obligation 1.11): that something is new, in which room, by identifiers that
 * mean nothing to who is not in it, how loudly, and how much is unread. Nothing of what was written, by whom, or of
 * what kind it is; there is no member it could stand in.
 */
#ifndef WAKER_SAID_H
#define WAKER_SAID_H

#include "store/push_queue.h"
#include "store/pushers.h"
#include "sync/badge.h"

struct said {
    str event_id, room_id; /* empty: only the count has changed */
    bool highlight, sound, ring;
    bool hurried;   /* worth the battery of a telephone that sleeps */
    int64_t unread; /* messages, in all rooms */
};

/* *ret_worth false: there is nothing to say any more, it has been read, removed or is over. tx: READ. */
enum rc said_make(struct tx *tx, struct badges *badges, const struct push_due *due, struct said *ret_said,
                  bool *ret_worth) MUST_USE;

#endif
