/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * One database connection: prepared statements by their SQL text, typed binding and reading. A connection belongs
 * to one thread at a time. SQLite behind it; the SQL is the subset PostgreSQL shares, so that a second driver fits.
 *
 *     struct db_query q;
 *     TRY(db_query(db, &q, "SELECT pos, sealed FROM event WHERE room = ?1 AND pos > ?2", err));
 *     db_bind_i64(&q, 1, room); db_bind_i64(&q, 2, since);
 *     while (db_next(&q)) { int64_t pos = db_column_i64(&q, 0); … }
 *     TRY(db_done(&q, err));            // always, exactly once; also after a break out of the loop
 *
 * The SQL text must be a literal: its address is the key of the statement cache.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/str.h"

struct db;
struct db_statement;

struct db_query {
    struct db *db;
    struct db_statement *statement;
    enum rc rc;
};

enum db_mode { DB_WRITER, DB_READER };

struct db_migration {
    int version;     /* 1, 2, 3 … without holes */
    const char *sql; /* may be several statements */
};

/* Opens (DB_WRITER: creates, WAL, synchronous=FULL, no automatic checkpoint; DB_READER: query_only). File mode 0600. */
enum rc db_open(const char *path, enum db_mode mode, size_t cache_bytes, struct db **ret_db,
                struct error *err) MUST_USE;
void db_close(struct db **db);
/* Brings the schema to the newest version, each step in its own transaction. RC_UNSUPPORTED if it is newer than known.
 */
enum rc db_migrate(struct db *db, const struct db_migration *steps, size_t count, struct error *err) MUST_USE;

enum rc db_query(struct db *db, struct db_query *query, const char *sql, struct error *err) MUST_USE;
void db_bind_i64(struct db_query *query, int index, int64_t value); /* index from 1 */
void db_bind_blob(struct db_query *query, int index,
                  str bytes); /* not copied: must live until db_done; empty ptr: NULL */
void db_bind_text(struct db_query *query, int index, str text);
void db_bind_null(struct db_query *query, int index);
/* True while there is a row. */
bool db_next(struct db_query *query);
int64_t db_column_i64(const struct db_query *query, int column); /* column from 0; NULL reads as 0 */
/* Valid until the next db_next/db_done. SQL NULL: STR_NONE. */
str db_column_str(const struct db_query *query, int column);
bool db_column_is_null(const struct db_query *query, int column);
/* Ends the query and returns what went wrong, if anything (RC_STORE; RC_EXISTS for a broken UNIQUE). */
enum rc db_done(struct db_query *query, struct error *err) MUST_USE;
/* For a statement without rows: steps once and ends. */
enum rc db_run(struct db_query *query, struct error *err) MUST_USE;
int64_t db_last_id(const struct db *db);
int64_t db_changes(const struct db *db);
/* The columns that tell one row of a table from another, separated by ", ". RC_NOT_FOUND: there is no such table. */
enum rc db_table_key(struct db *db, const char *table, struct arena *arena, str *ret_columns,
                     struct error *err) MUST_USE;

/* Transactions. A reader's gives several statements one consistent view. A savepoint is one level inside; rolling
 * back to it ends it. */
enum rc db_begin(struct db *db, struct error *err) MUST_USE;
enum rc db_commit(struct db *db, struct error *err) MUST_USE; /* on failure everything is rolled back */
void db_rollback(struct db *db);
enum rc db_savepoint(struct db *db, struct error *err) MUST_USE;
enum rc db_release(struct db *db, struct error *err) MUST_USE;
void db_rollback_to(struct db *db);
bool db_in_transaction(const struct db *db);
/* Until db_rollback(), every query fails: for a transaction that could not begin, so that nothing runs outside one. */
void db_refuse(struct db *db);
/* Pages the write-ahead log held after this connection's last commit. */
int db_log_pages(const struct db *db);
/* How long this connection waits for others before it gives up; 10 s at first. */
void db_set_patience(struct db *db, int ms);
/* Lets go of the pages it keeps in memory, but for those in use. */
void db_let_go(struct db *db);
/* What this connection commits from now on may be lost with the power, never torn. */
enum rc db_sync_lazily(struct db *db, struct error *err) MUST_USE;
/* Moves the log into the database file as far as readers and the writer allow. truncate: waits for them (up to the
 * busy timeout) and empties the log file: in_log is 0 if that was done. Counts are pages. */
struct db_log {
    int in_log, moved;
};
enum rc db_checkpoint(struct db *db, bool truncate, struct db_log *ret_log /* may be NULL */,
                      struct error *err) MUST_USE;

#endif
