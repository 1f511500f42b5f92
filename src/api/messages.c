/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Getting events for a room": GET …/messages, …/context/{eventId}, …/event/{eventId}. */
#include "api/history.h"

#include <stdlib.h>

enum { DEFAULT_LIMIT = 10, MAX_LIMIT = 1000, MAX_CONTEXT = 100 };

/* limit of the query, else of the filter, else the default; what is above the maximum is cut. */
static enum rc page_limit(struct call *call, const struct event_filter *filter, size_t max, size_t *ret_limit)
{
    int64_t limit;
    int64_t fallback = filter->limit > 0 && filter->limit != FILTER_DEFAULT_LIMIT ? filter->limit : DEFAULT_LIMIT;
    TRY(call_query_i64(call, "limit", fallback, 0, INT64_MAX, &limit));
    *ret_limit = (size_t)limit < max ? (size_t)limit : max;
    return RC_OK;
}

static enum rc direction(struct call *call, bool *ret_backwards)
{
    str dir = call_query(call, "dir");
    *ret_backwards = str_eq(dir, S("b"));
    if (!*ret_backwards && !str_eq(dir, S("f")))
        return call_fail(call, 400, dir.ptr ? "M_INVALID_PARAM" : "M_MISSING_PARAM", "dir must be b or f.");
    return RC_OK;
}

/* ---- messages ---- */

static enum rc get_messages(struct call *call)
{
    struct room_view view;
    struct bundle_reader reader;
    struct event_filter filter;
    struct history_query query = {.view = &view, .reader = &reader, .filter = &filter};
    int64_t from, to;
    TRY(direction(call, &query.backwards));
    TRY(history_filter_param(call, &filter));
    TRY(page_limit(call, &filter, MAX_LIMIT, &query.limit));
    TRY(room_view_open(call, call->params[0], &view));
    TRY(room_view_reader(call, &view, true, &reader));
    TRY(history_token_param(call, "from", query.backwards ? view.until : 0, &from));
    TRY(history_token_param(call, "to", query.backwards ? 0 : INT64_MAX, &to));
    query.from = query.backwards ? to : from;
    query.to = query.backwards ? from : to;
    struct history_page page = {.ended = true};
    if (event_filter_allows_room(&filter, view.room->room_id))
        TRY(history_read(call, &query, &page));

    struct strbuf *out = &call->out;
    strbuf_add(out, S("{\"chunk\":"));
    TRY(bundle_add_events(&reader, page.events, page.count, true, out));
    strbuf_add_char(out, ',');
    history_token_add(out, "start", from);
    /* Forwards there may be more tomorrow: the end is only left out when there was nothing at all. */
    if (!page.ended || (!query.backwards && page.count)) {
        strbuf_add_char(out, ',');
        history_token_add(out, "end", page.next);
    }
    if (filter.lazy_load_members) {
        strbuf_add(out, S(",\"state\":"));
        history_add_senders(view.room->state, call->arena, page.events, page.count, out);
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* ---- context ---- */

/* ,"state":[…]: the state at the last event returned. */
static enum rc add_context_state(struct call *call, const struct room_view *view, bool lazy, int64_t pos,
                                 const struct event *const *events, size_t count)
{
    const struct room_state *state = view->room->state;
    if (pos < view->room->last_pos) {
        struct room_state *then;
        TRY(events_full_state_at(call->tx, view->room, pos, &then));
        state = then;
    }
    struct strbuf *out = &call->out;
    strbuf_add(out, S(",\"state\":["));
    bool any = history_add_state(state, lazy, out);
    if (lazy) {
        struct strbuf senders = STRBUF_INIT;
        history_add_senders(state, call->arena, events, count, &senders);
        str inner = str_skip(str_head(strbuf_str(&senders), senders.len - 1), 1);
        if (inner.len && any)
            strbuf_add_char(out, ',');
        strbuf_add(out, inner);
        strbuf_fini(&senders);
    }
    strbuf_add_char(out, ']');
    return RC_OK;
}

static enum rc get_context(struct call *call)
{
    struct room_view view;
    struct bundle_reader reader;
    struct event_filter filter;
    const struct event *event;
    size_t limit;
    TRY(history_filter_param(call, &filter));
    TRY(page_limit(call, &filter, MAX_CONTEXT, &limit));
    TRY(room_view_open(call, call->params[0], &view));
    TRY(room_view_event(call, &view, call->params[1], &event));
    TRY(room_view_reader(call, &view, true, &reader));

    struct history_query query = {.view = &view, .reader = &reader, .filter = &filter};
    struct history_page before = {.next = event->pos - 1}, after = {.next = event->pos};
    query.limit = limit / 2;
    query.backwards = true;
    query.to = event->pos - 1;
    if (query.limit)
        TRY(history_read(call, &query, &before));
    query.limit = limit - limit / 2;
    query.backwards = false;
    query.from = event->pos;
    query.to = INT64_MAX;
    if (query.limit)
        TRY(history_read(call, &query, &after));

    struct strbuf *out = &call->out;
    strbuf_add(out, S("{\"event\":"));
    TRY(bundle_add_event(&reader, event, true, out));
    strbuf_add(out, S(",\"events_before\":"));
    TRY(bundle_add_events(&reader, before.events, before.count, true, out));
    strbuf_add(out, S(",\"events_after\":"));
    TRY(bundle_add_events(&reader, after.events, after.count, true, out));
    strbuf_add_char(out, ',');
    history_token_add(out, "start", before.next);
    strbuf_add_char(out, ',');
    history_token_add(out, "end", after.next);

    const struct event **all = arena_array(call->arena, const struct event *, before.count + after.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < before.count; i++)
        all[count++] = before.events[i];
    all[count++] = event;
    for (size_t i = 0; i < after.count; i++)
        all[count++] = after.events[i];
    TRY(add_context_state(call, &view, filter.lazy_load_members, all[count - 1]->pos, all, count));
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* ---- event ---- */

static enum rc get_event(struct call *call)
{
    struct room_view view;
    struct bundle_reader reader;
    const struct event *event;
    TRY(room_view_open(call, call->params[0], &view));
    TRY(room_view_event(call, &view, call->params[1], &event));
    TRY(room_view_reader(call, &view, true, &reader));
    return bundle_add_event(&reader, event, true, &call->out);
}

#define ROOM_GET(operation, address, handler)                                                                          \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = "/_matrix/client/v3/rooms/{roomId}/" address,                   \
        .auth = AUTH_GUEST_TOO, .exec = EXEC_READ, .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, \
        .run = handler                                                                                                 \
    }

static const struct endpoint endpoints[] = {
    ROOM_GET("getRoomEvents", "messages", get_messages),
    ROOM_GET("getEventContext", "context/{eventId}", get_context),
    ROOM_GET("getOneRoomEvent", "event/{eventId}", get_event),
};

extern const struct endpoint_module messages_module;
const struct endpoint_module messages_module = ENDPOINT_MODULE(endpoints);
