/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/code_call.h"

#include "api/server.h"

/* A client stands for a device, as far as that can be told before anybody has signed in. */
enum { CODES_PER_CLIENT = 10, CODES_IN_ALL = 2000, CODE_GAP_MS = 20 * 1000 };

/* ---- asking ---- */

enum rc code_call_read(struct call *call, str *ret_client_secret, int64_t *ret_send_attempt)
{
    struct error *err = call_err(call);
    TRY(json_need_str(call->body, "client_secret", ret_client_secret, err));
    TRY(json_get_i64(call->body, "send_attempt", -1, ret_send_attempt, err));
    if (*ret_send_attempt < 0)
        return call_fail(call, 400, "M_BAD_JSON", "send_attempt must be a number from 0.");
    if (!client_secret_is_valid(*ret_client_secret))
        return call_fail(call, 400, "M_INVALID_PARAM", "client_secret has 1 to 255 characters of [0-9a-zA-Z.=_-].");
    return RC_OK;
}

/* Whom attempts count against: an address, or the network of an IPv6 one (people have a whole /64). */
static str client_network(struct call *call)
{
    static const unsigned char v4_prefix[12] = {[10] = 0xff, [11] = 0xff};
    const unsigned char *ip = call->http->peer.ip;
    bool v4 = memcmp(ip, v4_prefix, sizeof v4_prefix) == 0;
    return str_from(ip, v4 ? 16 : 8);
}

enum rc code_call_start(struct call *call, struct code_request *request, struct code_start *ret_begun)
{
    const struct config *config = call->server->config;
    const struct code_limits limits = {.enabled = config->limits.enabled,
                                       .per_number = config->limits.codes_per_number,
                                       .per_client = CODES_PER_CLIENT,
                                       .per_address = config->limits.codes_per_address,
                                       .in_all = CODES_IN_ALL,
                                       .gap_ms = CODE_GAP_MS};
    request->address = client_network(call);
    enum rc rc = codes_start(call->tx, &limits, request, ret_begun);
    if (rc != RC_LIMITED)
        return rc;
    return call_fail_limited(call, "Too many codes were sent. Wait before you ask for another.", ret_begun->retry_ms);
}

void code_call_answer(struct call *call, str sid, const char *submit_path)
{
    strbuf_add(&call->out, S("{\"sid\":"));
    strbuf_add_json(&call->out, sid);
    strbuf_printf(&call->out, ",\"submit_url\":\"%.*s%s\"}", STR_ARG(call->server->config->server.public_url),
                  submit_path);
}

str code_call_operator(struct call *call)
{
    const struct config *config = call->server->config;
    return config->operator.name.len ? config->operator.name : store_server_name(call->server->store);
}

/* ---- giving back ---- */

static void answer_refused(struct call *call, int status, const char *errcode, const char *text, int attempts_left)
{
    call->status = status;
    strbuf_printf(&call->out, "{\"errcode\":\"%s\",\"error\":\"%s\"", errcode, text);
    if (attempts_left >= 0)
        strbuf_printf(&call->out, ",\"attempts_left\":%d", attempts_left);
    strbuf_add_char(&call->out, '}');
}

/* A handler that fails is undone, and with it the count of attempts: a refusal is an answer like any other here. */
static void answer_result(struct call *call, enum code_result result, int attempts_left)
{
    switch (result) {
    case CODE_RIGHT: strbuf_add(&call->out, S("{\"success\":true}")); break;
    case CODE_WRONG:
        answer_refused(call, 400, "ORG_PARLEY_CODE_WRONG", "This is not the code that was sent.", attempts_left);
        break;
    case CODE_EXPIRED:
        answer_refused(call, 400, "ORG_PARLEY_CODE_EXPIRED", "This code has run out. Ask for a new one.", -1);
        break;
    case CODE_USED: answer_refused(call, 400, "ORG_PARLEY_CODE_USED", "This code has been used already.", -1); break;
    case CODE_TOO_MANY:
        answer_refused(call, 429, "ORG_PARLEY_CODE_TOO_MANY", "Too many attempts. Ask for a new code.", 0);
        break;
    case CODE_NO_SESSION:
        answer_refused(call, 404, "M_NO_VALID_SESSION", "No code was asked for here. Ask for one first.", -1);
        break;
    }
}

enum rc code_call_submit(struct call *call)
{
    struct error *err = call_err(call);
    enum code_result result;
    int attempts_left;
    str sid, secret, token;
    TRY(json_need_str(call->body, "sid", &sid, err));
    TRY(json_need_str(call->body, "client_secret", &secret, err));
    TRY(json_need_str(call->body, "token", &token, err));
    if (!client_secret_is_valid(sid) || !client_secret_is_valid(secret))
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "sid and client_secret have 1 to 255 characters of [0-9a-zA-Z.=_-].");
    TRY(codes_submit(call->tx, sid, secret, str_trim(str_head(token, 64)), &result, &attempts_left));
    answer_result(call, result, attempts_left);
    return RC_OK;
}
