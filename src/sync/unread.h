/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Unread counts of one person in one room (spec "Receiving notifications"): what came after their read position,
 * others' events only, judged by their push rules. An own event counts as having read up to it.
 */
#ifndef SYNC_UNREAD_H
#define SYNC_UNREAD_H

#include "store/events.h"
#include "sync/request.h"

enum { LOOK_BACK_MAX = 500 }; /* events judged one by one; before those, the room's running count has to do */

struct unread {
    int64_t notify, highlight;
};

enum rc unread_count(struct sync_request *request, const struct room *room, const struct user_room *mine,
                     struct unread *ret_unread) MUST_USE;

/* The same told apart by thread (spec "Threaded read receipts", unread_thread_notifications): what stands outside of
 * threads in *ret_main, and per thread root with something unread an entry, in the arena. */
struct unread_thread {
    str root;
    struct unread unread;
};
enum rc unread_count_threads(struct sync_request *request, const struct room *room, const struct user_room *mine,
                             struct unread *ret_main, struct unread_thread **ret_threads, size_t *ret_count) MUST_USE;

#endif
