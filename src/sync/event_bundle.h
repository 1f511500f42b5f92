/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What the server adds to an event for one reader, its `unsigned`: age, transaction_id, membership, prev_content,
 * redacted_because, and the aggregated relations m.replace, m.thread and m.reference (spec "Aggregations of child
 * events"). Events are immutable; this is made anew for each reading.
 *
 * Cheap when there is nothing to aggregate: a child always comes after its parent, so for an event of the room's
 * timeline the timeline alone can tell; only older ones cost a look-up.
 */
#ifndef SYNC_EVENT_BUNDLE_H
#define SYNC_EVENT_BUNDLE_H

#include "store/account_data.h"
#include "store/events.h"
#include "store/users.h"

struct bundle_reader {
    struct tx *tx;
    const struct room *room;
    str user_id; /* empty: nobody in particular */
    uint64_t user_nid;
    uint64_t device_nid; /* whose transaction ids to show */
    /* What of the children may be seen, and the membership of each moment. NULL: the reader has been joined since
     * before each event asked about and may see all of them. */
    const struct visibility *visibility;
    const struct ignored_users *ignored; /* their children do not count; NULL: nobody is ignored */
    int64_t now_ms;
};

/* Appends {"age":…,…}. */
enum rc bundle_add_unsigned(const struct bundle_reader *reader, const struct event *event, struct strbuf *buf) MUST_USE;
/* Appends the whole event in client form, with its unsigned. */
enum rc bundle_add_event(const struct bundle_reader *reader, const struct event *event, bool with_room_id,
                         struct strbuf *buf) MUST_USE;
/* Appends [event,…]. */
enum rc bundle_add_events(const struct bundle_reader *reader, const struct event *const *events, size_t count,
                          bool with_room_id, struct strbuf *buf) MUST_USE;

#endif
