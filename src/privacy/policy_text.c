/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_text.h"

#include "privacy/policy_file.h"
#include "privacy/policy_markdown.h"
#include "privacy/policy_rules.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- filling in ---- */

struct filling {
    const char *key;
    str value;
    str otherwise[LANGUAGE_COUNT];
};

static bool add_filled(struct strbuf *out, str key, const struct filling *fillings, size_t count,
                       enum language language)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(key, str_of(fillings[i].key))) {
            strbuf_add(out, fillings[i].value.len ? fillings[i].value : fillings[i].otherwise[language]);
            return true;
        }
    return false;
}

/* *ret_unknown: a place nothing is known to fill in with. */
static str fill_in(struct arena *arena, str source, const struct policy_operator *operator, enum language language,
                   str *ret_unknown)
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
        if (!add_filled(&out, key, fillings, sizeof fillings / sizeof *fillings, language))
            *ret_unknown = key;
        rest = str_skip(rest, 1);
    }
    str text = strbuf_to_arena(&out, arena);
    strbuf_fini(&out);
    return text;
}

/* ---- one series ---- */

struct loading {
    struct policy *policy;
    const char *root;
    const struct policy_operator *operator;
    struct error *err;
};

static enum rc load_document(struct loading *loading, const char *name, enum language language,
                             struct policy_document *document)
{
    struct arena *arena = &loading->policy->arena;
    enum rc rc = policy_file_read(arena, loading->root, name, &document->source, loading->err);
    if (rc == RC_NOT_FOUND)
        return error_set(loading->err, RC_INVALID, "policy/%s, which versions.json needs, is not there", name);
    TRY(rc);
    document->language = language;
    str unknown = STR_NONE;
    document->text = fill_in(arena, document->source, loading->operator, language, &unknown);
    if (unknown.ptr)
        return error_set(loading->err, RC_INVALID, "policy/%s: there is nothing to fill {{%.*s}} in with", name,
                         STR_ARG(str_head(unknown, 60)));
    crypto_sha256(document->text, document->sha256);
    document->sha256_hex = crypto_hex(arena, str_from(document->sha256, sizeof document->sha256));
    policy_markdown_sections(arena, document, false, &document->sections, &document->section_count);
    return RC_OK;
}

static enum rc load_version(struct loading *loading, const char *folder, struct policy_series *series, size_t i)
{
    struct policy_version *version = &series->versions[i];
    bool newest = i + 1 == series->count;
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        char name[160];
        if (newest)
            snprintf(name, sizeof name, "%s%s.md", folder, language_tag((enum language)l));
        else
            snprintf(name, sizeof name, "%sarchive/%.*s/%s.md", folder, STR_ARG(version->version),
                     language_tag((enum language)l));
        TRY(load_document(loading, name, (enum language)l, &version->documents[l]));
    }
    return RC_OK;
}

static enum rc load_series(struct loading *loading, const char *folder, struct policy_series *series)
{
    struct policy_declared *declared;
    struct error inner = {0};
    char name[96];
    str text;
    snprintf(name, sizeof name, "%sversions.json", folder);
    TRY(policy_file_read(&loading->policy->arena, loading->root, name, &text, loading->err));
    if (policy_manifest_read(&loading->policy->arena, text, series, &declared, &inner) != RC_OK)
        return error_set(loading->err, RC_INVALID, "policy/%s: %s", name, inner.text);
    for (size_t i = 0; i < series->count; i++) {
        TRY(load_version(loading, folder, series, i));
        if (policy_rules_check(series, i, &declared[i], &inner) != RC_OK)
            return error_set(loading->err, RC_INVALID, "policy/%s: %s", name, inner.text);
    }
    return RC_OK;
}

/* ---- the whole ---- */

static enum rc load_supplements(struct loading *loading)
{
    for (int p = PURPOSE_FIRST_OPTIONAL; p < PURPOSE_COUNT; p++) {
        struct policy_series *series = &loading->policy->supplements[p];
        char folder[64];
        series->name = str_of(purpose_name((enum purpose)p));
        snprintf(folder, sizeof folder, "supplements/%s/", purpose_name((enum purpose)p));
        enum rc rc = load_series(loading, folder, series);
        if (rc != RC_NOT_FOUND)
            TRY(rc);
    }
    return RC_OK;
}

static enum rc load_status(struct loading *loading)
{
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        char name[32];
        str text;
        snprintf(name, sizeof name, "status/%s.md", language_tag((enum language)l));
        enum rc rc = policy_file_read(&loading->policy->arena, loading->root, name, &text, loading->err);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        loading->policy->status_html[l] = policy_markdown_html(&loading->policy->arena, text);
    }
    return RC_OK;
}

static enum rc load(struct loading *loading)
{
    loading->policy->main.name = S("");
    enum rc rc = load_series(loading, "", &loading->policy->main);
    if (rc == RC_NOT_FOUND)
        return error_set(loading->err, RC_INVALID, "there is no versions.json in %.180s",
                         loading->root ? loading->root : "the program");
    TRY(rc);
    TRY(load_supplements(loading));
    return load_status(loading);
}

enum rc policy_new(const char *root, const struct policy_operator *operator, struct policy ** ret_policy,
                   struct error *err)
{
    struct policy *policy = xcalloc(1, sizeof *policy);
    struct loading loading = {policy, root, operator, err };
    enum rc rc = load(&loading);
    if (rc != RC_OK)
        policy_free(&policy);
    else
        *ret_policy = policy;
    return rc;
}

void policy_free(struct policy **policy)
{
    if (!*policy)
        return;
    arena_fini(&(*policy)->arena);
    free(*policy);
    *policy = NULL;
}
