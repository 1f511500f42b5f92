/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Codes to mobile numbers: asked for to register, to change the account's number and to reset a
 * password (spec) and to sign in (own), given back at one address (1.8). */
#include "api/call.h"
#include "api/server.h"
#include "notify/outbox.h"
#include "notify/phone.h"
#include "notify/templates.h"
#include "store/codes.h"

/* A client stands for a device, as far as that can be told before anybody has signed in. */
enum { CODES_PER_CLIENT = 10, CODES_IN_ALL = 2000, CODE_GAP_MS = 20 * 1000 };

struct asked {
    struct phone_number phone;
    str client_secret;
    int64_t send_attempt;
};

/* ---- asking ---- */

static enum rc read_asked(struct call *call)
{
    struct asked *asked = arena_new(call->arena, struct asked);
    struct error *err = call_err(call);
    str country, number;
    call->slow_result = asked;
    TRY(json_need_str(call->body, "client_secret", &asked->client_secret, err));
    TRY(json_need_str(call->body, "country", &country, err));
    TRY(json_need_str(call->body, "phone_number", &number, err));
    TRY(json_get_i64(call->body, "send_attempt", -1, &asked->send_attempt, err));
    if (asked->send_attempt < 0)
        return call_fail(call, 400, "M_BAD_JSON", "send_attempt must be a number from 0.");
    if (!client_secret_is_valid(asked->client_secret))
        return call_fail(call, 400, "M_INVALID_PARAM", "client_secret has 1 to 255 characters of [0-9a-zA-Z.=_-].");
    if (phone_parse(country, number, &asked->phone) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "This is not a mobile number. Check the country and the digits.");
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

static enum language message_language(struct call *call, const struct phone_number *phone)
{
    str header = http_request_header(call->http, S("accept-language"));
    return header.len ? language_of_header(header) : language_of_region(str_of(phone->region));
}

static enum rc send_code(struct call *call, const struct asked *asked, const char *code)
{
    const struct config *config = call->server->config;
    str name = config->operator.name.len ? config->operator.name : store_server_name(call->server->store);
    struct strbuf text = STRBUF_INIT;
    template_code_sms(&text, message_language(call, &asked->phone), name, config_public_host(config), str_of(code));
    struct outgoing message = {.channel = "sms",
                               .recipient = str_of(asked->phone.e164),
                               .text = strbuf_to_arena(&text, call->arena),
                               .lapses_ms = call_now_ms(call) + CODE_LIFE_MS};
    strbuf_fini(&text);
    return outbox_add(call->tx, call->server->outbox, &message);
}

static enum rc answer_limited(struct call *call, int64_t retry_ms)
{
    return call_fail_limited(call, "Too many codes were sent. Wait before you ask for another.", retry_ms);
}

static enum rc start(struct call *call, struct code_request *request, const struct asked *asked)
{
    const struct config *config = call->server->config;
    const struct code_limits limits = {.enabled = config->limits.enabled,
                                       .per_number = config->limits.codes_per_number,
                                       .per_client = CODES_PER_CLIENT,
                                       .per_address = config->limits.codes_per_address,
                                       .in_all = CODES_IN_ALL,
                                       .gap_ms = CODE_GAP_MS};
    struct code_start begun;
    request->client_secret = asked->client_secret;
    request->number = str_of(asked->phone.e164);
    request->send_attempt = asked->send_attempt;
    request->address = client_network(call);
    enum rc rc = codes_start(call->tx, &limits, request, &begun);
    if (rc == RC_LIMITED)
        return answer_limited(call, begun.retry_ms);
    TRY(rc);
    if (begun.send)
        TRY(send_code(call, asked, begun.code));
    str base = config->server.public_url;
    strbuf_add(&call->out, S("{\"sid\":"));
    strbuf_add_json(&call->out, begun.sid);
    strbuf_printf(&call->out, ",\"submit_url\":\"%.*s/_parley/v1/msisdn/submitToken\"}", STR_ARG(base));
    return RC_OK;
}

static enum rc post_register_token(struct call *call)
{
    const struct asked *asked = call->slow_result;
    struct code_request request = {.purpose = CODE_REGISTER};
    uint64_t owner;
    bool refused;
    if (!call->server->config->registration.open)
        return call_fail(call, 403, "M_FORBIDDEN", "This server takes no new accounts.");
    TRY(outbox_is_refused(call->tx, str_of(asked->phone.e164), &refused));
    if (refused)
        return call_fail(call, 403, "M_THREEPID_DENIED",
                         "This number asked for no more messages. Answer one with START first.");
    enum rc rc = personal_find(call->tx, FIELD_PHONE, str_of(asked->phone.e164), PURPOSE_ACCOUNT_SECURITY, &owner);
    if (rc == RC_OK)
        return call_fail(call, 400, "M_THREEPID_IN_USE", "This number has an account already. Sign in with it.");
    if (rc != RC_NOT_FOUND)
        return rc;
    return start(call, &request, asked);
}

/* Answers alike whether the number has an account or not, and whether it takes messages or not. */
static enum rc post_login_token(struct call *call)
{
    const struct asked *asked = call->slow_result;
    struct code_request request = {.purpose = CODE_LOGIN};
    bool refused;
    enum rc rc =
        personal_find(call->tx, FIELD_PHONE, str_of(asked->phone.e164), PURPOSE_ACCOUNT_SECURITY, &request.subject);
    if (rc == RC_NOT_FOUND)
        request.subject = 0;
    else if (rc != RC_OK)
        return rc;
    TRY(outbox_is_refused(call->tx, str_of(asked->phone.e164), &refused));
    request.silent = refused || !request.subject;
    return start(call, &request, asked);
}

/* For an account that is there: its own number again is no news, another account's is refused. */
static enum rc post_add_token(struct call *call)
{
    const struct asked *asked = call->slow_result;
    struct code_request request = {.purpose = CODE_ADD};
    uint64_t owner;
    bool refused;
    TRY(outbox_is_refused(call->tx, str_of(asked->phone.e164), &refused));
    if (refused)
        return call_fail(call, 403, "M_THREEPID_DENIED",
                         "This number asked for no more messages. Answer one with START first.");
    enum rc rc = personal_find(call->tx, FIELD_PHONE, str_of(asked->phone.e164), PURPOSE_ACCOUNT_SECURITY, &owner);
    if (rc == RC_OK && owner != call->who.user_nid)
        return call_fail(call, 400, "M_THREEPID_IN_USE", "This number has another account already.");
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return start(call, &request, asked);
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

static enum rc post_submit(struct call *call)
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

static const struct endpoint endpoints[] = {
    {.name = "requestTokenToRegisterMSISDN",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/register/msisdn/requestToken",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_CODE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .slow = read_asked,
     .run = post_register_token},
    {.name = "requestTokenTo3PIDMSISDN",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/3pid/msisdn/requestToken",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_WRITE,
     .rate = RATE_CODE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .slow = read_asked,
     .run = post_add_token},
    /* A number proven for signing in changes the password as well. */
    {.name = "requestTokenToResetPasswordMSISDN",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/password/msisdn/requestToken",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_CODE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .slow = read_asked,
     .run = post_login_token},
    {.name = "parleyLoginSmsRequestToken",
     .method = HTTP_POST,
     .path = "/_parley/v1/login/sms/requestToken",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_CODE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .slow = read_asked,
     .run = post_login_token},
    {.name = "parleyMsisdnSubmitToken",
     .method = HTTP_POST,
     .path = "/_parley/v1/msisdn/submitToken",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = post_submit},
};

extern const struct endpoint_module phone_codes_module;
const struct endpoint_module phone_codes_module = ENDPOINT_MODULE(endpoints);
