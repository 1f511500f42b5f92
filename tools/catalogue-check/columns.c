/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "census.h"

void census_columns(struct census *census, enum place place, sqlite3 *db)
{
    static const char sql[] = "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c"
                              " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, c.cid";
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        census_find(census, "the columns cannot be listed: %s", sqlite3_errmsg(db));
    while (statement && sqlite3_step(statement) == SQLITE_ROW) {
        str table = str_of((const char *)sqlite3_column_text(statement, 0));
        str column = str_of((const char *)sqlite3_column_text(statement, 1));
        census_seen(census, place, table, column, S("src/store"));
    }
    sqlite3_finalize(statement);
}
