/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy as code, for everyone to look at: each clause, what makes it true, what proves it, and whether that holds.
 */
#include "privacy/conformance.h"
#include "privacy/policy_text.h"

static const char style[] =
    "body{font:17px/1.6 system-ui,sans-serif;max-width:44rem;margin:0 "
    "auto;padding:1.5rem;color:#1c1c1e;background:#fff;"
    "overflow-wrap:anywhere}a{color:#0b57a4}article{border-top:1px solid #d0d0d4;padding:.5rem 0}h2{font-size:1.1rem}"
    "b{border-radius:.4em;padding:.1em .5em;margin-left:.5em;font-weight:600;font-size:.85rem}"
    ".lit{background:#d5f0d9;color:#0d4a1b}.dark{background:#eee;color:#444}details{font-size:.9rem}:target{outline:"
    "2px solid}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161618}a{color:#8cc4ff}article{border-color:#3a3a3e}"
    ".lit{background:#17401f;color:#c4efcb}.dark{background:#333;color:#ccc}}";

static const struct words {
    const char *title, *lead, *run, *never, *lit, *planned, *unproven, *mechanism, *tests, *checks, *mutant, *noticed,
        *other, *sum, *tried;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] =
        {"The policy as code",
         "Each clause of the policy, what makes it true, and the tests that prove it. A clause is lit when all "
         "of its tests passed with exactly this build of the program and its live checks hold on this server's data. "
         "<code>parley policy verify</code> tells the operator the same.",
         "Tests last run", "There are no test results for this build.", "lit", "not in force yet",
         "built, not proven here", "Mechanism", "Tests: passed, failed, not run", "Live checks",
         "With the mechanism taken out", "its tests notice",
         "<a href=\"/policy/conformance?lang=zh-CN\" hreflang=\"zh-CN\">中文</a>",
         "%zu clauses are lit, of %zu that are built and %zu in all.",
         "To try the tests, mechanisms were taken out: noticed %zu times of %zu."},
    [LANGUAGE_ZH_CN] =
        {"政策即代码",
         "政策的每一条款、使其成立的机制以及证明它的测试。只有当其全部测试在当前版本的程序上通过，并且对本服务器数据的"
         "自检全部成立时，该条款才会点亮。运营者可用 <code>parley policy verify</code> 得到同样的结果。",
         "最近一次测试", "当前版本没有测试结果。", "已点亮", "尚未生效", "已实现，此处未证明", "机制",
         "测试：通过、失败、未运行", "实时自检", "去除机制后", "其测试能够发现",
         "<a href=\"/policy/conformance?lang=en\" hreflang=\"en\">English</a>",
         "已点亮 %zu 条；已实现 %zu 条，共 %zu 条。", "为检验测试，逐一去除机制：被发现 %zu 次，共 %zu 次。"},
};

static void add_details(const struct conformance *one, enum language language, struct strbuf *out)
{
    const struct words *w = &words[language];
    const struct obligation *obligation = one->obligation;
    strbuf_printf(out, "<details><summary>%s</summary><p>", w->mechanism);
    html_add_escaped(out, str_of(obligation->says));
    strbuf_add(out, S("</p><ul>"));
    for (size_t i = 0; i < obligation->mechanism_count; i++)
        strbuf_printf(out, "<li><code>%s</code></li>", obligation->mechanism[i]);
    strbuf_printf(out, "</ul><p>%s%s%zu, %zu, %zu</p><ul>", w->tests, language_colon(language), one->passed,
                  one->failed, one->missing);
    for (size_t i = 0; i < obligation->test_count; i++) {
        strbuf_printf(out, "<li>%s: ", obligation->tests[i].suite);
        html_add_escaped(out, str_of(obligation->tests[i].name));
        strbuf_add(out, S("</li>"));
    }
    strbuf_add(out, S("</ul>"));
    if (obligation->check_count)
        strbuf_printf(out, "<p>%s%s</p><ul>", w->checks, language_colon(language));
    for (size_t i = 0; i < obligation->check_count; i++) {
        strbuf_printf(out, "<li>%s %s", one->checks ? one->checks[i].ok ? "✓" : "✗" : "…", obligation->checks[i]);
        if (one->checks) {
            strbuf_add(out, S(": "));
            html_add_escaped(out, one->checks[i].words);
        }
        strbuf_add(out, S("</li>"));
    }
    if (obligation->check_count)
        strbuf_add(out, S("</ul>"));
    if (*obligation->mutant)
        strbuf_printf(out, "<p>%s%s%s</p>", w->mutant, language_colon(language),
                      strcmp(obligation->mutant, "killed") == 0 ? w->noticed : obligation->mutant);
    strbuf_add(out, S("</details>"));
}

static void add_one(const struct conformance *one, enum language language, struct strbuf *out)
{
    const struct words *w = &words[language];
    const struct obligation *obligation = one->obligation;
    const char *state = one->lit ? w->lit : obligation->built ? w->unproven : w->planned;
    strbuf_printf(out, "<article id=\"%s\"><h2><a href=\"/policy/%s#%s\">%s</a><b class=\"%s\">%s</b></h2><p>",
                  obligation->id, language_tag(language), obligation->id, obligation->id, one->lit ? "lit" : "dark",
                  state);
    html_add_escaped(out, str_of(obligation->clause[language]));
    strbuf_add(out, S("</p>"));
    if (obligation->built)
        add_details(one, language, out);
    strbuf_add(out, S("</article>\n"));
}

void conformance_write_page(const struct conformance *all, const struct proofs *proofs, enum language language,
                            struct strbuf *out)
{
    const struct words *w = &words[language];
    size_t lit = 0, built = 0, mutants = 0, killed = 0;
    for (size_t i = 0; i < obligation_count; i++) {
        lit += all[i].lit;
        built += all[i].obligation->built;
        mutants += *all[i].obligation->mutant != '\0';
        killed += strcmp(all[i].obligation->mutant, "killed") == 0;
    }
    strbuf_printf(
        out,
        "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s</style></head><body><main><h1>%s"
        "</h1><p>%s</p><p>%s</p>\n",
        language_tag(language), w->title, style, w->title, w->other, w->lead);
    if (proofs)
        strbuf_printf(out, "<p>%s%s%.*s</p>", w->run, language_colon(language), STR_ARG(proofs_time(proofs)));
    else
        strbuf_printf(out, "<p>%s</p>", w->never);
    strbuf_add(out, S("<p>"));
    strbuf_printf(out, w->sum, lit, built, obligation_count);
    if (mutants) {
        strbuf_add(out, S("<br>"));
        strbuf_printf(out, w->tried, killed, mutants);
    }
    strbuf_add(out, S("</p>\n"));
    for (size_t i = 0; i < obligation_count; i++)
        add_one(&all[i], language, out);
    strbuf_add(out, S("</main></body></html>\n"));
}
