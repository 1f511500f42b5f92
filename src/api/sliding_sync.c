/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * POST /sync of MSC4186 under its unstable name: rooms by activity through windows, so that a first answer costs what
 * is looked at, not what the account has.
 */
#include "api/lives.h"
#include "api/long_poll.h"
#include "api/server.h"
#include "api/to_device.h"
#include "base/container.h"
#include "store/gate.h"
#include "sync/sliding/answer.h"

enum { BODY_MAX = 256 << 10 };

struct sliding_call {
    struct long_poll poll;
    struct sliding_question question;
    const struct sliding_view *known; /* NULL: from the beginning. The call's arena holds a reference */
    int64_t timeout_ms;
};

/* ---- the question ---- */

static void let_view_go(void *arg)
{
    const struct sliding_view *view = arg;
    sliding_view_unref(&view);
}

/* "<answer>_<process>": what is known of connections lives as long as the process. */
static enum rc find_known(struct call *call, struct sliding_call *sliding)
{
    str pos = call_query(call, "pos"), number;
    uint64_t id, process;
    if (!pos.len)
        return RC_OK;
    str boot = str_split(pos, '_', &number);
    if (str_to_u64(number, &id) == RC_OK && str_to_u64(boot, &process) == RC_OK && process == call->server->boot)
        sliding->known =
            sliding_connections_acknowledge(call->server->sliding, call->who.device_nid, sliding->question.conn_id, id);
    if (!sliding->known)
        return call_fail(call, 400, "M_UNKNOWN_POS", "This connection is not known any more. Begin without pos.");
    arena_on_reset(call->arena, let_view_go, (void *)sliding->known);
    return RC_OK;
}

static enum rc read_question(struct call *call, struct sliding_call *sliding)
{
    struct error *err = call_err(call);
    enum rc rc = sliding_question_read(call->arena, call->body, call->who.user_id, &sliding->question, err);
    if (rc == RC_INVALID)
        return call_fail(call, 400, "M_INVALID_PARAM", err->text);
    TRY(rc);
    TRY(call_query_i64(call, "timeout", 0, 0, INT64_MAX, &sliding->timeout_ms));
    return find_known(call, sliding);
}

/* ---- the answer ---- */

static enum rc answer_make(struct sliding_call *sliding, struct tx *tx, int64_t newest, const struct user *user,
                           bool *ret_empty)
{
    struct call *call = sliding->poll.call;
    TRY(gate_check(tx, user->nid, FIELD_EVENT, PURPOSE_MESSAGING));
    struct live_user *live = live_user_get(sliding->poll.live, user);
    struct sync_request request = {
        .tx = tx,
        .newest = newest,
        .arena = tx->arena,
        .user = user,
        .device_nid = call->who.device_nid,
        .live = live,
        .reckoning = live_reckoning(live),
        .judge = live_judge(sliding->poll.live),
        .receipts = live_receipts(sliding->poll.live),
        .boot = call->server->boot,
        .now_ms = call_now_ms(call),
    };
    struct sliding_answer *answer = arena_new(tx->arena, struct sliding_answer);
    *answer = (struct sliding_answer){.request = &request, .question = &sliding->question, .known = sliding->known};
    request.noticed = live_reach(sliding->poll.live);
    struct strbuf body = STRBUF_INIT;
    enum rc rc = sliding_build(answer, &body);
    *ret_empty = answer->empty;
    uint64_t id = sliding->known ? sliding->known->id : 0;
    if (rc == RC_OK && !answer->empty)
        id = sliding_connections_put(call->server->sliding, call->who.device_nid, sliding->question.conn_id,
                                     !sliding->known, sliding_view_after(answer));
    strbuf_clear(&call->out);
    strbuf_printf(&call->out, "{\"pos\":\"%llu_%u\"", (unsigned long long)id, call->server->boot);
    if (sliding->question.txn_id.len) {
        strbuf_add(&call->out, S(",\"txn_id\":"));
        strbuf_add_json(&call->out, sliding->question.txn_id);
    }
    strbuf_add(&call->out, strbuf_str(&body));
    strbuf_add_char(&call->out, '}');
    strbuf_fini(&body);
    return rc;
}

static enum rc build(struct long_poll *poll, bool *ret_empty)
{
    struct sliding_call *sliding = CONTAINER_OF(poll, struct sliding_call, poll);
    struct call *call = poll->call;
    struct arena *scratch = live_scratch(poll->live);
    struct tx tx;
    const struct user *user;
    store_read(call->server->store, loop_index(call->http->loop), call->tx->act, scratch, &tx);
    int64_t newest = tx_pos(&tx); /* first: what the person is a part of by then is not left out */
    enum rc rc = users_get(&tx, call->who.user_nid, &user);
    if (rc == RC_OK)
        rc = answer_make(sliding, &tx, newest, user, ret_empty);
    arena_reset(scratch);
    return rc;
}

static enum rc look(struct call *call, void *ctx)
{
    (void)call;
    struct sliding_call *sliding = ctx;
    return long_poll_run(&sliding->poll, sliding->known ? sliding->timeout_ms : 0, !sliding->known);
}

static enum rc post_sync(struct call *call)
{
    struct sliding_call *sliding = arena_new(call->arena, struct sliding_call);
    sliding->poll =
        (struct long_poll){.call = call, .live = call->server->lives[loop_index(call->http->loop)], .build = build};
    TRY(read_question(call, sliding));
    TRY(sync_tell_presence(call, sliding->timeout_ms));
    const struct sliding_to_device *to_device = &sliding->question.to_device;
    return to_device->on && to_device->carried ? to_device_acknowledge(call, to_device->since, look, sliding)
                                               : look(call, sliding);
}

static const struct endpoint endpoints[] = {
    {.name = "slidingSync",
     .method = HTTP_POST,
     .path = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync",
     .auth = AUTH_USER,
     .exec = EXEC_PARK,
     .rate = RATE_READ,
     .body = BODY_JSON,
     .service = SERVICE_NAMED,
     .body_limit = BODY_MAX,
     .purpose = PURPOSE_MESSAGING,
     .run = post_sync},
};

extern const struct endpoint_module sliding_sync_module;
const struct endpoint_module sliding_sync_module = ENDPOINT_MODULE(endpoints);
