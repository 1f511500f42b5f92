/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Opening a connection, and what every connection is set to. */
#include "db/db_private.h"
#include "db/page_cache.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_TIMEOUT_MS = 10000 };
#define READER_MMAP_BYTES "1073741824"

enum rc db_failed(const struct db *db, int code, struct error *err)
{
    /* sqlite3_errmsg() may quote values; the code's own words never do. */
    enum rc rc = (code & 0xff) == SQLITE_CONSTRAINT ? RC_EXISTS : RC_STORE;
    int extended = db ? sqlite3_extended_errcode(db->handle) : code;
    return error_set(err, rc, "SQLite: %s (%d)", sqlite3_errstr(extended), extended);
}

enum rc db_exec(struct db *db, const char *sql, struct error *err)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? RC_OK : db_failed(db, code, err);
}

/* SQLite would create the file with the umask's mode; the -wal and -shm files inherit the database's. */
static enum rc file_create(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(err, RC_IO, "cannot create a database file: %m");
    close(fd);
    return RC_OK;
}

static enum rc connection_set_up(struct db *db, size_t cache_bytes, struct error *err)
{
    char cache[64];
    snprintf(cache, sizeof cache, "PRAGMA cache_size=-%zu", cache_bytes / 1024 ? cache_bytes / 1024 : 1);
    TRY(db_exec(db, "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY", err));
    TRY(db_exec(db, cache, err));
    if (db->mode == DB_READER)
        return db_exec(db, "PRAGMA query_only=ON; PRAGMA mmap_size=" READER_MMAP_BYTES, err);
    /* secure_delete: what is removed is overwritten in the page, so that a deletion reaches the bytes. */
    return db_exec(db,
                   "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                   "PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=ON",
                   err);
}

static int after_commit(void *arg, sqlite3 *handle, const char *name, int log_pages)
{
    (void)handle;
    (void)name;
    ((struct db *)arg)->log_pages = log_pages;
    return SQLITE_OK;
}

int db_log_pages(const struct db *db)
{
    return db->log_pages;
}

enum rc db_open(const char *path, enum db_mode mode, size_t cache_bytes, struct db **ret_db, struct error *err)
{
    if (mode == DB_WRITER)
        TRY(file_create(path, err));
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, page_cache_install);
    struct db *db = xcalloc(1, sizeof *db);
    db->mode = mode;
    /* A reader of a WAL database writes its shared-memory index: it is opened for writing and told to only query. */
    int code = sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    enum rc rc;
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
        rc = connection_set_up(db, cache_bytes, err);
        /* After wal_autocheckpoint=0, which takes the hook away. */
        sqlite3_wal_hook(db->handle, after_commit, db);
    } else {
        rc = db_failed(NULL, code, err);
    }
    if (rc != RC_OK) {
        db_close(&db);
        return rc;
    }
    *ret_db = db;
    return RC_OK;
}

void db_close(struct db **db)
{
    if (!*db)
        return;
    db_statements_close(*db);
    sqlite3_close((*db)->handle);
    free(*db);
    *db = NULL;
}

void db_set_patience(struct db *db, int ms)
{
    sqlite3_busy_timeout(db->handle, ms);
}

void db_let_go(struct db *db)
{
    sqlite3_db_release_memory(db->handle);
}

enum rc db_sync_lazily(struct db *db, struct error *err)
{
    return db_exec(db, "PRAGMA synchronous=NORMAL", err);
}

enum rc db_checkpoint(struct db *db, bool truncate, struct db_log *ret_log, struct error *err)
{
    int in_log = 0, moved = 0;
    int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int code = sqlite3_wal_checkpoint_v2(db->handle, "main", mode, &in_log, &moved);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        return db_failed(db, code, err);
    if (ret_log)
        *ret_log = (struct db_log){in_log, moved};
    return RC_OK;
}
