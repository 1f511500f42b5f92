/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* MSC4140 "Scheduling a delayed event". */
#include "api/delayed.h"

#include "api/server.h"
#include "api/suspension.h"
#include "room/event.h"

enum { TXN_ID_MAX = 255 };

static enum rc check_delay(struct call *call, int64_t delay_ms)
{
    int64_t most = call->server->config->rooms.delay_max;
    if (delay_ms <= 0)
        return call_fail(call, 400, "M_INVALID_PARAM", "The delay is a number of milliseconds above 0.");
    if (delay_ms <= most)
        return RC_OK;
    /* Under the proposal's unstable prefix; and as clients of an earlier text of it look for it. */
    return call_fail_with(call, 400, "ORG.MATRIX.MSC4140_MAX_DELAY_EXCEEDED",
                          "The delay is longer than this server allows.",
                          arena_printf(call->arena,
                                       "\"org.matrix.msc4140.errcode\":\"M_MAX_DELAY_EXCEEDED\","
                                       "\"org.matrix.msc4140.max_delay\":%lld",
                                       (long long)most));
}

static enum rc check_count(struct call *call)
{
    int64_t count, first_ms;
    TRY(delayed_count(call->tx, call->who.user_nid, &count, &first_ms));
    if (count < call->server->config->rooms.delayed_per_user)
        return RC_OK;
    int64_t wait_ms = first_ms - call_now_ms(call);
    return call_fail_limited(call, "You have scheduled as many events as one may.", wait_ms > 0 ? wait_ms : 1000);
}

/* What can never be sent is refused at once; whether it may be is judged when it is due. */
static enum rc check_event(struct call *call, str type, str state_key, yyjson_val *content, str *ret_content)
{
    struct strbuf text = STRBUF_INIT;
    if (!type.len || type.len > EVENT_MAX_ID_BYTES || state_key.len > EVENT_MAX_ID_BYTES)
        return call_fail(call, 400, "M_INVALID_PARAM", "The type or the state key is too long.");
    enum rc rc = json_canonical(&text, content, call_err(call));
    if (rc == RC_OK && text.len > EVENT_MAX_BYTES)
        rc = call_fail(call, 413, "M_TOO_LARGE", "The event is too large.");
    *ret_content = arena_dup(call->arena, strbuf_str(&text));
    strbuf_fini(&text);
    return rc;
}

static void reply_delay_id(struct call *call, str id)
{
    strbuf_add(&call->out, S("{\"delay_id\":"));
    strbuf_add_json(&call->out, id);
    strbuf_add_char(&call->out, '}');
}

enum rc delayed_schedule(struct call *call, str room_id, str type, str state_key, str txn_id, yyjson_val *content,
                         int64_t delay_ms)
{
    const struct room *room;
    struct delayed_event event = {
        .user_nid = call->who.user_nid, .type = type, .state_key = state_key, .delay_ms = delay_ms};
    str known;
    if (txn_id.len > TXN_ID_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "The transaction id is too long.");
    TRY(check_delay(call, delay_ms));
    TRY(call_joined_room(call, room_id, &room));
    TRY(suspension_check(call));
    TRY(check_event(call, type, state_key, content, &event.content));
    event.room_nid = room->nid;
    enum rc rc = txn_id.len ? delayed_find_txn(call->tx, call->who.user_nid, call->who.device_nid, room->nid, type,
                                               txn_id, &known)
                            : RC_NOT_FOUND;
    if (rc == RC_OK)
        reply_delay_id(call, known);
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(check_count(call));
    TRY(delayed_add(call->tx, txn_id.len ? call->who.device_nid : 0, txn_id, &event));
    delayed_expect(call->server, event.due_ms);
    reply_delay_id(call, event.id);
    return RC_OK;
}

enum rc delayed_schedule_if_asked(struct call *call, str room_id, str type, str state_key, str txn_id, bool *ret_done)
{
    int64_t delay_ms;
    *ret_done = call_query(call, DELAYED_PARAMETER).ptr != NULL;
    if (!*ret_done)
        return RC_OK;
    TRY(call_query_i64(call, DELAYED_PARAMETER, 0, INT64_MIN, INT64_MAX, &delay_ms));
    return delayed_schedule(call, room_id, type, state_key, txn_id, call->body, delay_ms);
}
