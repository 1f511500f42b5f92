/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a person was, or would have been, notified of (spec "Listing Notifications"), newest first.
 *
 * Found, not kept: a message in a room of ten thousand would otherwise write ten thousand rows, most of which nobody
 * ever asks for, and each of them a trace of somebody's attention to be exported, expired and erased. So the person's
 * rooms are walked together from a position backwards, and each event is judged by their rules as they are now. What
 * was redacted, has expired or may not be seen is not there, since nothing but the event itself says that it was.
 */
#ifndef SYNC_NOTIFIED_H
#define SYNC_NOTIFIED_H

#include "store/events.h"
#include "sync/request.h"

enum { NOTIFIED_SCAN_MAX = 500 }; /* events judged in one page */

struct notified {
    const struct room *room;
    const struct event *event;
    const struct visibility *visibility; /* the reader's, in the room */
    str actions;                         /* JSON array */
    bool read;
};

struct notified_query {
    int64_t upto; /* the newest position looked at */
    bool highlights_only;
    size_t limit;
};

struct notified_page {
    struct notified *items;
    size_t count;
    int64_t next; /* where to go on; 0: there is nothing further. A page may be empty and have one */
};

/* request: tx, arena, user, live, reckoning, judge; next.pos: where the stream stood. */
enum rc notified_read(struct sync_request *request, const struct notified_query *query,
                      struct notified_page *ret_page) MUST_USE;

#endif
