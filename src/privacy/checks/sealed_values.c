/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the schemas call sealed is sealed: long enough to carry its nonce and tag, and without readable text (1.1, 1.5,
 * 4.3, 4.5). Of each table the first rows are looked at. */
#include "privacy/checks/checks.h"

#include "crypto/crypto.h"
#include "db/db.h"

#include <unistd.h>

/* By chance so much ASCII in a row comes once in 10^13 bytes. */
enum { READABLE = 32, MOST_COLUMNS = 64, CACHE_BYTES = 1 << 20 };

struct column {
    str table, name;
};

static bool is_readable(str value)
{
    size_t run = 0;
    for (size_t i = 0; i < value.len && run < READABLE; i++)
        run = value.ptr[i] >= ' ' && value.ptr[i] <= '~' ? run + 1 : 0;
    return run == READABLE;
}

static enum rc find_columns(struct arena *arena, struct db *db, struct column *columns, size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(db, &q,
                 "SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c"
                 " WHERE t.type = 'table' AND c.name LIKE '%sealed'",
                 NULL));
    for (*ret_count = 0; *ret_count < MOST_COLUMNS && db_next(&q); ++*ret_count)
        columns[*ret_count] =
            (struct column){arena_dup(arena, db_column_str(&q, 0)), arena_dup(arena, db_column_str(&q, 1))};
    return db_done(&q, NULL);
}

static enum rc look_at(struct arena *arena, struct db *db, struct column column, size_t *looked_at, bool *ret_bad)
{
    struct db_query q;
    /* The arena keeps each text at an address of its own for as long as the connection may remember it. */
    str sql =
        arena_printf(arena, "SELECT \"%.*s\" FROM \"%.*s\" LIMIT 10000", STR_ARG(column.name), STR_ARG(column.table));
    TRY(db_query(db, &q, sql.ptr, NULL));
    while (db_next(&q)) {
        str value = db_column_str(&q, 0);
        if (!value.len)
            continue;
        ++*looked_at;
        *ret_bad |= value.len < CRYPTO_SEAL_OVERHEAD || is_readable(value);
    }
    return db_done(&q, NULL);
}

static enum rc look_in(struct arena *arena, struct db *db, size_t *looked_at, str *ret_bad)
{
    struct column columns[MOST_COLUMNS];
    size_t count;
    TRY(find_columns(arena, db, columns, &count));
    for (size_t i = 0; i < count; i++) {
        bool bad = false;
        TRY(look_at(arena, db, columns[i], looked_at, &bad));
        if (bad)
            *ret_bad = arena_printf(arena, "%.*s.%.*s", STR_ARG(columns[i].table), STR_ARG(columns[i].name));
    }
    return RC_OK;
}

struct check_result check_sealed_values(struct arena *arena, const char *folder);
struct check_result check_sealed_values(struct arena *arena, const char *folder)
{
    static const char *const stores[] = {"chat.db", "vault.db", "search.db"};
    struct error err = {.text = ""};
    size_t looked_at = 0;
    str bad = STR_NONE;
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
        /* An index is made when the server starts. */
        if (i == 2 && access(arena_printf(arena, "%s/search.db", folder).ptr, F_OK) != 0)
            continue;
        struct db *db = NULL;
        enum rc rc = db_open(arena_printf(arena, "%s/%s", folder, stores[i]).ptr, DB_READER, CACHE_BYTES, &db, &err);
        if (rc == RC_OK)
            rc = look_in(arena, db, &looked_at, &bad);
        db_close(&db);
        if (rc != RC_OK)
            return check_bad(arena, "%s cannot be read: %s", stores[i], err.text);
    }
    if (bad.ptr)
        return check_bad(arena, "%.*s has values that are not sealed", STR_ARG(bad));
    return check_good(arena, "%zu sealed values looked at, none readable", looked_at);
}
