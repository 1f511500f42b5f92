/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/copy.h"

#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { CACHE_BYTES = 4 << 20 };

static enum rc open_in(const char *folder, const char *file, struct arena *arena, struct db **ret_db, struct error *err)
{
    str path = arena_printf(arena, "%s/%s", folder, file);
    if (access(path.ptr, R_OK | W_OK) != 0)
        return error_set(err, RC_IO, "%.60s: %s", file, strerror(errno));
    return db_open(path.ptr, DB_WRITER, CACHE_BYTES, ret_db, err);
}

static enum rc one_statement(struct db *db, const char *sql, str argument, struct error *err)
{
    struct db_query q;
    TRY(db_query(db, &q, sql, err));
    if (argument.ptr)
        db_bind_text(&q, 1, argument);
    return db_run(&q, err);
}

enum rc copy_store(const char *folder, const char *file, const char *path, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct db *db = NULL;
    enum rc rc = open_in(folder, file, &arena, &db, err);
    if (rc == RC_OK)
        rc = one_statement(db, "VACUUM INTO ?1", str_of(path), err);
    db_close(&db);
    arena_fini(&arena);
    return rc;
}

/* ---- keys ---- */

static void add_be(struct strbuf *buf, uint64_t value, int bytes)
{
    while (bytes-- > 0)
        strbuf_add_char(buf, (char)(value >> 8 * bytes));
}

enum rc copy_keys(const char *folder, struct strbuf *ret_keys, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct db *db = NULL;
    struct db_query q;
    enum rc rc = open_in(folder, "keys.db", &arena, &db, err);
    if (rc == RC_OK)
        rc = db_query(db, &q, "SELECT subject, wrapped FROM data_key ORDER BY subject", err);
    if (rc == RC_OK) {
        while (db_next(&q)) {
            str wrapped = db_column_str(&q, 1);
            add_be(ret_keys, (uint64_t)db_column_i64(&q, 0), 8);
            add_be(ret_keys, wrapped.len, 4);
            strbuf_add(ret_keys, wrapped);
        }
        rc = db_done(&q, err);
    }
    db_close(&db);
    arena_fini(&arena);
    return rc;
}

enum rc copy_operator_key(const char *folder, struct crypto_key *ret_key, struct error *err)
{
    struct arena arena = ARENA_INIT;
    str path = arena_printf(&arena, "%s/operator.key", folder);
    int fd = open(path.ptr, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, ret_key->bytes, CRYPTO_KEY_SIZE);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    arena_fini(&arena);
    return got == CRYPTO_KEY_SIZE ? RC_OK
                                  : error_set(err, RC_IO, "operator.key: %s", got < 0 ? strerror(reason) : "too short");
}

enum rc copy_note(const char *folder, enum copy_kind kind, int64_t made_ms, int64_t expires_ms, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct db *db = NULL;
    struct db_query q;
    enum rc rc = open_in(folder, "vault.db", &arena, &db, err);
    if (rc == RC_OK)
        rc = db_query(db, &q, "INSERT INTO backup(made_ms, kind, expires_ms) VALUES(?1, ?2, ?3)", err);
    if (rc == RC_OK) {
        db_bind_i64(&q, 1, made_ms);
        db_bind_i64(&q, 2, kind);
        db_bind_i64(&q, 3, expires_ms);
        rc = db_run(&q, err);
    }
    db_close(&db);
    arena_fini(&arena);
    return rc;
}
