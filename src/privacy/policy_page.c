/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_page.h"

#include "privacy/policy_markdown.h"

/* ---- frame ---- */

static const char style[] =
    "body{font:17px/1.6 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1.5rem;color:#1c1c1e;"
    "background:#fff;overflow-wrap:anywhere}"
    "h1{line-height:1.25}nav ol{padding-left:1.5rem}a{color:#0b57a4}"
    "strong{background:#fff3c4;padding:0 .15em}:target{outline:2px solid #0b57a4}"
    "aside{border:1px solid #767680;border-radius:8px;padding:.2rem 1rem;margin:1rem 0}"
    ".versions{list-style:none;padding:0}.versions li{border-top:1px solid #767680;padding:.6rem 0}"
    "form{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end}label{display:block}"
    "input,select,button{font:inherit;padding:.35rem .7rem;border:1px solid #767680;border-radius:6px;color:inherit;"
    "background:inherit;min-height:2.75rem}button{color:#fff;background:#0b57a4;border-color:#0b57a4}"
    "ins{background:#d7f5dd;text-decoration:underline}del{background:#fde0de}"
    ".clause{border-left:4px solid #767680;padding-left:.8rem;margin:1rem 0;white-space:pre-line}"
    ".number{font-weight:600}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161618}a{color:#8cc4ff}"
    "strong{background:#4a3f10}button{color:#10233a;background:#8cc4ff;border-color:#8cc4ff}"
    "ins{background:#12431f}del{background:#5a1d1a}}";

static const struct words {
    str contents, version, since, from, until, other_label, other_tag, status, archive, held, read, compare;
    str to_come, asks, superseded;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = {STR_INIT("Contents"), STR_INIT("Version"), STR_INIT("in force since"), STR_INIT("in force from"),
                     STR_INIT("until"), STR_INIT("中文"), STR_INIT("zh-CN"), STR_INIT("What does not work yet"),
                     STR_INIT("All versions"), STR_INIT("What we hold"), STR_INIT("Read it"),
                     STR_INIT("Compare it with this one"), STR_INIT("A new version is announced"),
                     STR_INIT("It will not bind you without your own yes."), STR_INIT("This is an earlier version.")},
    [LANGUAGE_ZH_CN] = {STR_INIT("目录"), STR_INIT("版本"), STR_INIT("生效日期"), STR_INIT("将于以下日期生效："),
                        STR_INIT("至"), STR_INIT("English"), STR_INIT("en"), STR_INIT("尚不能使用的部分"),
                        STR_INIT("所有版本"), STR_INIT("我们持有哪些信息"), STR_INIT("阅读"), STR_INIT("与本版本比较"),
                        STR_INIT("新版本公告"), STR_INIT("未经您本人同意，它对您不产生约束。"),
                        STR_INIT("这是一个旧版本。")},
};

void policy_page_begin(struct strbuf *out, enum language language, str title, const char *path, const char *query)
{
    const struct words *w = &words[language];
    bool in_path = strcmp(path, "/policy/") == 0;
    strbuf_printf(out,
                  "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>",
                  language_tag(language));
    html_add_escaped(out, title);
    strbuf_printf(out, "</title><style>%s</style></head><body><header><h1>", style);
    html_add_escaped(out, title);
    strbuf_printf(out, "</h1><p><a href=\"%s%s%.*s%s", path, in_path ? "" : "?lang=", STR_ARG(w->other_tag),
                  *query ? "&amp;" : "");
    html_add_escaped(out, str_of(query));
    strbuf_printf(out,
                  "\" hreflang=\"%.*s\">%.*s</a> · <a href=\"/policy/data?lang=%s\">%.*s</a>"
                  " · <a href=\"/policy/archive?lang=%s\">%.*s</a></p></header>\n",
                  STR_ARG(w->other_tag), STR_ARG(w->other_label), language_tag(language), STR_ARG(w->held),
                  language_tag(language), STR_ARG(w->archive));
}

void policy_page_end(struct strbuf *out)
{
    strbuf_add(out, S("</main></body></html>\n"));
}

void policy_add_version_path(struct strbuf *out, const struct policy_series *series,
                             const struct policy_version *version)
{
    if (series->name.len)
        strbuf_printf(out, "/policy/supplements/%.*s/%.*s", STR_ARG(series->name), STR_ARG(version->version));
    else
        strbuf_printf(out, "/policy/archive/%.*s", STR_ARG(version->version));
}

void policy_add_nature(struct strbuf *out, const struct policy_version *version, enum language language)
{
    bool english = language == LANGUAGE_EN, first = true;
    for (int i = 0; i < POLICY_CHANGE_COUNT; i++) {
        if (!(version->major & 1u << i))
            continue;
        strbuf_add(out, !first ? (english ? S(", ") : S("、")) : english ? S("Major change: ") : S("重大变更："));
        strbuf_add(out, str_of(policy_change_words((enum policy_change)i, language)));
        first = false;
    }
    if (!first)
        strbuf_add(out, english ? S(". ") : S("。"));
    if (version->lessens_rights)
        strbuf_add(out, english ? S("It lessens rights. ") : S("该版本削减了权利。"));
}

/* ---- a version ---- */

static void add_days(const struct policy_view *view, const struct policy_version *version, struct strbuf *out)
{
    const struct words *w = &words[view->language];
    const struct policy_series *series = view->series;
    bool runs = version->effective_ms <= view->now_ms;
    const struct policy_version *next = version + 1;
    strbuf_printf(out, "<p>%.*s %.*s%s%.*s %.*s", STR_ARG(w->version), STR_ARG(version->version),
                  language_comma(view->language), STR_ARG(runs ? w->since : w->from), STR_ARG(version->effective));
    if (next < series->versions + series->count && next->announced_ms <= view->now_ms)
        strbuf_printf(out, " %.*s %.*s", STR_ARG(w->until), STR_ARG(next->effective));
    strbuf_add(out, S("</p>\n"));
    if (version < policy_in_force(series, view->now_ms))
        strbuf_printf(out, "<p><strong>%.*s</strong></p>\n", STR_ARG(w->superseded));
}

/* What is announced, with what it changes, before it takes effect (obligation 6.2). */
static void add_notice(const struct policy_view *view, const struct policy_version *version, struct strbuf *out)
{
    const struct words *w = &words[view->language];
    const struct policy_version *next = policy_to_come(view->series, view->now_ms);
    if (!next || version != policy_in_force(view->series, view->now_ms))
        return;
    strbuf_printf(out, "<aside id=\"announced\"><h2>%.*s</h2><p>%.*s %.*s%s%.*s %.*s%s", STR_ARG(w->to_come),
                  STR_ARG(w->version), STR_ARG(next->version), language_comma(view->language), STR_ARG(w->from),
                  STR_ARG(next->effective), view->language == LANGUAGE_ZH_CN ? "。" : ". ");
    html_add_escaped(out, next->says[view->language]);
    strbuf_add(out, S("</p><p>"));
    policy_add_nature(out, next, view->language);
    if (policy_version_asks(next))
        strbuf_add(out, w->asks);
    strbuf_add(out, S("</p><p><a href=\""));
    policy_add_version_path(out, view->series, next);
    strbuf_printf(out, "?lang=%s\">%.*s</a> · <a href=\"/policy/archive/compare?", language_tag(view->language),
                  STR_ARG(w->read));
    if (view->series->name.len)
        strbuf_printf(out, "document=%.*s&amp;", STR_ARG(view->series->name));
    strbuf_printf(out, "from=%.*s&amp;to=%.*s&amp;lang=%s\">%.*s</a></p></aside>\n", STR_ARG(version->version),
                  STR_ARG(next->version), language_tag(view->language), STR_ARG(w->compare));
}

static void add_status(const struct policy_view *view, const struct policy_version *version, struct strbuf *out)
{
    str html = view->policy->status_html[view->language];
    if (!html.len || view->series != &view->policy->main || version != policy_in_force(view->series, view->now_ms))
        return;
    strbuf_printf(out, "<aside id=\"status\"><details><summary>%.*s</summary>\n%.*s</details></aside>\n",
                  STR_ARG(words[view->language].status), STR_ARG(html));
}

static void add_contents(const struct policy_section *sections, size_t count, enum language language,
                         struct strbuf *out)
{
    strbuf_printf(out, "<nav><h2>%.*s</h2><ol start=\"0\">\n", STR_ARG(words[language].contents));
    for (size_t i = 0; i < count; i++) {
        strbuf_printf(out, "<li><a href=\"#%zu\">", i);
        html_add_escaped(out, sections[i].title);
        strbuf_add(out, S("</a></li>\n"));
    }
    strbuf_add(out, S("</ol></nav>"));
}

static void begin_version(const struct policy_view *view, const struct policy_version *version, str title,
                          struct strbuf *out)
{
    struct strbuf path = STRBUF_INIT;
    bool main = view->series == &view->policy->main && version == policy_in_force(view->series, view->now_ms);
    policy_add_version_path(&path, view->series, version);
    policy_page_begin(out, view->language, title, main ? "/policy/" : path.ptr, "");
    strbuf_fini(&path);
}

void policy_write_page(const struct policy_view *view, const struct policy_version *version, struct strbuf *out)
{
    struct policy_document document = version->documents[view->language];
    struct policy_section *sections;
    struct arena arena = ARENA_INIT;
    size_t count;
    policy_markdown_sections(&arena, &document, true, &sections, &count);
    begin_version(view, version, document.title, out);
    add_days(view, version, out);
    add_notice(view, version, out);
    add_status(view, version, out);
    if (count > 1)
        add_contents(sections, count, view->language, out);
    strbuf_add(out, S("<main>\n"));
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, S("<section>"));
        if (sections[i].title.len) {
            strbuf_printf(out, "<h2 id=\"%zu\">%zu ", i, i);
            html_add_escaped(out, sections[i].title);
            strbuf_add(out, S("</h2>\n"));
        }
        strbuf_add(out, sections[i].html);
        strbuf_add(out, S("</section>\n"));
    }
    policy_page_end(out);
    arena_fini(&arena);
}
