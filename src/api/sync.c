/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /sync (spec "Syncing"): answered at once when there is something, parked until there is otherwise. */
#include "api/call.h"
#include "api/lives.h"
#include "api/long_poll.h"
#include "api/server.h"
#include "api/to_device.h"
#include "base/container.h"
#include "store/filters.h"
#include "store/gate.h"
#include "sync/request.h"

enum { USUAL_BYTES = 2048 }; /* of an answer: its buffer grows no further, mostly */

/* What one /sync asks. Lives in the call's arena. */
struct sync_call {
    struct long_poll poll;
    const struct filter *filter; /* the arena holds a reference */
    struct sync_token since;
    bool initial, full_state, state_after;
    int64_t timeout_ms;
};

/* ---- the question ---- */

static enum rc malformed_filter(struct call *call)
{
    return call_fail(call, 400, "M_INVALID_PARAM", "The filter is not well-formed.");
}

/* One the user has stored: found once, then known for as long as they are live, because it never changes. */
static enum rc stored_filter(struct call *call, struct live *live, str id, const struct filter **ret_filter)
{
    struct live_user *user = live_user_get(live, call->who.user);
    str text;
    *ret_filter = live_filter(user, id);
    if (*ret_filter)
        return RC_OK;
    enum rc rc = filters_get(call->tx, call->who.user_nid, id, &text);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 400, "M_INVALID_PARAM", "There is no filter of that id.");
    TRY(rc);
    if (filter_cache_take(live_filters(live), text, ret_filter, call_err(call)) != RC_OK)
        return malformed_filter(call);
    live_set_filter(user, id, *ret_filter);
    return RC_OK;
}

static void let_filter_go(void *arg)
{
    const struct filter *filter = arg;
    filter_unref(&filter);
}

static enum rc read_filter(struct call *call, struct live *live, const struct filter **ret_filter)
{
    str text = call_query(call, "filter");
    if (text.len == 0)
        text = S("{}");
    if (text.len > FILTER_MAX_BYTES)
        return call_fail(call, 400, "M_INVALID_PARAM", "The filter is too large.");
    if (text.ptr[0] != '{')
        TRY(stored_filter(call, live, text, ret_filter));
    else if (filter_cache_take(live_filters(live), text, ret_filter, call_err(call)) != RC_OK)
        return malformed_filter(call);
    arena_on_reset(call->arena, let_filter_go, (void *)*ret_filter);
    return RC_OK;
}

static enum rc read_question(struct call *call, struct sync_call *sync)
{
    str since = call_query(call, "since");
    TRY(call_query_i64(call, "timeout", 0, 0, INT64_MAX, &sync->timeout_ms));
    TRY(call_query_bool(call, "full_state", false, &sync->full_state));
    TRY(call_query_bool(call, "use_state_after", false, &sync->state_after));
    TRY(read_filter(call, sync->poll.live, &sync->filter));
    sync->initial = since.len == 0;
    if (!sync->initial && sync_token_parse(since, call->server->boot, &sync->since) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", "The since token is not one this server gave out.");
    return RC_OK;
}

enum rc sync_tell_presence(struct call *call, int64_t timeout_ms)
{
    str wanted = call_query(call, "set_presence");
    enum presence_state state = PRESENCE_ONLINE;
    if (wanted.ptr && presence_state_parse(wanted, &state) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", "set_presence must be online, offline or unavailable.");
    if (call->server->presence && presence_sync(call->server->presence, caller_device(call), state, timeout_ms))
        lives_presence(call->server, call->who.user);
    return RC_OK;
}

/* ---- the answer ---- */

/* Builds into call->out, and what else it needs into the loop's scratch arena: waking often does not pile up memory. */
static enum rc build(struct long_poll *poll, bool *ret_empty)
{
    struct sync_call *sync = CONTAINER_OF(poll, struct sync_call, poll);
    struct call *call = poll->call;
    struct arena *scratch = live_scratch(poll->live);
    struct tx tx;
    const struct user *user;
    store_read(call->server->store, loop_index(call->http->loop), call->tx->act, scratch, &tx);
    int64_t newest = tx_pos(&tx); /* first: what the person is a part of by then is not left out */
    enum rc rc = users_get(&tx, call->who.user_nid, &user);
    if (rc == RC_OK)
        rc = gate_check(&tx, user->nid, FIELD_EVENT, PURPOSE_MESSAGING); /* once for all that lies open in memory */
    if (rc == RC_OK) {
        struct live_user *live = live_user_get(poll->live, user);
        struct sync_request request = {
            .tx = &tx,
            .newest = newest,
            .arena = scratch,
            .user = user,
            .device_nid = call->who.device_nid,
            .filter = sync->filter,
            .live = live,
            .reckoning = live_reckoning(live),
            .judge = live_judge(poll->live),
            .receipts = live_receipts(poll->live),
            .presence = call->server->presence,
            .boot = call->server->boot,
            .now_ms = call_now_ms(call),
            .initial = sync->initial,
            .full_state = sync->full_state,
            .state_after = sync->state_after,
            .since = sync->since,
            .patient = sync->timeout_ms > 0,
        };
        request.noticed = live_reach(poll->live);
        strbuf_clear(&call->out);
        strbuf_reserve(&call->out, USUAL_BYTES);
        rc = sync_build(&request, &call->out);
        *ret_empty = request.empty;
    }
    arena_reset(scratch);
    return rc;
}

static enum rc look(struct call *call, void *ctx)
{
    (void)call;
    struct sync_call *sync = ctx;
    return long_poll_run(&sync->poll, sync->timeout_ms, sync->initial || sync->full_state);
}

static enum rc get_sync(struct call *call)
{
    struct sync_call *sync = arena_new(call->arena, struct sync_call);
    sync->poll =
        (struct long_poll){.call = call, .live = call->server->lives[loop_index(call->http->loop)], .build = build};
    TRY(read_question(call, sync));
    TRY(sync_tell_presence(call, sync->timeout_ms));
    if (sync->initial && sync->filter->state.lazy_load_members)
        lives_begin_anew(call);
    return sync->since.carried ? to_device_acknowledge(call, sync->since.to_device, look, sync) : look(call, sync);
}

static const struct endpoint endpoints[] = {
    {.name = "sync",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/sync",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_PARK,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .service = SERVICE_NAMED,
     .purpose = PURPOSE_MESSAGING,
     .run = get_sync},
};

extern const struct endpoint_module sync_module;
const struct endpoint_module sync_module = ENDPOINT_MODULE(endpoints);
