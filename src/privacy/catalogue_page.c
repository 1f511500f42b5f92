/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* "What we hold": every kind of data there is a row for, under headings people look for. */
#include "catalogue/technical.h"
#include "catalogue/words.h"
#include "privacy/catalogue_shown.h"
#include "privacy/policy_text.h"

static const char style[] =
    ":root{color-scheme:light dark;--text:#1c1c1e;--soft:#5a5a62;--back:#f4f4f6;--card:#fff;--line:#dddde2;"
    "--link:#0b57a4;--warn-back:#ffe9d6;--warn:#7a3a00;--tag:#ececf0}"
    "@media(prefers-color-scheme:dark){:root{--text:#eee;--soft:#a8a8b0;--back:#111113;--card:#1c1c1f;--line:#333338;"
    "--link:#8cc4ff;--warn-back:#4a2a08;--warn:#ffd9b0;--tag:#2c2c31}}"
    "*{box-sizing:border-box}html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}"
    "@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}"
    "body{margin:0;background:var(--back);color:var(--text);font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}"
    "main,header{max-width:46rem;margin:0 auto;padding:0 1rem}header{padding-top:1.75rem}main{padding-bottom:4rem}"
    "h1{font-size:1.9rem;line-height:1.2;margin:.75rem 0 .5rem}h2{font-size:1.25rem;margin:2.5rem 0 .75rem}"
    "h3{font-size:1.05rem;margin:0;display:flex;flex-wrap:wrap;gap:.25rem .6rem;align-items:baseline}"
    "a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}.ways{display:flex;flex-wrap:wrap;"
    "gap:.25rem 1.1rem;font-size:.95rem}"
    ".lead{color:var(--soft);margin:.25rem 0 1rem}"
    "nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.5rem}"
    "nav ul a{display:block;padding:.35rem .8rem;border:1px solid "
    "var(--line);border-radius:99rem;background:var(--card);"
    "text-decoration:none;font-size:.95rem}nav ul a span{color:var(--soft)}"
    "article{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:.9rem 1.1rem;margin:.6rem "
    "0;"
    "scroll-margin-top:1rem}article:target{border-color:var(--link);box-shadow:0 0 0 1px var(--link)}"
    "article p{margin:.3rem 0 .6rem}b{font-size:.8rem;font-weight:600;border-radius:99rem;padding:.05rem .6rem;"
    "background:var(--tag);color:var(--soft)}b.sensitive{background:var(--warn-back);color:var(--warn)}"
    "dl{margin:0;font-size:.93rem}dl div{display:grid;grid-template-columns:9.5rem 1fr;gap:0 .8rem;padding:.25rem 0}"
    "dt{color:var(--soft)}dd{margin:0}dd small{display:block;color:var(--soft);font-size:.88rem}"
    "summary{cursor:pointer;color:var(--link);font-size:.93rem;padding:.35rem 0}code{font-size:.85rem}"
    "@media(max-width:34rem){dl div{grid-template-columns:1fr;padding:.35rem 0}h1{font-size:1.6rem}}";

static const struct words {
    const char *title, *lead, *count, *policy, *proofs, *other, *topics, *purposes, *technical, *technical_lead;
    const char *used_for, *kept, *more, *basis, *where, *sealed, *erased, *exported, *seen, *masked, *program, *asks;
} words[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = {.title = "What we hold",
                     .lead = "Every kind of information this service keeps about people, what for, how long, and what "
                             "becomes of it. The program is run by this list: what is not on it cannot be stored.",
                     .count = "%d kinds, %d of them sensitive: leaking them could harm body, property or dignity.",
                     .policy = "Privacy policy",
                     .proofs = "The policy as code",
                     .other = "<a href=\"/policy/data?lang=zh-CN\" hreflang=\"zh-CN\" lang=\"zh-CN\">中文</a>",
                     .topics = "Topics",
                     .purposes = "What the purposes mean",
                     .technical = "What is nobody’s information",
                     .technical_lead = "The rest of what is stored, logged or sent, with the reason why it tells "
                                       "nothing of a person.",
                     .used_for = "Used for",
                     .kept = "Kept",
                     .more = "More",
                     .basis = "Legal basis",
                     .where = "Where",
                     .sealed = "encrypted under your own key",
                     .erased = "When you are erased",
                     .exported = "In your export",
                     .seen = "Seen by our staff",
                     .masked = "Masked as",
                     .program = "In the program",
                     .asks = "only with your consent"},
    [LANGUAGE_ZH_CN] = {.title = "我们持有哪些信息",
                        .lead = "本服务保存的每一种个人信息、其用途、保存期限以及最终去向。程序依此清单运行："
                                "不在清单上的信息无法存储。",
                        .count = "共 %d 种，其中 %d 种为敏感个人信息，泄露可能危害人身、财产或人格尊严。",
                        .policy = "隐私政策",
                        .proofs = "政策即代码",
                        .other = "<a href=\"/policy/data?lang=en\" hreflang=\"en\" lang=\"en\">English</a>",
                        .topics = "主题",
                        .purposes = "各项用途的含义",
                        .technical = "不属于任何人的信息",
                        .technical_lead = "其余被存储、记录或发送的内容，以及其为何不反映任何个人。",
                        .used_for = "用途",
                        .kept = "保存期限",
                        .more = "详情",
                        .basis = "法律依据",
                        .where = "存放位置",
                        .sealed = "以您专属的密钥加密",
                        .erased = "删除您的信息时",
                        .exported = "在您的导出中",
                        .seen = "我方人员可见范围",
                        .masked = "脱敏显示为",
                        .program = "在程序中",
                        .asks = "须经您同意"},
};

static const struct catalogue_row *row_of(int field)
{
    return catalogue_row((enum personal_field)field);
}

/* ---- one kind ---- */

static void open_item(struct strbuf *out, const char *term)
{
    strbuf_printf(out, "<div><dt>%s</dt><dd>", term);
}

static void close_item(struct strbuf *out)
{
    strbuf_add(out, S("</dd></div>"));
}

static void add_item(struct strbuf *out, const char *term, const char *value)
{
    open_item(out, term);
    html_add_escaped(out, str_of(value));
    close_item(out);
}

static void add_purposes(struct strbuf *out, const struct catalogue_row *row, enum language language)
{
    const char *between = "";
    open_item(out, words[language].used_for);
    for (int purpose = PURPOSE_NONE + 1; purpose < PURPOSE_COUNT; purpose++) {
        if (!(row->purposes & PURPOSE_BIT(purpose)))
            continue;
        strbuf_printf(out, "%s<a href=\"#purpose-%s\">%s</a>", between, purpose_name((enum purpose)purpose),
                      purpose_title((enum purpose)purpose, language));
        between = language == LANGUAGE_ZH_CN ? "、" : ", ";
    }
    close_item(out);
}

static void add_bases(struct strbuf *out, const struct catalogue_row *row, enum language language)
{
    const char *between = "";
    open_item(out, words[language].basis);
    for (int basis = 0; basis < BASIS_COUNT; basis++) {
        if (!(row->bases & BASIS_BIT(basis)))
            continue;
        strbuf_printf(out, "%s%s", between, basis_title((enum legal_basis)basis, language));
        between = language == LANGUAGE_ZH_CN ? "；" : "; ";
    }
    close_item(out);
}

static void add_where(struct strbuf *out, const struct catalogue_row *row, enum language language)
{
    open_item(out, words[language].where);
    strbuf_printf(out, "%s", place_title(row->place, language));
    if (row->sealed)
        strbuf_printf(out, "%s%s", language_comma(language), words[language].sealed);
    close_item(out);
}

static void add_erasure(struct strbuf *out, const struct catalogue_row *row, enum language language)
{
    open_item(out, words[language].erased);
    strbuf_printf(out, "%s", erasure_title(row->erasure, language));
    if (row->why_kept[language]) {
        strbuf_add(out, S("<small>"));
        html_add_escaped(out, str_of(row->why_kept[language]));
        strbuf_add(out, S("</small>"));
    }
    close_item(out);
}

static void add_place(struct strbuf *out, const struct catalogue_row *row, enum language language)
{
    open_item(out, words[language].program);
    strbuf_printf(out, "<code>%s/%s", place_name(row->place), row->table);
    if (row->columns)
        strbuf_printf(out, ": %s", row->columns);
    strbuf_add(out, S("</code>"));
    close_item(out);
}

static void add_field(struct strbuf *out, const struct catalogue_row *row, enum language language)
{
    const struct words *w = &words[language];
    strbuf_printf(out, "<article id=\"%s\"><h3>", row->name);
    html_add_escaped(out, str_of(row->title[language]));
    strbuf_printf(out, " <b class=\"%s\">%s</b></h3><p>", class_name(row->class), class_title(row->class, language));
    html_add_escaped(out, str_of(row->holds[language]));
    strbuf_add(out, S("</p><dl>"));
    add_purposes(out, row, language);
    open_item(out, w->kept);
    retention_add_words(out, row, language);
    close_item(out);
    strbuf_printf(out, "</dl><details><summary>%s</summary><dl>", w->more);
    add_where(out, row, language);
    add_item(out, w->seen, grade_title(row->grade, language));
    add_item(out, w->masked, masking_title(row->masking, language));
    add_erasure(out, row, language);
    add_item(out, w->exported, export_title(row->export, language));
    add_bases(out, row, language);
    add_place(out, row, language);
    strbuf_add(out, S("</dl></details></article>\n"));
}

/* ---- the page ---- */

static const enum topic in_order[TOPIC_COUNT] = {TOPIC_ACCOUNT, TOPIC_ROOMS,   TOPIC_DEVICES, TOPIC_CODES,
                                                 TOPIC_RECORDS, TOPIC_PASSING, TOPIC_BROWSER, TOPIC_SAFE};

static int count(bool sensitive_only, int topic)
{
    int all = 0;
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        all += (!sensitive_only || row_of(field)->class == CLASS_SENSITIVE)
               && (topic == TOPIC_COUNT || row_of(field)->topic == (enum topic)topic);
    return all;
}

static void add_head(struct strbuf *out, enum language language)
{
    const struct words *w = &words[language];
    const char *tag = language_tag(language);
    strbuf_printf(out,
                  "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                  "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s</style></head><body>"
                  "<header><div class=\"ways\"><a href=\"/policy/%s\">%s</a><a href=\"/policy/conformance?lang=%s\">%s"
                  "</a>%s</div><h1>%s</h1><p class=\"lead\">%s ",
                  tag, w->title, style, tag, w->policy, tag, w->proofs, w->other, w->title, w->lead);
    char words_of_count[256];
    snprintf(words_of_count, sizeof words_of_count, w->count, count(false, TOPIC_COUNT), count(true, TOPIC_COUNT));
    strbuf_printf(out, "%s</p>", words_of_count);
}

static void add_topics(struct strbuf *out, enum language language)
{
    strbuf_printf(out, "<nav aria-label=\"%s\"><ul>", words[language].topics);
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        strbuf_printf(out, "<li><a href=\"#topic-%s\">%s <span>%d</span></a></li>", topic_name(in_order[i]),
                      topic_title(in_order[i], language), count(false, (int)in_order[i]));
    strbuf_add(out, S("</ul></nav></header><main>\n"));
}

static void add_topic(struct strbuf *out, enum topic topic, enum language language)
{
    strbuf_printf(out, "<section><h2 id=\"topic-%s\">%s</h2>\n", topic_name(topic), topic_title(topic, language));
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        if (row_of(field)->topic == topic)
            add_field(out, row_of(field), language);
    strbuf_add(out, S("</section>\n"));
}

static void add_purpose_list(struct strbuf *out, enum language language)
{
    strbuf_printf(out, "<section><h2>%s</h2>\n", words[language].purposes);
    for (int p = PURPOSE_NONE + 1; p < PURPOSE_COUNT; p++) {
        enum purpose purpose = (enum purpose)p;
        strbuf_printf(out, "<article id=\"purpose-%s\"><h3>%s", purpose_name(purpose),
                      purpose_title(purpose, language));
        if (purpose_needs_consent(purpose))
            strbuf_printf(out, " <b>%s</b>", words[language].asks);
        strbuf_printf(out, "</h3><p>%s</p></article>\n", purpose_words(purpose, language));
    }
    strbuf_add(out, S("</section>\n"));
}

static void add_technical(struct strbuf *out, enum language language)
{
    strbuf_printf(out, "<section><h2>%s</h2><p class=\"lead\">%s</p><article><dl>", words[language].technical,
                  words[language].technical_lead);
    for (size_t i = 0; i < catalogue_technical_count; i++) {
        const struct technical *entry = &catalogue_technical[i];
        strbuf_printf(out, "<div><dt><code>%s%s%s</code></dt><dd>%s<small><code>%s</code></small></dd></div>\n",
                      place_name(entry->place), entry->table ? "/" : "", entry->table ? entry->table : "",
                      entry->why[language], entry->names);
    }
    strbuf_add(out, S("</dl></article></section>\n"));
}

void catalogue_write_page(enum language language, struct strbuf *out)
{
    add_head(out, language);
    add_topics(out, language);
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        add_topic(out, in_order[i], language);
    add_purpose_list(out, language);
    add_technical(out, language);
    strbuf_add(out, S("</main></body></html>\n"));
}
