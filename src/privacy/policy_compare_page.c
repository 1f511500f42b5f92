/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /policy/archive/compare: what differs between two versions, clause by clause (obligation 6.4). */
#include "privacy/policy_clause.h"
#include "privacy/policy_diff.h"
#include "privacy/policy_page.h"

static const struct words {
    str title, from, to, same, changed, added, removed, none;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = {STR_INIT("Two versions compared"), STR_INIT("from version"), STR_INIT("to version"),
                     STR_INIT("clauses are the same."), STR_INIT("changed"), STR_INIT("new"), STR_INIT("gone"),
                     STR_INIT("The two are the same.")},
    [LANGUAGE_ZH_CN] = {STR_INIT("两个版本的比较"), STR_INIT("自版本"), STR_INIT("至版本"), STR_INIT("条没有变化。"),
                        STR_INIT("有变更"), STR_INIT("新增"), STR_INIT("删除"), STR_INIT("两个版本相同。")},
};

static void add_change(struct arena *arena, const struct clause_change *change, enum language language,
                       struct strbuf *out)
{
    static const char *const kinds[] = {"same", "changed", "added", "removed"};
    const struct words *w = &words[language];
    const struct policy_clause *clause = change->to ? change->to : change->from;
    strbuf_printf(out, "<section class=\"clause\" data-is=\"%s\"><span class=\"number\">", kinds[change->status]);
    html_add_escaped(out, clause->id);
    strbuf_printf(out, " · %.*s</span>\n",
                  STR_ARG(change->status == CLAUSE_CHANGED ? w->changed
                          : change->status == CLAUSE_ADDED ? w->added
                                                           : w->removed));
    policy_diff_write(arena, change->from ? change->from->words : S(""), change->to ? change->to->words : S(""), out);
    strbuf_add(out, S("</section>\n"));
}

static void add_head(const struct policy_view *view, const struct policy_version *from, const struct policy_version *to,
                     struct strbuf *out)
{
    const struct words *w = &words[view->language];
    struct strbuf query = STRBUF_INIT;
    if (view->series->name.len)
        strbuf_printf(&query, "document=%.*s&", STR_ARG(view->series->name));
    strbuf_printf(&query, "from=%.*s&to=%.*s", STR_ARG(from->version), STR_ARG(to->version));
    policy_page_begin(out, view->language, w->title, "/policy/archive/compare", query.ptr);
    strbuf_fini(&query);
    strbuf_add(out, S("<main><p>"));
    html_add_escaped(out, to->documents[view->language].title);
    strbuf_printf(out, "<br>%.*s %.*s (%.*s) %.*s %.*s (%.*s)</p>\n", STR_ARG(w->from), STR_ARG(from->version),
                  STR_ARG(from->effective), STR_ARG(w->to), STR_ARG(to->version), STR_ARG(to->effective));
}

void policy_write_comparison(const struct policy_view *view, const struct policy_version *from,
                             const struct policy_version *to, struct strbuf *out)
{
    const struct words *w = &words[view->language];
    struct arena arena = ARENA_INIT;
    struct clause_change *changes;
    size_t count, same = 0;
    policy_compare(&arena, from->documents[view->language].text, to->documents[view->language].text, &changes, &count);
    add_head(view, from, to, out);
    for (size_t i = 0; i < count; i++) {
        if (changes[i].status == CLAUSE_SAME)
            same++;
        else
            add_change(&arena, &changes[i], view->language, out);
    }
    if (same == count)
        strbuf_printf(out, "<p>%.*s</p>\n", STR_ARG(w->none));
    else
        strbuf_printf(out, "<p>%zu %.*s</p>\n", same, STR_ARG(w->same));
    policy_page_end(out);
    arena_fini(&arena);
}
