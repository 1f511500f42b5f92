/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Walking through a room's history for one reader: a bounded number of events, through visibility, the people they
 * ignore and a filter. Pagination tokens are positions: a page backwards from P has events at or before P, a page
 * forwards those after it.
 */
#ifndef API_HISTORY_H
#define API_HISTORY_H

#include "api/room_access.h"
#include "sync/filter.h"

struct history_query {
    const struct room_view *view;
    const struct bundle_reader *reader;
    const struct event_filter *filter; /* NULL: everything */
    int64_t from, to;                  /* from < pos ≤ to */
    bool backwards;
    size_t limit;
};

struct history_page {
    const struct event **events;
    size_t count;
    int64_t next; /* where to go on in the same direction */
    bool ended;   /* there is nothing further that way */
};

enum rc history_read(struct call *call, const struct history_query *query, struct history_page *ret_page) MUST_USE;

/* A position from a query parameter: any token of ours, of /sync or of pages. fallback when absent; RC_INVALID. */
enum rc history_token_param(struct call *call, const char *name, int64_t fallback, int64_t *ret_pos) MUST_USE;
/* ,"name":"t<pos>" without the comma. */
void history_token_add(struct strbuf *buf, const char *name, int64_t pos);
/* The `filter` query parameter: a RoomEventFilter as JSON. Absent: lets everything through. */
enum rc history_filter_param(struct call *call, struct event_filter *ret_filter) MUST_USE;
/* Appends [event,…]: the member events of those who sent any of these (spec "Lazy-loading room members"). */
void history_add_senders(const struct room_state *state, struct arena *arena, const struct event *const *events,
                         size_t count, struct strbuf *buf);

/* Appends the state's events in client form, comma-separated, in no order; but_members: without the member events.
 * True if there were any. */
bool history_add_state(const struct room_state *state, bool but_members, struct strbuf *buf);

#endif
