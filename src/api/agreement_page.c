/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * /policy/agree: where M_CONSENT_NOT_GIVEN sends people (obligation 6.1). A page without scripts, so that it works from
 * every Matrix client: what is new, the text, what it changes, and two equal buttons.
 */
#include "api/agreement.h"
#include "api/policy_view.h"
#include "api/router.h"
#include "api/server.h"
#include "api/terms.h"

enum { FORM_MAX = 4096 };

static const struct words {
    str title, asks, read, compare, yes, no, refuse_note, agreed, declined, stale, back, version;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] =
        {STR_INIT("A new version of the privacy policy"),
         STR_INIT("It does not bind you without your own yes. Until then the service waits for you; you can take your "
                  "information with you or close your account at any time, and what bound you before binds us still."),
         STR_INIT("Read the whole text"), STR_INIT("See what changed"), STR_INIT("I agree"), STR_INIT("I do not agree"),
         STR_INIT("Saying no is put on record and changes nothing else. You can come back and say yes."),
         STR_INIT("Thank you. Your agreement is on record; go back to the app."),
         STR_INIT("Your answer is on record. You can download your information and close your account in the app or "
                  "through your Matrix client."),
         STR_INIT("This address is too old, or the policy has changed meanwhile. Go back to the app and open it anew."),
         STR_INIT("To the app"), STR_INIT("Version")},
    [LANGUAGE_ZH_CN] = {STR_INIT("隐私政策的新版本"),
                        STR_INIT(
                            "未经您本人同意，它对您不产生约束。在此之前服务暂停；您可以随时带走您的信息或注销账号，"
                            "此前约束我们的条款继续约束我们。"),
                        STR_INIT("阅读全文"), STR_INIT("查看变更"), STR_INIT("同意"), STR_INIT("不同意"),
                        STR_INIT("不同意会被记录在案，除此之外没有其他影响。您可以随时回来表示同意。"),
                        STR_INIT("谢谢。您的同意已记录在案，请返回应用。"),
                        STR_INIT("您的答复已记录在案。您可以在应用或 Matrix 客户端中下载您的信息并注销账号。"),
                        STR_INIT("此地址已过期，或政策在此期间发生了变更。请返回应用重新打开。"), STR_INIT("前往应用"),
                        STR_INIT("版本")},
};

/* ---- the question ---- */

static void add_form(struct strbuf *out, const struct policy_version *version, enum language language, str token)
{
    const struct words *w = &words[language];
    strbuf_add(out, S("<form method=\"post\" action=\"/policy/agree\">"));
    html_add_hidden(out, "t", token);
    html_add_hidden(out, "version", version->version);
    html_add_hidden(out, "lang", str_of(language_tag(language)));
    html_add_hidden(out, "sha256", version->documents[language].sha256_hex);
    strbuf_printf(out,
                  "<button name=\"agree\" value=\"yes\">%.*s</button> <button name=\"agree\" value=\"no\">%.*s</button>"
                  "</form><p>%.*s</p>\n",
                  STR_ARG(w->yes), STR_ARG(w->no), STR_ARG(w->refuse_note));
}

/* Every version between what was agreed to and what is in force, by what it says of itself. */
static void add_what_is_new(struct strbuf *out, const struct policy_version *agreed,
                            const struct policy_version *in_force, enum language language)
{
    const struct policy_version *version = agreed && agreed < in_force ? agreed + 1 : in_force;
    strbuf_add(out, S("<ul>\n"));
    for (; version <= in_force; version++) {
        strbuf_printf(out, "<li>%.*s %.*s (%.*s): ", STR_ARG(words[language].version), STR_ARG(version->version),
                      STR_ARG(version->effective));
        html_add_escaped(out, version->says[language]);
        strbuf_add_char(out, ' ');
        policy_add_nature(out, version, language);
        strbuf_add(out, S("</li>\n"));
    }
    strbuf_add(out, S("</ul>\n"));
}

static void write_question(struct call *call, const struct user *user, enum language language, str token)
{
    const struct policy_series *policy = &call->server->policy->main;
    const struct policy_version *in_force = terms_in_force(call), *agreed = policy_version_find(policy, user->agreed);
    const struct words *w = &words[language];
    struct strbuf *out = &call->out;
    str query = arena_printf(call->arena, "t=%.*s", STR_ARG(token));
    policy_page_begin(out, language, w->title, "/policy/agree", query.ptr);
    strbuf_add(out, S("<main>"));
    add_what_is_new(out, agreed, in_force, language);
    strbuf_printf(out, "<p>%.*s</p>\n<p><a href=\"/policy/%s\">%.*s</a>", STR_ARG(w->asks), language_tag(language),
                  STR_ARG(w->read));
    if (agreed && agreed < in_force)
        strbuf_printf(out, " · <a href=\"/policy/archive/compare?from=%.*s&amp;to=%.*s&amp;lang=%s\">%.*s</a>",
                      STR_ARG(agreed->version), STR_ARG(in_force->version), language_tag(language),
                      STR_ARG(w->compare));
    strbuf_add(out, S("</p>\n"));
    add_form(out, in_force, language, token);
    policy_page_end(out);
}

static enum rc write_words(struct call *call, enum language language, str text, int status)
{
    policy_page_headers(call, language);
    policy_page_begin(&call->out, language, words[language].title, "/policy", "");
    strbuf_printf(&call->out, "<main><p role=\"status\">%.*s</p><p><a href=\"/\">%.*s</a></p>", STR_ARG(text),
                  STR_ARG(words[language].back));
    policy_page_end(&call->out);
    call->status = status;
    return RC_OK;
}

static enum rc get_page(struct call *call)
{
    str token = call_query(call, "t");
    enum language language = policy_asked_language(call);
    const struct user *user;
    uint64_t subject;
    call_header(call, S("Cache-Control"), S("no-store"));
    if (!token.ptr || agreement_uri_subject(call, token, &subject) != RC_OK)
        return write_words(call, language, words[language].stale, 403);
    TRY(users_get(call->tx, subject, &user));
    if (!agreement_is_missing(call, user))
        return write_words(call, language, words[language].agreed, 200);
    policy_page_headers(call, language);
    write_question(call, user, language, token);
    return RC_OK;
}

/* ---- the answer ---- */

static enum rc post_page(struct call *call)
{
    const struct consent_issuer issuer = terms_issuer(call);
    const struct policy_version *in_force = terms_in_force(call);
    enum language language = language_of_tag(call_form_value(call, "lang"));
    bool agreed = str_eq(call_form_value(call, "agree"), S("yes"));
    const struct user *user;
    uint64_t subject;
    if (language == LANGUAGE_COUNT)
        language = LANGUAGE_EN;
    if (agreement_uri_subject(call, call_form_value(call, "t"), &subject) != RC_OK
        || !str_eq(call_form_value(call, "version"), in_force->version)
        || !str_eq(call_form_value(call, "sha256"), in_force->documents[language].sha256_hex))
        return write_words(call, language, words[language].stale, 409);
    TRY(users_get(call->tx, subject, &user));
    if (!(user->flags & USER_DEACTIVATED) && agreement_is_missing(call, user))
        TRY(terms_record_word(call->tx, &issuer, subject, in_force, language, agreed, S("agreement_page"), NULL));
    return write_words(call, language, agreed ? words[language].agreed : words[language].declined, 200);
}

static const struct endpoint endpoints[] = {
    {.name = "parleyAgreementPage",
     .method = HTTP_GET,
     .path = "/policy/agree",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_page},
    {.name = "parleyAgreementAnswer",
     .method = HTTP_POST,
     .path = "/policy/agree",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_RAW,
     .body_limit = FORM_MAX,
     .purpose = PURPOSE_RIGHTS,
     .run = post_page},
};

extern const struct endpoint_module agreement_page_module;
const struct endpoint_module agreement_page_module = ENDPOINT_MODULE(endpoints);
