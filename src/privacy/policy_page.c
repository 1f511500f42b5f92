/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy as a page: readable before anything else is asked, by any browser (obligation 0.1). */
#include "privacy/policy_markdown.h"

static const char style[] =
    "body{font:17px/1.6 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1.5rem;color:#1c1c1e;"
    "background:#fff}"
    "nav ol{padding-left:1.5rem}nav a,header a{color:#0b57a4}"
    "strong{background:#fff3c4;padding:0 .15em}:target{outline:2px solid #0b57a4}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161618}nav a,header a{color:#8cc4ff}"
    "strong{background:#4a3f10}}";

static const struct words {
    str contents, version, effective, other_label, other_tag;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = {STR_INIT("Contents"), STR_INIT("Version"), STR_INIT("in force since"), STR_INIT("中文"),
                     STR_INIT("zh-CN")},
    [LANGUAGE_ZH_CN] = {STR_INIT("目录"), STR_INIT("版本"), STR_INIT("生效日期"), STR_INIT("English"), STR_INIT("en")},
};

static void add_head(const struct policy *policy, const struct policy_document *document, struct strbuf *out)
{
    const struct words *w = &words[document->language];
    strbuf_printf(out,
                  "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>",
                  language_tag(document->language));
    html_add_escaped(out, document->title);
    strbuf_printf(out, "</title><style>%s</style></head><body><header><h1>", style);
    html_add_escaped(out, document->title);
    strbuf_printf(out,
                  "</h1><p>%.*s %.*s, %.*s %.*s · <a href=\"/policy/%.*s\" hreflang=\"%.*s\">%.*s</a></p></header>\n",
                  STR_ARG(w->version), STR_ARG(policy->version), STR_ARG(w->effective), STR_ARG(policy->effective),
                  STR_ARG(w->other_tag), STR_ARG(w->other_tag), STR_ARG(w->other_label));
}

static void add_contents(const struct policy_section *sections, enum language language, struct strbuf *out)
{
    strbuf_printf(out, "<nav><h2>%.*s</h2><ol start=\"0\">\n", STR_ARG(words[language].contents));
    for (int i = 0; i < POLICY_SECTIONS; i++) {
        strbuf_printf(out, "<li><a href=\"#%d\">", i);
        html_add_escaped(out, sections[i].title);
        strbuf_add(out, S("</a></li>\n"));
    }
    strbuf_add(out, S("</ol></nav><main>\n"));
}

void policy_write_page(const struct policy *policy, enum language language, struct strbuf *out)
{
    struct policy_document document = policy->documents[language];
    struct policy_section sections[POLICY_SECTIONS];
    struct arena arena = ARENA_INIT;
    if (policy_markdown_sections(&arena, &document, true, sections, NULL) != RC_OK)
        return;
    add_head(policy, &document, out);
    add_contents(sections, language, out);
    for (int i = 0; i < POLICY_SECTIONS; i++) {
        strbuf_printf(out, "<section><h2 id=\"%d\">%d ", i, i);
        html_add_escaped(out, sections[i].title);
        strbuf_add(out, S("</h2>\n"));
        strbuf_add(out, sections[i].html);
        strbuf_add(out, S("</section>\n"));
    }
    strbuf_add(out, S("</main></body></html>\n"));
    arena_fini(&arena);
}
