/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "POST /_matrix/client/v1/appservice/{appserviceId}/ping": whether the server can reach the service that asks. */
#include "api/server.h"
#include "api/service_round.h"
#include "courier/courier.h"

enum { PING_TIMEOUT_MS = 10 * 1000, PING_ANSWER_LIMIT = 64 * 1024, SHOWN_BODY = 4 * 1024, MAX_TRANSACTION = 255 };

static enum rc bad_status(struct call *call, const struct service_answer *answer)
{
    struct strbuf more = STRBUF_INIT;
    strbuf_printf(&more, "\"status\":%d", answer->status);
    if (answer->body.len <= SHOWN_BODY && str_is_utf8(answer->body)) {
        strbuf_add(&more, S(",\"body\":"));
        strbuf_add_json(&more, answer->body);
    }
    str members = strbuf_to_arena(&more, call->arena);
    strbuf_fini(&more);
    return call_fail_with(call, 502, "M_BAD_STATUS", "The application service answers with an error.", members);
}

static enum rc on_pong(struct call *call, const struct service_answer *answer, size_t count)
{
    (void)count;
    switch (answer->outcome) {
    case OUTGOING_ANSWERED:
        if (!service_answer_is_good(answer))
            return bad_status(call, answer);
        courier_retry(call->server->courier, answer->service);
        strbuf_printf(&call->out, "{\"duration_ms\":%lld}", (long long)answer->took_ms);
        return RC_OK;
    case OUTGOING_TIMED_OUT:
        return call_fail(call, 504, "M_CONNECTION_TIMEOUT", "The application service does not answer in time.");
    default: return call_fail(call, 502, "M_CONNECTION_FAILED", "The application service cannot be reached.");
    }
}

static enum rc ping_body(struct call *call, str *ret_body)
{
    str transaction;
    TRY(json_get_str(call->body, "transaction_id", &transaction, call_err(call)));
    if (transaction.len > MAX_TRANSACTION)
        return call_fail(call, 400, "M_INVALID_PARAM", "The transaction_id is too long.");
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *body = yyjson_mut_obj(doc);
    if (transaction.ptr)
        json_set_str(doc, body, "transaction_id", transaction);
    *ret_body = json_mut_text(call->arena, body);
    return RC_OK;
}

static enum rc post_ping(struct call *call)
{
    const struct appservice *service = call->who.service;
    struct service_question question = {
        .method = OUTGOING_POST,
        .path = S("/_matrix/app/v1/ping"),
        .timeout_ms = PING_TIMEOUT_MS,
        .answer_limit = PING_ANSWER_LIMIT,
    };
    if (!service || !str_eq(service->id, call->params[0]))
        return call_fail(call, 403, "M_FORBIDDEN", "This is for the application service of that id.");
    if (!service->url.len)
        return call_fail(call, 400, "M_URL_NOT_SET", "The application service is registered without an address.");
    TRY(ping_body(call, &question.body));
    struct service_round *round = round_new(call, on_pong);
    round_add(round, service, &question, STR_NONE);
    return round_run(round);
}

static const struct endpoint endpoints[] = {
    {.name = "pingAppservice",
     .method = HTTP_POST,
     .path = "/_matrix/client/v1/appservice/{appserviceId}/ping",
     .auth = AUTH_USER,
     .exec = EXEC_PARK,
     .rate = RATE_READ,
     .body = BODY_JSON,
     .purpose = PURPOSE_SERVICE,
     .run = post_ping},
};

extern const struct endpoint_module service_ping_module;
const struct endpoint_module service_ping_module = ENDPOINT_MODULE(endpoints);
