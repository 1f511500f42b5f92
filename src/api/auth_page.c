/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Fallback" of user-interactive authentication: a page for each stage this server offers, for clients that do not
 * know how to do one. What is typed there is judged like a stage of the request itself and completes it in the session
 * named; the client then goes on with the session alone.
 */
#include "api/policy_view.h"
#include "api/server.h"
#include "api/terms.h"
#include "api/uia.h"

extern const unsigned char auth_page_js[];
extern const size_t auth_page_js_len;

struct stage_words {
    const char *title, *label, *button;
};

/* ---- what the page says ---- */

static const struct words {
    struct stage_words password, token, number, email, terms, dummy;
    const char *code, *failed, *done, *gone, *read, *adult;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = {.password = {"Confirm with your password", "Password", "Confirm"},
                     .token = {"Registration token", "The token you were given", "Go on"},
                     .number = {"Confirm your mobile number", "Mobile number, beginning with + and the country",
                                "Go on"},
                     .email = {"Confirm your e-mail address", "E-mail address", "Go on"},
                     .terms = {"Before you begin", NULL, "I agree"},
                     .dummy = {"One step more", NULL, "Go on"},
                     .code = "The code that was sent to you",
                     .failed = "That did not work. Check what you typed and try again.",
                     .done = "Done. You can close this page and go back to the app.",
                     .gone = "This step is over, or took too long. Go back to the app and begin again.",
                     .read = "Read the privacy policy",
                     .adult = "I have read the privacy policy and agree to it, and I am an adult."},
    [LANGUAGE_ZH_CN] = {.password = {"请用密码确认", "密码", "确认"},
                        .token = {"注册令牌", "您收到的令牌", "继续"},
                        .number = {"确认您的手机号码", "手机号码（以 + 和国家代码开头）", "继续"},
                        .email = {"确认您的邮箱地址", "邮箱地址", "继续"},
                        .terms = {"开始之前", NULL, "同意"},
                        .dummy = {"还差一步", NULL, "继续"},
                        .code = "发送给您的验证码",
                        .failed = "未成功。请检查输入后重试。",
                        .done = "已完成。您可以关闭本页面并返回应用。",
                        .gone = "此步骤已结束或超时。请返回应用重新开始。",
                        .read = "阅读隐私政策",
                        .adult = "我已阅读并同意隐私政策，且我是成年人。"},
};

static const struct stage_words *words_of(const struct words *w, enum uia_stage stage)
{
    switch (stage) {
    case UIA_PASSWORD: return &w->password;
    case UIA_TOKEN: return &w->token;
    case UIA_TERMS: return &w->terms;
    case UIA_DUMMY: return &w->dummy;
    case UIA_EMAIL:
    case UIA_EMAIL_RESET: return &w->email;
    default: return &w->number;
    }
}

/* ---- the page ---- */

static void page_headers(struct call *call, enum language language)
{
    call->content_type = S("text/html; charset=utf-8");
    call_header(call, S("Content-Language"), str_of(language_tag(language)));
    call_header(call, S("X-Content-Type-Options"), S("nosniff"));
    call_header(call, S("Referrer-Policy"), S("no-referrer"));
    call_header(call, S("Cache-Control"), S("no-store"));
    call_header(call, S("Content-Security-Policy"),
                S("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; "
                  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
}

static void add_attribute(struct strbuf *out, const char *name, str value)
{
    strbuf_printf(out, " %s=\"", name);
    html_add_escaped(out, value);
    strbuf_add_char(out, '"');
}

static void add_input(struct strbuf *out, const char *label, const char *name, const char *more)
{
    strbuf_printf(out, "<label>%s<br><input name=\"%s\" %s></label>\n", label, name, more);
}

static void add_hidden(struct strbuf *out, const char *name, str value)
{
    strbuf_printf(out, "<input type=\"hidden\" name=\"%s\"", name);
    add_attribute(out, "value", value);
    strbuf_add_char(out, '>');
}

static void add_terms(struct call *call, enum language language)
{
    const struct policy_version *version = terms_in_force(call);
    strbuf_printf(&call->out, "<p><a href=\"/policy/%s\" target=\"_blank\" rel=\"noopener\">%s</a></p>\n<p>%s</p>\n",
                  language_tag(language), words[language].read, words[language].adult);
    add_hidden(&call->out, "org.parley.language", str_of(language_tag(language)));
    add_hidden(&call->out, "org.parley.sha256", version->documents[language].sha256_hex);
}

/* A number or an address, then the code that was sent there. */
static void add_contact(struct strbuf *out, const struct words *w, bool email)
{
    strbuf_add(out, S("<div data-step=\"contact\">"));
    if (email)
        add_input(out, w->email.label, "email", "type=\"email\" autocomplete=\"email\" required");
    else
        add_input(out, w->number.label, "number", "type=\"tel\" autocomplete=\"tel\" pattern=\"\\+[0-9 ]+\" required");
    strbuf_add(out, S("</div><div data-step=\"code\" hidden>"));
    add_input(out, w->code, "code", "inputmode=\"numeric\" autocomplete=\"one-time-code\"");
    strbuf_add(out, S("</div>"));
}

static void add_fields(struct call *call, enum uia_stage stage, enum language language)
{
    const struct words *w = &words[language];
    switch (stage) {
    case UIA_PASSWORD:
        add_input(&call->out, w->password.label, "password",
                  "type=\"password\" autocomplete=\"current-password\" required");
        break;
    case UIA_TOKEN: add_input(&call->out, w->token.label, "token", "autocomplete=\"off\" required"); break;
    case UIA_TERMS: add_terms(call, language); break;
    case UIA_DUMMY: break;
    default: add_contact(&call->out, w, stage == UIA_EMAIL || stage == UIA_EMAIL_RESET); break;
    }
}

/* Where the stage's code is asked for; empty: it has none. */
static str code_address(enum uia_stage stage)
{
    switch (stage) {
    case UIA_MSISDN: return S("/_matrix/client/v3/register/msisdn/requestToken");
    case UIA_EMAIL: return S("/_matrix/client/v3/register/email/requestToken");
    case UIA_EMAIL_RESET: return S("/_matrix/client/v3/account/password/email/requestToken");
    case UIA_SMS:
    case UIA_RESET: return S("/_parley/v1/login/sms/requestToken");
    default: return S("");
    }
}

/* The parameters are those of a stage and a session there are: nothing in them needs to be escaped in an address. */
static void write_stage(struct call *call, enum uia_stage stage, enum language language)
{
    const struct words *w = &words[language];
    const struct stage_words *mine = words_of(w, stage);
    struct strbuf *out = &call->out;
    str path = arena_printf(call->arena, "/_matrix/client/v3/auth/%.*s/fallback/web", STR_ARG(call->params[0]));
    str query = arena_printf(call->arena, "session=%.*s", STR_ARG(call_query(call, "session")));
    policy_page_begin(out, language, str_of(mine->title), arena_cstr(call->arena, path),
                      arena_cstr(call->arena, query));
    strbuf_add(out, S("<main><form"));
    add_attribute(out, "data-stage", call->params[0]);
    add_attribute(out, "data-session", call_query(call, "session"));
    add_attribute(out, "data-ask", code_address(stage));
    strbuf_add(out, S(">\n"));
    add_fields(call, stage, language);
    strbuf_printf(out,
                  "<button>%s</button></form>\n<p id=\"failed\" role=\"alert\" hidden>%s</p>\n"
                  "<p id=\"done\" role=\"status\" hidden>%s</p>\n"
                  "<script src=\"/_parley/v1/auth/page.js\"></script>\n",
                  mine->button, w->failed, w->done);
}

static void write_gone(struct call *call, enum language language)
{
    policy_page_begin(&call->out, language, str_of(words[language].dummy.title), "/policy/", "");
    strbuf_printf(&call->out, "<main><p role=\"alert\">%s</p>\n", words[language].gone);
    call->status = 404;
}

static enum rc get_page(struct call *call)
{
    enum language language = policy_asked_language(call);
    enum uia_stage stage;
    enum rc rc = uia_stage_find(call, call_query(call, "session"), call->params[0], &stage);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    page_headers(call, language);
    if (rc == RC_OK)
        write_stage(call, stage, language);
    else
        write_gone(call, language);
    policy_page_end(&call->out);
    return RC_OK;
}

static enum rc get_script(struct call *call)
{
    call->content_type = S("text/javascript; charset=utf-8");
    call_header(call, S("X-Content-Type-Options"), S("nosniff"));
    call_header(call, S("Cache-Control"), S("no-cache"));
    strbuf_add(&call->out, str_from(auth_page_js, auth_page_js_len));
    return RC_OK;
}

/* ---- what was typed ---- */

static enum rc prepare_stage(struct call *call)
{
    struct uia_attempt *attempt = NULL;
    enum rc rc = uia_stage_open(call, call_query(call, "session"), call->params[0], &attempt);
    call->slow_result = attempt;
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such step to take. Begin again.");
    return rc;
}

static enum rc slow_stage(struct call *call)
{
    uia_slow(call->slow_result);
    return RC_OK;
}

static enum rc post_stage(struct call *call)
{
    return uia_stage_run(call, call->slow_result);
}

static const struct endpoint endpoints[] = {
    {.name = "parleyAuthPage",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/auth/{authType}/fallback/web",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_LOGIN,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_page},
    {.name = "parleyAuthPageAnswer",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/auth/{authType}/fallback/web",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .prepare = prepare_stage,
     .slow = slow_stage,
     .run = post_stage},
    {.name = "parleyAuthPageScript",
     .method = HTTP_GET,
     .path = "/_parley/v1/auth/page.js",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_script},
};

extern const struct endpoint_module auth_page_module;
const struct endpoint_module auth_page_module = ENDPOINT_MODULE(endpoints);
