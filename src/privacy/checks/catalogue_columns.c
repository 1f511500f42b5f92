/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every column of the stores, as they are in the folder, is one the catalogue accounts for (0.8). */
#include "catalogue/technical.h"
#include "db/db.h"
#include "privacy/checks/checks.h"

#include <unistd.h>

enum { CACHE_BYTES = 1 << 20 };

/* *ret_stranger: "table.column", the first that is not known; STR_NONE. */
static enum rc find_stranger(struct arena *arena, struct db *db, enum place place, str *ret_stranger, size_t *ret_count,
                             struct error *err)
{
    struct db_query q;
    *ret_stranger = STR_NONE;
    TRY(db_query(db, &q,
                 "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c"
                 " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid",
                 err));
    while (!ret_stranger->ptr && db_next(&q)) {
        str table = db_column_str(&q, 0), column = db_column_str(&q, 1);
        ++*ret_count;
        if (!catalogue_accounts_for(place, table, column))
            *ret_stranger = arena_printf(arena, "%.*s.%.*s", STR_ARG(table), STR_ARG(column));
    }
    return db_done(&q, err);
}

struct check_result check_catalogue_columns(struct arena *arena, const char *folder);
struct check_result check_catalogue_columns(struct arena *arena, const char *folder)
{
    static const struct {
        const char *file;
        enum place place;
    } stores[] = {
        {"chat.db", PLACE_CHAT}, {"vault.db", PLACE_VAULT}, {"keys.db", PLACE_KEYS}, {"search.db", PLACE_SEARCH}};
    struct error err = {.text = ""};
    size_t count = 0;
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
        /* An index is made when the server starts. */
        if (stores[i].place == PLACE_SEARCH && access(arena_printf(arena, "%s/search.db", folder).ptr, F_OK) != 0)
            continue;
        struct db *db = NULL;
        str stranger = STR_NONE;
        enum rc rc =
            db_open(arena_printf(arena, "%s/%s", folder, stores[i].file).ptr, DB_READER, CACHE_BYTES, &db, &err);
        if (rc == RC_OK)
            rc = find_stranger(arena, db, stores[i].place, &stranger, &count, &err);
        db_close(&db);
        if (rc != RC_OK)
            return check_bad(arena, "%s does not open: %s", stores[i].file, err.text);
        if (stranger.ptr)
            return check_bad(arena, "%s has the column %.*s, which is not in the catalogue", stores[i].file,
                             STR_ARG(stranger));
    }
    return check_good(arena, "all %zu columns are in the catalogue", count);
}
