/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Listing Notifications". */
#include "sync/notified.h"

#include "api/history.h"
#include "api/server.h"
#include "store/gate.h"

enum { DEFAULT_LIMIT = 20, MAX_LIMIT = 100 };

static enum rc read_query(struct call *call, struct notified_query *ret_query)
{
    int64_t limit;
    str only = call_query(call, "only");
    TRY(history_token_param(call, "from", INT64_MAX, &ret_query->upto));
    TRY(call_query_i64(call, "limit", DEFAULT_LIMIT, 1, INT64_MAX, &limit));
    ret_query->limit = (size_t)(limit < MAX_LIMIT ? limit : MAX_LIMIT);
    /* Other filters may come with later versions; unknown ones filter nothing. */
    ret_query->highlights_only = str_eq(only, S("highlight"));
    return RC_OK;
}

static enum rc add_item(struct call *call, const struct sync_request *request, const struct notified *item,
                        struct strbuf *out)
{
    struct bundle_reader reader = {.tx = call->tx,
                                   .room = item->room,
                                   .user_id = call->who.user_id,
                                   .user_nid = call->who.user_nid,
                                   .device_nid = call->who.device_nid,
                                   .visibility = item->visibility,
                                   .ignored = request->ignored,
                                   .now_ms = request->now_ms};
    strbuf_add(out, S("{\"actions\":"));
    strbuf_add(out, item->actions);
    strbuf_add(out, S(",\"event\":"));
    TRY(bundle_add_event(&reader, item->event, false, out));
    strbuf_add(out, item->read ? S(",\"read\":true,\"room_id\":") : S(",\"read\":false,\"room_id\":"));
    strbuf_add_json(out, item->room->room_id);
    strbuf_add(out, S(",\"ts\":"));
    strbuf_add_i64(out, event_taken_ms(item->event));
    strbuf_add_char(out, '}');
    return RC_OK;
}

static enum rc get_notifications(struct call *call)
{
    struct live *live = call->server->lives[loop_index(call->http->loop)];
    struct notified_query query;
    struct notified_page page;
    struct sync_request request = {
        .tx = call->tx, .arena = call->arena, .judge = live_judge(live), .now_ms = call_now_ms(call)};
    request.next.pos = tx_pos(call->tx); /* before anything is read */
    TRY(read_query(call, &query));
    TRY(gate_check(call->tx, call->who.user_nid, FIELD_EVENT, PURPOSE_MESSAGING));
    TRY(users_get(call->tx, call->who.user_nid, &request.user));
    request.live = live_user_get(live, request.user);
    request.reckoning = live_reckoning(request.live);
    TRY(notified_read(&request, &query, &page));

    struct strbuf *out = &call->out;
    strbuf_add(out, S("{\"notifications\":["));
    for (size_t i = 0; i < page.count; i++) {
        if (i)
            strbuf_add_char(out, ',');
        TRY(add_item(call, &request, &page.items[i], out));
    }
    strbuf_add_char(out, ']');
    if (page.next) {
        strbuf_add_char(out, ',');
        history_token_add(out, "next_token", page.next);
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getNotifications",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/notifications",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_notifications},
};

extern const struct endpoint_module notifications_module;
const struct endpoint_module notifications_module = ENDPOINT_MODULE(endpoints);
