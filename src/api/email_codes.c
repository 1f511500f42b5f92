/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Codes and links to e-mail addresses: asked for to register, to give an account an address and to reset a password
 * (spec). Nobody can tell from the answers whether an address has an account: its owner is told by e-mail instead. The
 * page a link leads to is in email_confirm.c.
 */
#include "api/code_call.h"
#include "api/email_confirm.h"
#include "api/server.h"
#include "base/email.h"
#include "notify/outbox.h"
#include "notify/templates.h"

struct asked {
    struct email email;
    str client_secret, next_link;
    int64_t send_attempt;
};

static enum rc read_asked(struct call *call)
{
    struct asked *asked = arena_new(call->arena, struct asked);
    struct error *err = call_err(call);
    str address;
    call->slow_result = asked;
    TRY(code_call_read(call, &asked->client_secret, &asked->send_attempt));
    TRY(json_need_str(call->body, "email", &address, err));
    TRY(json_get_str(call->body, "next_link", &asked->next_link, err));
    enum rc rc = email_parse(address, &asked->email);
    if (rc == RC_UNSUPPORTED)
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "An address with letters outside a-z cannot be written to. If only its host has such, give "
                         "the host in the form that begins with xn--.");
    return rc == RC_OK ? rc : call_fail(call, 400, "M_INVALID_PARAM", "This is not an e-mail address.");
}

static enum rc send_mail(struct call *call, const struct asked *asked, struct mail_words *words)
{
    struct strbuf subject = STRBUF_INIT, text = STRBUF_INIT;
    words->language = language_of_header(http_request_header(call->http, S("accept-language")));
    words->operator_name = code_call_operator(call);
    words->host = config_public_host(call->server->config);
    template_mail(&subject, &text, words);
    struct outgoing message = {.channel = "email",
                               .recipient = str_of(asked->email.text),
                               .subject = strbuf_to_arena(&subject, call->arena),
                               .text = strbuf_to_arena(&text, call->arena),
                               .language = words->language,
                               .lapses_ms = call_now_ms(call) + CODE_EMAIL_LIFE_MS};
    strbuf_fini(&subject);
    strbuf_fini(&text);
    enum rc rc = outbox_add(call->tx, call->server->outbox, &message);
    return rc == RC_FORBIDDEN ? RC_OK : rc; /* whoever wants no messages gets none, which does not show */
}

/* request: purpose, and silent or not. kind: what goes out when a code does; MAIL_TAKEN goes out instead when the
 * address is `taken`. */
static enum rc start(struct call *call, struct code_request *request, enum mail_kind kind, bool taken)
{
    const struct asked *asked = call->slow_result;
    struct mail_words words = {.kind = request->silent ? MAIL_TAKEN : kind};
    struct code_start begun;
    request->medium = CODE_EMAIL;
    request->client_secret = asked->client_secret;
    request->contact = str_of(asked->email.text);
    request->send_attempt = asked->send_attempt;
    /* Elsewhere than to the app the page does not lead: it then ends with a word of thanks. */
    if (next_link_origin(call->server->config, asked->next_link).len)
        request->next_link = asked->next_link;
    TRY(code_call_start(call, request, &begun));
    if (begun.send) {
        words.code = str_of(begun.code);
        words.link = arena_printf(call->arena, "%.*s" EMAIL_CONFIRM_PATH "?sid=%.*s&token=%.*s",
                                  STR_ARG(call->server->config->server.public_url), STR_ARG(begun.sid),
                                  STR_ARG(begun.link_token));
    }
    if (begun.send || (begun.due && taken))
        TRY(send_mail(call, asked, &words));
    code_call_answer(call, begun.sid, "/_parley/v1/email/submitToken");
    return RC_OK;
}

/* Whose address it is; 0: nobody's. */
static enum rc find_owner(struct call *call, uint64_t *ret_owner)
{
    const struct asked *asked = call->slow_result;
    *ret_owner = 0;
    enum rc rc = personal_find(call->tx, FIELD_EMAIL, str_of(asked->email.text), PURPOSE_ACCOUNT_SECURITY, ret_owner);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc check_wanted(struct call *call)
{
    const struct asked *asked = call->slow_result;
    bool refused;
    TRY(outbox_is_refused(call->tx, str_of(asked->email.text), &refused));
    return refused ? call_fail(call, 403, "M_THREEPID_DENIED", "This address asked for no more messages.") : RC_OK;
}

static enum rc post_register_token(struct call *call)
{
    struct code_request request = {.purpose = CODE_REGISTER};
    uint64_t owner;
    if (!call->server->config->registration.open)
        return call_fail(call, 403, "M_FORBIDDEN", "This server takes no new accounts.");
    TRY(check_wanted(call));
    TRY(find_owner(call, &owner));
    request.silent = owner != 0;
    return start(call, &request, MAIL_REGISTER, owner != 0);
}

/* For an account that is there: its own address again is no news. */
static enum rc post_add_token(struct call *call)
{
    struct code_request request = {.purpose = CODE_ADD};
    uint64_t owner;
    TRY(check_wanted(call));
    TRY(find_owner(call, &owner));
    request.silent = owner && owner != call->who.user_nid;
    return start(call, &request, MAIL_ADD, request.silent);
}

/* To an address nobody has, nothing is sent: whoever types it may have nothing to do with it. */
static enum rc post_reset_token(struct call *call)
{
    struct code_request request = {.purpose = CODE_LOGIN};
    TRY(find_owner(call, &request.subject));
    request.silent = !request.subject;
    return start(call, &request, MAIL_RESET, false);
}

static const struct endpoint endpoints[] = {
    {.name = "requestTokenToRegisterEmail",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/register/email/requestToken",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_CODE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .slow = read_asked,
     .run = post_register_token},
    {.name = "requestTokenTo3PIDEmail",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/3pid/email/requestToken",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_WRITE,
     .rate = RATE_CODE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .slow = read_asked,
     .run = post_add_token},
    {.name = "requestTokenToResetPasswordEmail",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/password/email/requestToken",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_CODE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .slow = read_asked,
     .run = post_reset_token},
    {.name = "parleyEmailSubmitToken",
     .method = HTTP_POST,
     .path = "/_parley/v1/email/submitToken",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = code_call_submit},
};

extern const struct endpoint_module email_codes_module;
const struct endpoint_module email_codes_module = ENDPOINT_MODULE(endpoints);
