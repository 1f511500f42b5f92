/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "GET /_matrix/client/v1/rooms/{roomId}/timestamp_to_event": the nearest event the caller may see. */
#include "api/room_access.h"

enum { MAX_STEPS = 500 };

static enum rc nothing_there(struct call *call)
{
    return call_fail(call, 404, "M_NOT_FOUND", "There is no event on that side of that time.");
}

/* From a found event on in the same direction to the first one that is visible. */
static enum rc first_visible(struct call *call, const struct room_view *view, const struct event *event, bool forward,
                             const struct event **ret_event)
{
    if (visibility_allows(view->visibility, event)) {
        *ret_event = event;
        return RC_OK;
    }
    struct event_list list;
    /* Who has left looks back from there, however much came after. */
    int64_t back_from = event->pos - 1 < view->until ? event->pos - 1 : view->until;
    TRY(events_range(call->tx, view->room, forward ? event->pos : 0, forward ? view->until : back_from, !forward,
                     MAX_STEPS, &list));
    for (size_t i = 0; i < list.count; i++)
        if (visibility_allows(view->visibility, list.items[i])) {
            *ret_event = list.items[i];
            return RC_OK;
        }
    return nothing_there(call);
}

static enum rc get_timestamp_to_event(struct call *call)
{
    struct room_view view;
    const struct event *event;
    int64_t ts;
    str dir = call_query(call, "dir");
    if (!call_query(call, "ts").len || !dir.len)
        return call_fail(call, 400, "M_MISSING_PARAM", "ts and dir are needed.");
    TRY(call_query_i64(call, "ts", 0, 0, INT64_MAX, &ts));
    bool forward = str_eq(dir, S("f"));
    if (!forward && !str_eq(dir, S("b")))
        return call_fail(call, 400, "M_INVALID_PARAM", "dir must be f or b.");
    TRY(room_view_open(call, call->params[0], &view));
    enum rc rc = events_near_time(call->tx, view.room, ts, forward, &event);
    if (rc == RC_NOT_FOUND)
        return nothing_there(call);
    TRY(rc);
    TRY(first_visible(call, &view, event, forward, &event));
    strbuf_add(&call->out, S("{\"event_id\":"));
    strbuf_add_json(&call->out, event->event_id);
    strbuf_printf(&call->out, ",\"origin_server_ts\":%lld}", (long long)event->origin_server_ts);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getEventByTimestamp",
     .method = HTTP_GET,
     .path = "/_matrix/client/v1/rooms/{roomId}/timestamp_to_event",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_timestamp_to_event},
};

extern const struct endpoint_module timestamp_module;
const struct endpoint_module timestamp_module = ENDPOINT_MODULE(endpoints);
