/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Unread counts of one person in one room (spec "Receiving notifications"): what came after their read position,
 * others' events only, judged by their push rules. An own event counts as having read up to it.
 */
#ifndef SYNC_UNREAD_H
#define SYNC_UNREAD_H

#include "store/events.h"
#include "sync/request.h"

struct unread {
    int64_t notify, highlight;
};

enum rc unread_count(struct sync_request *request, const struct room *room, const struct user_room *mine,
                     struct unread *ret_unread) MUST_USE;

#endif
