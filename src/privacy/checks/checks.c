/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/checks/checks.h"

#include "db/db.h"

#include <stdarg.h>
#include <stdio.h>

struct check_result check_audit_chain(struct arena *arena, const char *folder);
struct check_result check_audit_ledger(struct arena *arena, const char *folder);
struct check_result check_catalogue_columns(struct arena *arena, const char *folder);
struct check_result check_consent_ledger(struct arena *arena, const char *folder);
struct check_result check_file_modes(struct arena *arena, const char *folder);
struct check_result check_plain_text(struct arena *arena, const char *folder);
struct check_result check_public_log(struct arena *arena, const char *folder);
struct check_result check_retention(struct arena *arena, const char *folder);
struct check_result check_sealed_values(struct arena *arena, const char *folder);
struct check_result check_separate_stores(struct arena *arena, const char *folder);
struct check_result check_statistics_ledger(struct arena *arena, const char *folder);

/* One a line, so that additions do not touch each other. */
/* clang-format off */
const struct check checks[] = {
    {"audit-chain", check_audit_chain},
    {"audit-ledger", check_audit_ledger},
    {"catalogue-columns", check_catalogue_columns},
    {"consent-ledger", check_consent_ledger},
    {"file-modes", check_file_modes},
    {"no-plain-text", check_plain_text},
    {"nothing-overdue", check_retention},
    {"public-log", check_public_log},
    {"sealed-values", check_sealed_values},
    {"separate-stores", check_separate_stores},
    {"statistics-ledger", check_statistics_ledger},
};
/* clang-format on */
const size_t check_count = sizeof checks / sizeof *checks;

const struct check *check_find(const char *name)
{
    for (size_t i = 0; i < check_count; i++) {
        if (strcmp(checks[i].name, name) == 0)
            return &checks[i];
    }
    return NULL;
}

struct check_result *checks_run_all(struct arena *arena, const char *folder)
{
    struct check_result *results = arena_alloc(arena, check_count * sizeof *results);
    for (size_t i = 0; i < check_count; i++)
        results[i] = checks[i].run(arena, folder);
    return results;
}

static struct check_result result(struct arena *arena, bool ok, const char *format, va_list args)
{
    char words[300];
    vsnprintf(words, sizeof words, format, args);
    return (struct check_result){ok, arena_printf(arena, "%s", words)};
}

struct check_result check_good(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct check_result good = result(arena, true, format, args);
    va_end(args);
    return good;
}

struct check_result check_bad(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct check_result bad = result(arena, false, format, args);
    va_end(args);
    return bad;
}

enum { MOST_NAMES = 256, CACHE_BYTES = 1 << 20 };

static enum rc names_of(struct arena *arena, struct db *db, const char *type, str **ret_names, size_t *ret_count,
                        struct error *err)
{
    struct db_query q;
    str *names = arena_alloc(arena, MOST_NAMES * sizeof *names);
    size_t count = 0;
    TRY(db_query(db, &q, "SELECT name FROM sqlite_master WHERE type = ?1 ORDER BY name", err));
    db_bind_text(&q, 1, str_of(type));
    while (count < MOST_NAMES && db_next(&q))
        names[count++] = arena_printf(arena, "%.*s", STR_ARG(db_column_str(&q, 0)));
    TRY(db_done(&q, err));
    *ret_names = names;
    *ret_count = count;
    return RC_OK;
}

enum rc check_schema(struct arena *arena, const char *folder, const char *store, const char *type, str **ret_names,
                     size_t *ret_count, struct error *err)
{
    struct db *db = NULL;
    TRY(db_open(arena_printf(arena, "%s/%s", folder, store).ptr, DB_READER, CACHE_BYTES, &db, err));
    enum rc rc = names_of(arena, db, type, ret_names, ret_count, err);
    db_close(&db);
    return rc;
}

bool check_has(const str *names, size_t count, str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(names[i], name))
            return true;
    }
    return false;
}
