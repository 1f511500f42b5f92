/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of db/ share. */
#ifndef DB_DB_PRIVATE_H
#define DB_DB_PRIVATE_H

#include "base/map.h"
#include "db/db.h"

#include <sqlite3.h>

struct db_statement {
    sqlite3_stmt *handle;
    struct db_statement
        *next; /* of the same text: a query running inside a query of the same text needs a second one */
    bool busy;
};

struct db {
    sqlite3 *handle;
    enum db_mode mode;
    bool refusing;
    int log_pages;
    struct map statements; /* address of the SQL text → struct db_statement */
};

/* Turns SQLite's last failure on this connection into ours. */
enum rc db_failed(const struct db *db, int code, struct error *err);
/* For statements that are text only at run time: prepares, runs and forgets each of them. */
enum rc db_exec(struct db *db, const char *sql, struct error *err) MUST_USE;
void db_statements_close(struct db *db);

#endif
