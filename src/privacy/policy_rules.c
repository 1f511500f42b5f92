/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_rules.h"

#include "privacy/policy_clause.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct judgement {
    struct arena arena;
    const struct policy_series *series;
    const struct policy_version *before, *version; /* before NULL: the first */
    const struct policy_declared *declared;
    struct error *err;
};

/* ---- the texts ---- */

static enum rc check_pin(struct judgement *judgement, enum language language)
{
    unsigned char digest[CRYPTO_SHA256_SIZE];
    crypto_sha256(judgement->version->documents[language].source, digest);
    str hex = crypto_hex(&judgement->arena, str_from(digest, sizeof digest));
    if (str_eq_nocase(hex, judgement->declared->sha256[language]))
        return RC_OK;
    return error_set(judgement->err, RC_INVALID,
                     "the %s text is not the one pinned: a change is a new version (README.md). Its sha256 now: %.*s",
                     language_tag(language), STR_ARG(hex));
}

static enum rc check_clauses_once(struct judgement *judgement, enum language language)
{
    struct policy_clause *clauses;
    size_t count;
    policy_clauses(&judgement->arena, judgement->version->documents[language].source, &clauses, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(clauses[i].id, clauses[j].id))
                return error_set(judgement->err, RC_INVALID, "clause %.*s stands twice in the %s text",
                                 STR_ARG(clauses[i].id), language_tag(language));
    return RC_OK;
}

static enum rc check_same_clauses(struct judgement *judgement)
{
    const struct policy_document *documents = judgement->version->documents;
    for (int l = 1; l < LANGUAGE_COUNT; l++) {
        struct clause_change *changes;
        size_t count;
        policy_compare(&judgement->arena, documents[0].source, documents[l].source, &changes, &count);
        for (size_t i = 0; i < count; i++) {
            if (changes[i].from && changes[i].to)
                continue;
            const struct policy_clause *lone = changes[i].from ? changes[i].from : changes[i].to;
            return error_set(judgement->err, RC_INVALID, "clause %.*s does not stand in every language",
                             STR_ARG(lone->id));
        }
    }
    return RC_OK;
}

static enum rc check_texts(struct judgement *judgement)
{
    bool main = !judgement->series->name.len;
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        const struct policy_document *document = &judgement->version->documents[l];
        if (!document->title.len || document->section_count != (main ? POLICY_SECTIONS : 1))
            return error_set(judgement->err, RC_INVALID, "the %s text lacks its title or has other sections",
                             language_tag((enum language)l));
        TRY(check_clauses_once(judgement, (enum language)l));
        TRY(check_pin(judgement, (enum language)l));
    }
    return check_same_clauses(judgement);
}

/* ---- the days ---- */

static enum rc check_days(struct judgement *judgement)
{
    const struct policy_version *before = judgement->before, *version = judgement->version;
    if (version->effective_ms < version->announced_ms + version->notice_days * DAY_MS)
        return error_set(judgement->err, RC_INVALID, "takes effect earlier than announced + %d days of notice",
                         version->notice_days);
    if (!before)
        return RC_OK;
    int least = policy_version_asks(version) ? POLICY_NOTICE_DAYS_ASKS : POLICY_NOTICE_DAYS;
    if (version->notice_days < least)
        return error_set(judgement->err, RC_INVALID, "its notice period must be at least %d days", least);
    if (version->announced_ms < before->announced_ms || version->effective_ms <= before->effective_ms)
        return error_set(judgement->err, RC_INVALID, "does not come after the version before");
    if (policy_version_find(judgement->series, version->version) != version)
        return error_set(judgement->err, RC_INVALID, "has a name that was given before");
    return RC_OK;
}

/* ---- what changed ---- */

static bool named_as_major(const struct policy_declared *declared, str id)
{
    for (int i = 0; i < POLICY_CHANGE_COUNT; i++)
        if (clause_list_has(&declared->changes[i], id))
            return true;
    return false;
}

/* Purposes and ways of use, cookies, recipients, rights, contact: whoever changes these says what kind it is. */
static bool is_major_ground(const struct policy_series *series, str id)
{
    return !series->name.len && id.len && memchr("12358", id.ptr[0], 5);
}

static enum rc check_change(struct judgement *judgement, const struct clause_change *change)
{
    const struct policy_declared *declared = judgement->declared;
    str id = change->to ? change->to->id : change->from->id;
    if (change->status == CLAUSE_REMOVED)
        return clause_list_has(&declared->removed, id)
                   ? RC_OK
                   : error_set(judgement->err, RC_INVALID, "clause %.*s is gone and not named under removed",
                               STR_ARG(id));
    if (change->status == CLAUSE_SAME || named_as_major(declared, id) || clause_list_has(&declared->editorial, id))
        return RC_OK;
    if (is_major_ground(judgement->series, id))
        return error_set(judgement->err, RC_INVALID, "clause %.*s changed: name its kind of major change", STR_ARG(id));
    return clause_list_has(&declared->other, id)
               ? RC_OK
               : error_set(judgement->err, RC_INVALID, "clause %.*s changed and is named nowhere", STR_ARG(id));
}

struct comparison {
    struct clause_change *changes[LANGUAGE_COUNT];
    size_t count[LANGUAGE_COUNT];
};

/* In any language; CLAUSE_SAME when there is no such clause. */
static enum clause_status status_of(const struct comparison *comparison, str id)
{
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        for (size_t i = 0; i < comparison->count[l]; i++) {
            const struct clause_change *change = &comparison->changes[l][i];
            if (change->status != CLAUSE_SAME && str_eq(change->to ? change->to->id : change->from->id, id))
                return change->status;
        }
    return CLAUSE_SAME;
}

static enum rc check_named(struct judgement *judgement, const struct comparison *comparison,
                           const struct clause_list *list, bool removed)
{
    for (size_t i = 0; i < list->count; i++) {
        enum clause_status status = status_of(comparison, list->ids[i]);
        if (status == CLAUSE_SAME || (status == CLAUSE_REMOVED) != removed)
            return error_set(judgement->err, RC_INVALID, "names clause %.*s, which is not so changed",
                             STR_ARG(list->ids[i]));
    }
    return RC_OK;
}

static enum rc check_declared(struct judgement *judgement, const struct comparison *comparison)
{
    const struct policy_declared *declared = judgement->declared;
    for (int i = 0; i < POLICY_CHANGE_COUNT; i++)
        TRY(check_named(judgement, comparison, &declared->changes[i], false));
    TRY(check_named(judgement, comparison, &declared->other, false));
    TRY(check_named(judgement, comparison, &declared->editorial, false));
    TRY(check_named(judgement, comparison, &declared->removed, true));
    if (declared->removed.count && !judgement->version->lessens_rights)
        return error_set(judgement->err, RC_INVALID, "takes clauses away and does not say that it lessens rights");
    return RC_OK;
}

/* Words changed in one language only say nothing new: they are a correction, and declared as one. */
static enum rc check_equal_change(struct judgement *judgement, const struct comparison *comparison)
{
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        for (size_t i = 0; i < comparison->count[l]; i++) {
            const struct clause_change *change = &comparison->changes[l][i];
            if (change->status != CLAUSE_CHANGED || clause_list_has(&judgement->declared->editorial, change->to->id))
                continue;
            for (int other = 0; other < LANGUAGE_COUNT; other++) {
                struct comparison one = {{comparison->changes[other]}, {comparison->count[other]}};
                if (status_of(&one, change->to->id) == CLAUSE_SAME)
                    return error_set(judgement->err, RC_INVALID, "clause %.*s changed in one language only",
                                     STR_ARG(change->to->id));
            }
        }
    return RC_OK;
}

static enum rc check_changes(struct judgement *judgement)
{
    struct comparison comparison = {0};
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        policy_compare(&judgement->arena, judgement->before->documents[l].source,
                       judgement->version->documents[l].source, &comparison.changes[l], &comparison.count[l]);
        for (size_t i = 0; i < comparison.count[l]; i++)
            TRY(check_change(judgement, &comparison.changes[l][i]));
    }
    TRY(check_declared(judgement, &comparison));
    return check_equal_change(judgement, &comparison);
}

/* The first version changes nothing. */
static enum rc check_first(struct judgement *judgement)
{
    const struct policy_declared *declared = judgement->declared;
    if (policy_version_asks(judgement->version) || declared->other.count || declared->editorial.count
        || declared->removed.count)
        return error_set(judgement->err, RC_INVALID, "is the first: there is nothing it changes");
    return RC_OK;
}

enum rc policy_rules_check(const struct policy_series *series, size_t i, const struct policy_declared *declared,
                           struct error *err)
{
    struct error inner = {0};
    struct judgement judgement = {.series = series,
                                  .before = i ? &series->versions[i - 1] : NULL,
                                  .version = &series->versions[i],
                                  .declared = declared,
                                  .err = &inner};
    enum rc rc = check_texts(&judgement);
    if (rc == RC_OK)
        rc = check_days(&judgement);
    if (rc == RC_OK)
        rc = i ? check_changes(&judgement) : check_first(&judgement);
    arena_fini(&judgement.arena);
    return rc == RC_OK ? RC_OK
                       : error_set(err, rc, "version %.*s: %s", STR_ARG(series->versions[i].version), inner.text);
}
