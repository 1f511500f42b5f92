/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Codes to mobile numbers: asked for to register, to change the account's number and to reset a
 * password (spec) and to sign in (own), given back at one address (1.8). */
#include "api/code_call.h"
#include "api/server.h"
#include "notify/outbox.h"
#include "notify/phone.h"
#include "notify/templates.h"

struct asked {
    struct phone_number phone;
    str client_secret;
    int64_t send_attempt;
};

static enum rc read_asked(struct call *call)
{
    struct asked *asked = arena_new(call->arena, struct asked);
    struct error *err = call_err(call);
    str country, number;
    call->slow_result = asked;
    TRY(code_call_read(call, &asked->client_secret, &asked->send_attempt));
    TRY(json_need_str(call->body, "country", &country, err));
    TRY(json_need_str(call->body, "phone_number", &number, err));
    if (phone_parse(country, number, &asked->phone) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "This is not a mobile number. Check the country and the digits.");
    return RC_OK;
}

static enum language message_language(struct call *call, const struct phone_number *phone)
{
    str header = http_request_header(call->http, S("accept-language"));
    return header.len ? language_of_header(header) : language_of_region(str_of(phone->region));
}

static enum rc send_code(struct call *call, const struct asked *asked, const char *code)
{
    const struct config *config = call->server->config;
    enum language language = message_language(call, &asked->phone);
    struct strbuf text = STRBUF_INIT;
    template_code_sms(&text, language, code_call_operator(call), config_public_host(config), str_of(code));
    struct outgoing message = {.channel = "sms",
                               .recipient = str_of(asked->phone.e164),
                               .text = strbuf_to_arena(&text, call->arena),
                               .language = language,
                               .lapses_ms = call_now_ms(call) + CODE_LIFE_MS};
    strbuf_fini(&text);
    return outbox_add(call->tx, call->server->outbox, &message);
}

static enum rc start(struct call *call, struct code_request *request, const struct asked *asked)
{
    struct code_start begun;
    request->medium = CODE_SMS;
    request->client_secret = asked->client_secret;
    request->contact = str_of(asked->phone.e164);
    request->send_attempt = asked->send_attempt;
    TRY(code_call_start(call, request, &begun));
    if (begun.send)
        TRY(send_code(call, asked, begun.code));
    code_call_answer(call, begun.sid, "/_parley/v1/msisdn/submitToken");
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
     .run = code_call_submit},
};

extern const struct endpoint_module phone_codes_module;
const struct endpoint_module phone_codes_module = ENDPOINT_MODULE(endpoints);
