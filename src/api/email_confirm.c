/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * /_parley/v1/email/confirm: what the link of an e-mail opens. Whatever only looks, as mail scanners do, changes
 * nothing: the page says what a yes would mean, and its button says yes. No scripts, so that it works in any browser.
 */
#include "api/email_confirm.h"

#include "api/policy_view.h"
#include "api/router.h"
#include "api/server.h"
#include "store/codes.h"

enum { FORM_MAX = 1024 };

static const struct words {
    str title, asks[CODE_ADD + 1], not_you, yes, done, stale, gone;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = {STR_INIT("Confirm your e-mail address"),
                     {[CODE_REGISTER] = STR_INIT("The account being made gets this e-mail address."),
                      [CODE_LOGIN] = STR_INIT("Whoever asked for this e-mail can then set a new password for your "
                                              "account and sign in with it."),
                      [CODE_ADD] = STR_INIT("The account of whoever asked for this e-mail gets this address. Whoever "
                                            "reads its mail can then set a new password for that account.")},
                     STR_INIT("If you did not ask for this e-mail, close this page: then nothing happens."),
                     STR_INIT("Yes, I asked for it"),
                     STR_INIT("Confirmed. Go back to where you began."),
                     STR_INIT("This link has run out. Ask for another e-mail."),
                     STR_INIT("This link is not known. Take the one of the newest e-mail, and the whole of it.")},
    [LANGUAGE_ZH_CN] = {STR_INIT("验证您的电子邮箱"),
                        {[CODE_REGISTER] = STR_INIT("正在创建的账号将绑定此邮箱。"),
                         [CODE_LOGIN] = STR_INIT("确认后，请求此邮件的人可以为您的账号设置新密码并登录。"),
                         [CODE_ADD] = STR_INIT(
                             "请求此邮件的人的账号将绑定此邮箱。此后，能收取该邮箱邮件的人可以为该账号设置新密码。")},
                        STR_INIT("如果不是您请求的此邮件，请关闭本页面，不会发生任何变化。"),
                        STR_INIT("是的，是我请求的"),
                        STR_INIT("已确认，请返回您开始的地方。"),
                        STR_INIT("此链接已过期，请重新获取邮件。"),
                        STR_INIT("此链接无效，请使用最新邮件中的完整链接。")},
};

/* ---- where to go from there ---- */

static bool is_plain(str link)
{
    for (size_t i = 0; i < link.len; i++) {
        if (link.ptr[i] <= ' ' || link.ptr[i] >= 0x7f || strchr("\"'<>\\^`{|}", link.ptr[i]))
            return false;
    }
    return link.len && link.len <= CODE_NEXT_MAX;
}

str next_link_origin(const struct config *config, str link)
{
    if (!is_plain(link))
        return STR_NONE;
    const struct config_list own = {&config->server.public_url, 1};
    str origin = config_origin_of(&own, link);
    return origin.len ? origin : config_origin_of(&config->email.next_links, link);
}

/* ---- the page ---- */

/* Browsers hold the answer to a form to form-action as well, so that it names where the answer leads. */
static void page_headers(struct call *call, enum language language, str next_origin)
{
    call->content_type = S("text/html; charset=utf-8");
    call_header(call, S("Cache-Control"), S("no-store"));
    call_header(call, S("Content-Language"), str_of(language_tag(language)));
    call_header(call, S("Vary"), S("Accept-Language"));
    call_header(call, S("X-Content-Type-Options"), S("nosniff"));
    call_header(call, S("Referrer-Policy"), S("no-referrer"));
    call_header(call, S("Content-Security-Policy"),
                arena_printf(call->arena,
                             "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self' %.*s; "
                             "frame-ancestors 'none'",
                             STR_ARG(next_origin)));
}

static enum rc write_words(struct call *call, enum language language, str text, int status)
{
    page_headers(call, language, STR_NONE);
    policy_page_begin(&call->out, language, words[language].title, "/policy", "");
    strbuf_printf(&call->out, "<main><p role=\"status\">%.*s</p>", STR_ARG(text));
    policy_page_end(&call->out);
    call->status = status;
    return RC_OK;
}

static void write_question(struct call *call, enum language language, const struct code_link *link, str sid, str token)
{
    const struct words *w = &words[language];
    struct strbuf *out = &call->out;
    str query = arena_printf(call->arena, "sid=%.*s&token=%.*s", STR_ARG(sid), STR_ARG(token));
    policy_page_begin(out, language, w->title, EMAIL_CONFIRM_PATH, query.ptr);
    strbuf_printf(out, "<main><p>%.*s</p><p>%.*s</p><form method=\"post\" action=\"" EMAIL_CONFIRM_PATH "\">",
                  STR_ARG(w->asks[link->purpose]), STR_ARG(w->not_you));
    html_add_hidden(out, "sid", sid);
    html_add_hidden(out, "token", token);
    html_add_hidden(out, "lang", str_of(language_tag(language)));
    strbuf_printf(out, "<button>%.*s</button></form>", STR_ARG(w->yes));
    policy_page_end(out);
}

/* Nothing of a link goes into a page unless it is a link's. */
static enum rc refuse(struct call *call, enum language language, enum rc rc)
{
    if (rc == RC_EXPIRED)
        return write_words(call, language, words[language].stale, 410);
    return rc == RC_NOT_FOUND ? write_words(call, language, words[language].gone, 404) : rc;
}

static enum rc get_page(struct call *call)
{
    enum language language = policy_asked_language(call);
    str sid = call_query(call, "sid"), token = call_query(call, "token");
    struct code_link link;
    enum rc rc = codes_link(call->tx, sid, token, &link);
    if (rc != RC_OK)
        return refuse(call, language, rc);
    if (link.used)
        return write_words(call, language, words[language].done, 200);
    page_headers(call, language, next_link_origin(call->server->config, link.next_link));
    write_question(call, language, &link, sid, token);
    return RC_OK;
}

static enum rc post_page(struct call *call)
{
    enum language language = language_of_tag(call_form_value(call, "lang"));
    struct code_link link;
    if (language == LANGUAGE_COUNT)
        language = policy_asked_language(call);
    enum rc rc = codes_confirm(call->tx, call_form_value(call, "sid"), call_form_value(call, "token"), &link);
    if (rc != RC_OK)
        return refuse(call, language, rc);
    TRY(write_words(call, language, words[language].done, 200));
    if (next_link_origin(call->server->config, link.next_link).len) {
        call_header(call, S("Location"), link.next_link);
        call->status = 303;
    }
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyEmailConfirmPage",
     .method = HTTP_GET,
     .path = EMAIL_CONFIRM_PATH,
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_LOGIN,
     .body = BODY_NONE,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = get_page},
    {.name = "parleyEmailConfirm",
     .method = HTTP_POST,
     .path = EMAIL_CONFIRM_PATH,
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_RAW,
     .body_limit = FORM_MAX,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = post_page},
};

extern const struct endpoint_module email_confirm_module;
const struct endpoint_module email_confirm_module = ENDPOINT_MODULE(endpoints);
