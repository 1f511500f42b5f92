/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Transactions, with one savepoint inside. */
#include "db/db_private.h"

static enum rc run(struct db *db, const char *sql, struct error *err)
{
    struct db_query query;
    TRY(db_query(db, &query, sql, err));
    return db_run(&query, err);
}

/* Undoing cannot fail in a way that matters: when SQLite refuses, it has rolled back by itself. */
static void run_quietly(struct db *db, const char *sql)
{
    enum rc rc = run(db, sql, NULL);
    (void)rc;
}

enum rc db_begin(struct db *db, struct error *err)
{
    return db->mode == DB_WRITER ? run(db, "BEGIN IMMEDIATE", err) : run(db, "BEGIN", err);
}

enum rc db_commit(struct db *db, struct error *err)
{
    enum rc rc = run(db, "COMMIT", err);
    if (rc != RC_OK)
        db_rollback(db);
    return rc;
}

void db_refuse(struct db *db)
{
    db->refusing = true;
}

void db_rollback(struct db *db)
{
    db->refusing = false;
    if (db_in_transaction(db))
        run_quietly(db, "ROLLBACK");
}

enum rc db_savepoint(struct db *db, struct error *err)
{
    return run(db, "SAVEPOINT job", err);
}

enum rc db_release(struct db *db, struct error *err)
{
    return run(db, "RELEASE job", err);
}

void db_rollback_to(struct db *db)
{
    if (!db_in_transaction(db))
        return;
    run_quietly(db, "ROLLBACK TO job");
    run_quietly(db, "RELEASE job");
}

bool db_in_transaction(const struct db *db)
{
    return !sqlite3_get_autocommit(db->handle);
}
