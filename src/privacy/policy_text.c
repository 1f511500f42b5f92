/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_text.h"

#include "privacy/policy_markdown.h"

#include <stdlib.h>

extern const unsigned char policy_source_en[], policy_source_zh_cn[];
extern const size_t policy_source_en_len, policy_source_zh_cn_len;

/* ---- filling in ---- */

struct filling {
    const char *key;
    str value;
    str otherwise[LANGUAGE_COUNT];
};

static void add_filled(struct strbuf *out, str key, const struct filling *fillings, size_t count,
                       enum language language)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(key, str_of(fillings[i].key)))
            strbuf_add(out, fillings[i].value.len ? fillings[i].value : fillings[i].otherwise[language]);
}

static str fill_in(struct arena *arena, str source, const struct policy_operator *operator, enum language language)
{
    const struct filling fillings[] = {
        {"operator.name", operator->name, {S("the operator of this server"), S("本服务器的运营者")}},
        {"operator.email", operator->email, {S("see the operator's web site"), S("见运营者网站")}},
        {"operator.officer_email", operator->officer_email, {S("through Help and feedback"), S("经“帮助与反馈”联系")}},
        {"operator.phone", operator->phone, {S(""), S("")}},
        {"operator.address", operator->address, {S(""), S("")}},
        {"operator.court", operator->court, {S("the court in charge"), S("有管辖权的法院")}},
        {"operator.law", operator->law, {S("the place where the operator is established"), S("运营者所在地")}},
        {"server.region", operator->region, {S("the operator's region"), S("运营者所在地区")}},
    };
    struct strbuf out = STRBUF_INIT;
    for (str rest = source; rest.len;) {
        size_t at = str_find_char(rest, '{');
        strbuf_add(&out, str_head(rest, at));
        rest = str_skip(rest, at);
        if (!str_starts(rest, S("{{"))) {
            strbuf_add(&out, str_head(rest, 1));
            rest = str_skip(rest, 1);
            continue;
        }
        str key;
        rest = str_split(str_skip(rest, 2), '}', &key);
        add_filled(&out, key, fillings, sizeof fillings / sizeof *fillings, language);
        rest = str_skip(rest, 1);
    }
    str text = strbuf_to_arena(&out, arena);
    strbuf_fini(&out);
    return text;
}

/* ---- documents ---- */

static str source_of(enum language language)
{
    return language == LANGUAGE_ZH_CN ? str_from(policy_source_zh_cn, policy_source_zh_cn_len)
                                      : str_from(policy_source_en, policy_source_en_len);
}

/* "---\nversion: 1\neffective: …\n---\n": returns what stands behind. */
static str read_front_matter(str source, str *ret_version, str *ret_effective)
{
    str line, rest = source, key;
    rest = str_split(rest, '\n', &line);
    while (rest.len) {
        rest = str_split(rest, '\n', &line);
        if (str_eq(line, S("---")))
            break;
        str value = str_trim(str_split(line, ':', &key));
        if (str_eq(key, S("version")))
            *ret_version = value;
        else if (str_eq(key, S("effective")))
            *ret_effective = value;
    }
    return rest;
}

static enum rc make_document(struct policy *policy, enum language language, const struct policy_operator *operator,
                             struct error * err)
{
    struct policy_document *document = &policy->documents[language];
    str version = STR_NONE, effective = STR_NONE;
    str body = read_front_matter(source_of(language), &version, &effective);
    if (!version.len || !effective.len || (policy->version.len && !str_eq(policy->version, version)))
        return error_set(err, RC_INVALID, "policy/%s.md: versions of the languages differ", language_tag(language));
    policy->version = version;
    policy->effective = effective;
    document->language = language;
    document->text = fill_in(&policy->arena, body, operator, language);
    crypto_sha256(document->text, document->sha256);
    document->sha256_hex = crypto_hex(&policy->arena, str_from(document->sha256, sizeof document->sha256));
    return policy_markdown_sections(&policy->arena, document, false, document->sections, err);
}

enum rc policy_new(const struct policy_operator *operator, struct policy ** ret_policy, struct error *err)
{
    struct policy *policy = xcalloc(1, sizeof *policy);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        enum rc rc = make_document(policy, (enum language)i, operator, err);
        if (rc != RC_OK) {
            policy_free(&policy);
            return rc;
        }
    }
    *ret_policy = policy;
    return RC_OK;
}

void policy_free(struct policy **policy)
{
    if (!*policy)
        return;
    arena_fini(&(*policy)->arena);
    free(*policy);
    *policy = NULL;
}
