/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who is gone, and making a restored folder forget them (obligation 4.3). A subject without a key is erased: the key's
 * absence is the fact, every record of it only repeats it. */
#include "base/vec.h"
#include "store/copy.h"
#include "store/row_sql.h"
#include "store/store_private.h"
#include "store/users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { CACHE_BYTES = 4 << 20 };

typedef VEC(uint64_t) subjects;

static enum rc collect(const char *path, const char *sql, subjects *list, struct error *err)
{
    struct db *db = NULL;
    struct db_query q;
    TRY(db_open(path, DB_WRITER, CACHE_BYTES, &db, err));
    enum rc rc = db_query(db, &q, sql, err);
    if (rc == RC_OK) {
        while (db_next(&q))
            vec_push(list, (uint64_t)db_column_i64(&q, 0));
        rc = db_done(&q, err);
    }
    db_close(&db);
    return rc;
}

static bool has(const uint64_t *subjects_of, size_t count, uint64_t subject)
{
    for (size_t low = 0, high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (subjects_of[middle] == subject)
            return true;
        if (subjects_of[middle] < subject)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t take_be(str *from, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | (unsigned char)from->ptr[i];
    *from = str_skip(*from, (size_t)bytes);
    return value;
}

static bool next_key(str *keys, uint64_t *ret_subject, str *ret_wrapped)
{
    if (keys->len < 12)
        return false;
    *ret_subject = take_be(keys, 8);
    uint64_t len = take_be(keys, 4);
    if (len > keys->len)
        return false;
    *ret_wrapped = str_head(*keys, len);
    *keys = str_skip(*keys, len);
    return true;
}

enum rc copy_erased(const char *chat_path, str keys, struct arena *arena, uint64_t **ret_subjects, size_t *ret_count,
                    struct error *err)
{
    subjects users = {0}, keyed = {0}, gone = {0};
    uint64_t subject;
    str wrapped;
    while (next_key(&keys, &subject, &wrapped))
        vec_push(&keyed, subject); /* in ascending order */
    enum rc rc = collect(chat_path, "SELECT nid FROM user", &users, err);
    for (size_t i = 0; i < users.count; i++)
        if (!has(keyed.items, keyed.count, users.items[i]))
            vec_push(&gone, users.items[i]);
    *ret_subjects = arena_array(arena, uint64_t, gone.count + 1);
    if (gone.count)
        memcpy(*ret_subjects, gone.items, gone.count * sizeof *gone.items);
    *ret_count = gone.count;
    vec_fini(&users);
    vec_fini(&keyed);
    vec_fini(&gone);
    return rc;
}

/* ---- into a restored folder ---- */

static enum rc write_operator_key(const char *folder, const struct crypto_key *key, struct error *err)
{
    struct arena arena = ARENA_INIT;
    str path = arena_printf(&arena, "%s/operator.key", folder);
    int fd = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, key->bytes, CRYPTO_KEY_SIZE) == CRYPTO_KEY_SIZE && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    arena_fini(&arena);
    return ok ? RC_OK : error_set(err, RC_IO, "cannot write operator.key: %s", strerror(errno));
}

static enum rc put_key(struct db *db, uint64_t subject, str wrapped, struct error *err)
{
    struct db_query q;
    TRY(db_query(db, &q, "INSERT INTO data_key(subject, wrapped) VALUES(?1, ?2)", err));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_blob(&q, 2, wrapped);
    return db_run(&q, err);
}

static enum rc put_keys(struct db *db, str keys, const uint64_t *erased, size_t erased_count, struct error *err)
{
    uint64_t subject;
    str wrapped;
    TRY(db_migrate(db, schema_keys, schema_keys_count, err));
    TRY(db_begin(db, err));
    while (next_key(&keys, &subject, &wrapped))
        if (!has(erased, erased_count, subject))
            TRY(put_key(db, subject, wrapped, err));
    return db_commit(db, err);
}

enum rc copy_restore_keys(const char *folder, const struct crypto_key *operator_key, str keys, const uint64_t *erased,
                          size_t erased_count, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct db *db = NULL;
    uint64_t *sorted = arena_array(&arena, uint64_t, erased_count + 1);
    if (erased_count)
        memcpy(sorted, erased, erased_count * sizeof *sorted);
    qsort(sorted, erased_count, sizeof *sorted, by_number);
    enum rc rc = write_operator_key(folder, operator_key, err);
    if (rc == RC_OK)
        rc = db_open(arena_printf(&arena, "%s/keys.db", folder).ptr, DB_WRITER, CACHE_BYTES, &db, err);
    if (rc == RC_OK)
        rc = put_keys(db, keys, sorted, erased_count, err);
    db_close(&db);
    arena_fini(&arena);
    return rc;
}

/* What the catalogue removes of a subject, all at once: nobody waits for this folder. */
static enum rc forget_rows(struct tx *tx, uint64_t subject, struct error *err)
{
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct row_sql *sql;
        struct db_query q;
        TRY(row_sql_get(tx, (enum personal_field)field, &sql));
        if (!sql || !sql->remove)
            continue;
        TRY(db_query(row_sql_db(tx, catalogue_row((enum personal_field)field)), &q, sql->remove, err));
        db_bind_i64(&q, 1, (int64_t)subject);
        db_bind_i64(&q, 2, INT64_MAX);
        TRY(db_run(&q, err));
    }
    return RC_OK;
}

_Static_assert(USER_DEACTIVATED == 1 && USER_ADMIN == 8, "the flags of the statement");
static enum rc close_account(struct db *chat, uint64_t subject, struct error *err)
{
    struct db_query q;
    TRY(db_query(chat, &q, "UPDATE user SET flags = (flags | 1) & ~8 WHERE nid = ?1", err));
    db_bind_i64(&q, 1, (int64_t)subject);
    return db_run(&q, err);
}

/* Memberships and events stay: they are the shape of others' conversations, and unreadable. */
static enum rc forget_all(struct tx *tx, const subjects *gone, struct error *err)
{
    TRY(db_begin(tx->chat, err));
    TRY(db_begin(tx->vault, err));
    for (size_t i = 0; i < gone->count; i++) {
        TRY(forget_rows(tx, gone->items[i], err));
        TRY(close_account(tx->chat, gone->items[i], err));
    }
    TRY(db_commit(tx->vault, err));
    return db_commit(tx->chat, err);
}

static enum rc empty(struct db *db, const char *sql, struct error *err)
{
    struct db_query q;
    TRY(db_query(db, &q, sql, err));
    return db_run(&q, err);
}

/* Codes have lapsed, and what was on its way out has been sent or is of yesterday. */
static enum rc drop_pending(struct db *db, struct error *err)
{
    TRY(empty(db, "DELETE FROM code_session", err));
    return empty(db, "DELETE FROM outbox", err);
}

static enum rc pack(struct db *db, struct error *err)
{
    TRY(empty(db, "VACUUM", err));
    return db_checkpoint(db, true, NULL, err);
}

static enum rc forget_in(const char *folder, const subjects *gone, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct tx tx = {.arena = &arena}; /* on connections of its own; without keys: there is nothing to open */
    enum rc rc = db_open(arena_printf(&arena, "%s/chat.db", folder).ptr, DB_WRITER, CACHE_BYTES, &tx.chat, err);
    if (rc == RC_OK)
        rc = db_open(arena_printf(&arena, "%s/vault.db", folder).ptr, DB_WRITER, CACHE_BYTES, &tx.vault, err);
    if (rc == RC_OK)
        rc = forget_all(&tx, gone, err);
    if (rc == RC_OK)
        rc = drop_pending(tx.vault, err);
    if (rc == RC_OK)
        rc = pack(tx.chat, err);
    if (rc == RC_OK)
        rc = pack(tx.vault, err);
    db_close(&tx.chat);
    db_close(&tx.vault);
    arena_fini(&arena);
    return rc;
}

enum rc copy_forget(const char *folder, size_t *ret_subjects, struct error *err)
{
    struct arena arena = ARENA_INIT;
    subjects users = {0}, keyed = {0}, gone = {0};
    enum rc rc = collect(arena_printf(&arena, "%s/chat.db", folder).ptr, "SELECT nid FROM user", &users, err);
    if (rc == RC_OK)
        rc = collect(arena_printf(&arena, "%s/keys.db", folder).ptr, "SELECT subject FROM data_key ORDER BY subject",
                     &keyed, err);
    for (size_t i = 0; i < users.count; i++)
        if (!has(keyed.items, keyed.count, users.items[i]))
            vec_push(&gone, users.items[i]);
    if (rc == RC_OK)
        rc = forget_in(folder, &gone, err);
    *ret_subjects = gone.count;
    vec_fini(&users);
    vec_fini(&keyed);
    vec_fini(&gone);
    arena_fini(&arena);
    return rc;
}
