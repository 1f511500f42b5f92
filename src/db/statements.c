/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Prepared statements, kept by the address of their SQL text, and their use. */
#include "db/db_private.h"

#include <stdlib.h>

void db_statements_close(struct db *db)
{
    size_t cursor = 0;
    for (struct db_statement *statement; (statement = map_next(&db->statements, &cursor, NULL, NULL));) {
        while (statement) {
            struct db_statement *next = statement->next;
            sqlite3_finalize(statement->handle);
            free(statement);
            statement = next;
        }
    }
    map_fini(&db->statements);
}

static enum rc statement_prepare(struct db *db, const char *sql, struct db_statement *next,
                                 struct db_statement **ret_statement, struct error *err)
{
    sqlite3_stmt *handle;
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (code != SQLITE_OK)
        return db_failed(db, code, err);
    struct db_statement *statement = xcalloc(1, sizeof *statement);
    statement->handle = handle;
    statement->next = next;
    map_put(&db->statements, (uintptr_t)sql, statement);
    *ret_statement = statement;
    return RC_OK;
}

enum rc db_query(struct db *db, struct db_query *query, const char *sql, struct error *err)
{
    if (db->refusing)
        return error_set(err, RC_STORE, "the transaction could not begin");
    struct db_statement *first = map_get(&db->statements, (uintptr_t)sql), *statement = first;
    while (statement && statement->busy)
        statement = statement->next;
    if (!statement)
        TRY(statement_prepare(db, sql, first, &statement, err));
    statement->busy = true;
    *query = (struct db_query){db, statement, RC_OK};
    return RC_OK;
}

static void check(struct db_query *query, int code)
{
    if (code != SQLITE_OK && query->rc == RC_OK)
        query->rc = RC_STORE;
}

void db_bind_i64(struct db_query *query, int index, int64_t value)
{
    check(query, sqlite3_bind_int64(query->statement->handle, index, value));
}

void db_bind_blob(struct db_query *query, int index, str bytes)
{
    check(query, sqlite3_bind_blob64(query->statement->handle, index, bytes.ptr, bytes.len, SQLITE_STATIC));
}

void db_bind_text(struct db_query *query, int index, str text)
{
    const char *ptr = text.ptr ? text.ptr : "";
    check(query, sqlite3_bind_text64(query->statement->handle, index, ptr, text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void db_bind_null(struct db_query *query, int index)
{
    check(query, sqlite3_bind_null(query->statement->handle, index));
}

bool db_next(struct db_query *query)
{
    if (query->rc != RC_OK)
        return false;
    int code = sqlite3_step(query->statement->handle);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        query->rc = (code & 0xff) == SQLITE_CONSTRAINT ? RC_EXISTS : RC_STORE;
    return false;
}

int64_t db_column_i64(const struct db_query *query, int column)
{
    return sqlite3_column_int64(query->statement->handle, column);
}

str db_column_str(const struct db_query *query, int column)
{
    sqlite3_stmt *handle = query->statement->handle;
    if (sqlite3_column_type(handle, column) == SQLITE_NULL)
        return STR_NONE;
    const void *ptr = sqlite3_column_blob(handle, column);
    return str_from(ptr ? ptr : "", (size_t)sqlite3_column_bytes(handle, column));
}

bool db_column_is_null(const struct db_query *query, int column)
{
    return sqlite3_column_type(query->statement->handle, column) == SQLITE_NULL;
}

enum rc db_done(struct db_query *query, struct error *err)
{
    enum rc rc = query->rc;
    if (rc != RC_OK) {
        int code = sqlite3_extended_errcode(query->db->handle);
        (void)error_set(err, rc, "SQLite: %s (%d)", sqlite3_errstr(code), code);
    }
    sqlite3_reset(query->statement->handle);
    /* Bound bytes die with their owner: the statement must not keep pointing at them. */
    sqlite3_clear_bindings(query->statement->handle);
    query->statement->busy = false;
    query->statement = NULL;
    return rc;
}

enum rc db_run(struct db_query *query, struct error *err)
{
    db_next(query);
    return db_done(query, err);
}

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}
