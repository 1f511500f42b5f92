/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the database itself says of its tables. */
#include "base/strbuf.h"
#include "db/db.h"

enum rc db_table_key(struct db *db, const char *table, struct arena *arena, str *ret_columns, struct error *err)
{
    struct db_query q;
    struct strbuf columns = STRBUF_INIT;
    bool exists = false;
    TRY(db_query(db, &q, "SELECT name, pk FROM pragma_table_info(?1) ORDER BY pk", err));
    db_bind_text(&q, 1, str_of(table));
    while (db_next(&q)) {
        exists = true;
        if (db_column_i64(&q, 1) == 0)
            continue;
        if (columns.len)
            strbuf_add(&columns, S(", "));
        strbuf_add(&columns, db_column_str(&q, 0));
    }
    enum rc rc = db_done(&q, err);
    if (rc == RC_OK && !exists)
        rc = error_set(err, RC_NOT_FOUND, "there is no table %s", table);
    *ret_columns = columns.len ? arena_dup(arena, strbuf_str(&columns)) : S("rowid");
    strbuf_fini(&columns);
    return rc;
}
