/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /policy/archive: every version there was, and a form to compare two (obligation 6.4). */
#include "privacy/policy_page.h"

static const struct words {
    str title, lead, policy, in_force, to_come, over, announced, from, notice, asks, compare, older, newer, hash;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = {STR_INIT("Versions of the privacy policy"),
                     STR_INIT("Every version stays here. Days begin at midnight UTC."), STR_INIT("Privacy policy"),
                     STR_INIT("in force"), STR_INIT("announced"), STR_INIT("earlier"), STR_INIT("Announced"),
                     STR_INIT("takes effect"), STR_INIT("days of notice"),
                     STR_INIT("Binds nobody without a yes of their own."), STR_INIT("Compare"), STR_INIT("Older"),
                     STR_INIT("Newer"), STR_INIT("SHA-256 of the text shown")},
    [LANGUAGE_ZH_CN] = {STR_INIT("隐私政策的各个版本"), STR_INIT("所有版本均在此保留。日期以协调世界时零时起算。"),
                        STR_INIT("隐私政策"), STR_INIT("现行"), STR_INIT("已公告"), STR_INIT("旧版"),
                        STR_INIT("公告日期"), STR_INIT("生效日期"), STR_INIT("天公告期"),
                        STR_INIT("未经本人同意，对任何人不产生约束。"), STR_INIT("比较"), STR_INIT("较早的版本"),
                        STR_INIT("较新的版本"), STR_INIT("所示文本的 SHA-256")},
};

static size_t announced_count(const struct policy_view *view)
{
    size_t count = view->series->count;
    while (count > 1 && view->series->versions[count - 1].announced_ms > view->now_ms)
        count--;
    return count;
}

static void add_version(const struct policy_view *view, const struct policy_version *version, struct strbuf *out)
{
    const struct words *w = &words[view->language];
    const struct policy_version *in_force = policy_in_force(view->series, view->now_ms);
    const char *comma = language_comma(view->language);
    strbuf_add(out, S("<li><a href=\""));
    policy_add_version_path(out, view->series, version);
    strbuf_printf(out, "?lang=%s\">%.*s</a> · %.*s<br>%.*s %.*s%s%.*s %.*s%s%d %.*s<br>", language_tag(view->language),
                  STR_ARG(version->version),
                  STR_ARG(version == in_force  ? w->in_force
                          : version > in_force ? w->to_come
                                               : w->over),
                  STR_ARG(w->announced), STR_ARG(version->announced), comma, STR_ARG(w->from),
                  STR_ARG(version->effective), comma, version->notice_days, STR_ARG(w->notice));
    html_add_escaped(out, version->says[view->language]);
    strbuf_add_char(out, ' ');
    policy_add_nature(out, version, view->language);
    if (policy_version_asks(version))
        strbuf_add(out, w->asks);
    strbuf_printf(out, "<br><small>%.*s%s%.*s</small></li>\n", STR_ARG(w->hash), language_colon(view->language),
                  STR_ARG(version->documents[view->language].sha256_hex));
}

static void add_choice(const struct policy_view *view, const char *name, str label, size_t chosen, size_t count,
                       struct strbuf *out)
{
    strbuf_printf(out, "<label>%.*s<br><select name=\"%s\">", STR_ARG(label), name);
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "<option%s>%.*s</option>", i == chosen ? " selected" : "",
                      STR_ARG(view->series->versions[i].version));
    strbuf_add(out, S("</select></label>"));
}

static void add_form(const struct policy_view *view, size_t count, struct strbuf *out)
{
    const struct words *w = &words[view->language];
    strbuf_printf(out, "<form action=\"/policy/archive/compare\"><input type=\"hidden\" name=\"lang\" value=\"%s\">",
                  language_tag(view->language));
    if (view->series->name.len)
        strbuf_printf(out, "<input type=\"hidden\" name=\"document\" value=\"%.*s\">", STR_ARG(view->series->name));
    add_choice(view, "from", w->older, count - 2, count, out);
    add_choice(view, "to", w->newer, count - 1, count, out);
    strbuf_printf(out, "<button>%.*s</button></form>\n", STR_ARG(w->compare));
}

static void add_series(const struct policy_view *view, struct strbuf *out)
{
    size_t count = announced_count(view);
    strbuf_add(out, S("<section><h2>"));
    html_add_escaped(out, view->series->name.len ? view->series->versions[0].documents[view->language].title
                                                 : words[view->language].policy);
    strbuf_add(out, S("</h2><ol class=\"versions\">\n"));
    for (size_t i = count; i-- > 0;)
        add_version(view, &view->series->versions[i], out);
    strbuf_add(out, S("</ol>\n"));
    if (count > 1)
        add_form(view, count, out);
    strbuf_add(out, S("</section>\n"));
}

void policy_write_archive(const struct policy_view *view, struct strbuf *out)
{
    const struct words *w = &words[view->language];
    policy_page_begin(out, view->language, w->title, "/policy/archive", "");
    strbuf_printf(out, "<main><p>%.*s</p>\n", STR_ARG(w->lead));
    add_series(view, out);
    for (int p = PURPOSE_FIRST_OPTIONAL; p < PURPOSE_COUNT; p++) {
        struct policy_view supplement = *view;
        supplement.series = &view->policy->supplements[p];
        if (supplement.series->count)
            add_series(&supplement, out);
    }
    policy_page_end(out);
}
