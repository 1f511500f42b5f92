/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/data_keys.h"

#include "base/vec.h"
#include "store/seal.h"
#include "store/users_private.h"
#include "store/writer.h"

#include <stdio.h>

enum { CHECK_SUBJECT = 0, CONTEXT_SIZE = 32 };

static str wrap_context(char buffer[CONTEXT_SIZE], uint64_t subject)
{
    int len = snprintf(buffer, CONTEXT_SIZE, "key:%llu", (unsigned long long)subject);
    return (str){buffer, (size_t)len};
}

static enum rc wrapped_read(struct db *db, struct arena *arena, uint64_t subject, str *ret_wrapped)
{
    struct db_query q;
    TRY(db_query(db, &q, "SELECT wrapped FROM data_key WHERE subject = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    bool found = db_next(&q);
    str wrapped = found ? arena_dup(arena, db_column_str(&q, 0)) : STR_NONE;
    TRY(db_done(&q, NULL));
    if (!found)
        return RC_NOT_FOUND;
    *ret_wrapped = wrapped;
    return RC_OK;
}

static enum rc wrapped_write(struct store *store, struct db *db, uint64_t subject, const struct crypto_key *key)
{
    char context[CONTEXT_SIZE];
    unsigned char wrapped[CRYPTO_WRAPPED_SIZE];
    crypto_wrap(store->env, &store->wrap_key, wrap_context(context, subject), key, wrapped);
    struct db_query q;
    /* REPLACE: a key of a user that a failed commit left behind. */
    TRY(db_query(db, &q, "INSERT OR REPLACE INTO data_key(subject, wrapped) VALUES(?1, ?2)", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_blob(&q, 2, str_from(wrapped, sizeof wrapped));
    return db_run(&q, NULL);
}

/* As keys were kept before they were wrapped: in stores of that time until they are next opened, and in archives. */
static enum rc open_sealed(const struct store *store, struct arena *arena, str context, str sealed,
                           struct crypto_key *ret_key)
{
    str plain;
    TRY(crypto_open(arena, &store->seal_wrap_key, context, sealed, &plain));
    bool fits = plain.len == CRYPTO_KEY_SIZE;
    if (fits)
        memcpy(ret_key->bytes, plain.ptr, CRYPTO_KEY_SIZE);
    crypto_wipe((void *)plain.ptr, plain.len);
    return fits ? RC_OK : RC_CRYPTO;
}

static enum rc unwrap(const struct store *store, struct arena *arena, uint64_t subject, str wrapped,
                      struct crypto_key *ret_key)
{
    char buffer[CONTEXT_SIZE];
    str context = wrap_context(buffer, subject);
    if (wrapped.len == CRYPTO_WRAPPED_SIZE)
        return crypto_unwrap(&store->wrap_key, context, wrapped, ret_key);
    return open_sealed(store, arena, context, wrapped, ret_key);
}

static enum rc load(struct tx *tx, uint64_t subject, const struct data_key **ret_key)
{
    struct store *store = tx->store;
    uint64_t ticket = tx_tickets(tx).data_keys;
    str wrapped;
    struct crypto_key key;
    enum rc rc = wrapped_read(tx_keys(tx), tx->arena, subject, &wrapped);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK)
        TRY(unwrap(store, tx->arena, subject, wrapped, &key));
    const struct data_key *loaded = data_key_new(store->key_pool, rc == RC_OK ? &key : NULL);
    crypto_wipe(&key, sizeof key);
    cache_fill(store->data_keys, subject, loaded, ticket);
    *ret_key = loaded;
    return RC_OK;
}

enum rc data_key_get(struct tx *tx, uint64_t subject, const struct data_key **ret_key)
{
    const struct data_key *key = tx->writable ? overlay_get(&tx->p->data_keys, subject) : NULL;
    if (key)
        data_key_kind.ref(key);
    else
        key = cache_get(tx->store->data_keys, subject);
    if (!key)
        TRY(load(tx, subject, &key));
    if (key->destroyed) {
        data_key_unref(&key);
        return RC_NOT_FOUND;
    }
    *ret_key = key;
    return RC_OK;
}

enum rc data_key_create(struct tx *tx, uint64_t subject)
{
    struct crypto_key key;
    crypto_key_new(tx->env, &key);
    enum rc rc = wrapped_write(tx->store, tx_keys(tx), subject, &key);
    if (rc == RC_OK)
        overlay_put(&tx->p->data_keys, subject, data_key_new(tx->store->key_pool, &key));
    crypto_wipe(&key, sizeof key);
    return rc;
}

/* Memory forgets the person as well: their name, and what rooms they were in keep of their words. */
static void forget_user(struct store *store, void *arg)
{
    const struct user *user = arg;
    cache_forget(store->users, user->nid);
    for (size_t i = 0; i < user->rooms->count; i++)
        cache_forget(store->rooms, user->rooms->rooms[i].room_nid);
    user_unref(&user);
}

static void user_let_go(void *arg)
{
    const struct user *user = arg;
    user_unref(&user);
}

static enum rc forget_after_commit(struct tx *tx, uint64_t subject)
{
    const struct user *user;
    enum rc rc = users_get(tx, subject, &user);
    if (rc == RC_OK)
        tx_after_commit(tx, forget_user, user_let_go, user_ref(user));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc seal_destroy_key(struct tx *tx, uint64_t subject)
{
    TRY(forget_after_commit(tx, subject));
    struct db_query q;
    TRY(db_query(tx_keys(tx), &q, "DELETE FROM data_key WHERE subject = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    TRY(db_run(&q, NULL));
    overlay_put(&tx->p->data_keys, subject, data_key_new(tx->store->key_pool, NULL));
    /* secure_delete has overwritten the row; the log still holds its page as it was. */
    tx->p->empty_logs |= PART_BIT(PART_KEYS);
    return RC_OK;
}

/* ---- at the start ---- */

typedef VEC(uint64_t) subject_vec;

static enum rc sealed_subjects(struct db *db, subject_vec *subjects)
{
    struct db_query q;
    TRY(db_query(db, &q, "SELECT subject FROM data_key WHERE length(wrapped) <> ?1", NULL));
    db_bind_i64(&q, 1, CRYPTO_WRAPPED_SIZE);
    while (db_next(&q))
        vec_push(subjects, (uint64_t)db_column_i64(&q, 0));
    return db_done(&q, NULL);
}

static enum rc wrap_each(struct store *store, struct db *db, struct arena *arena, const subject_vec *subjects)
{
    struct crypto_key key;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < subjects->count && rc == RC_OK; i++) {
        str sealed;
        rc = wrapped_read(db, arena, subjects->items[i], &sealed);
        if (rc == RC_OK)
            rc = unwrap(store, arena, subjects->items[i], sealed, &key);
        if (rc == RC_OK)
            rc = wrapped_write(store, db, subjects->items[i], &key);
    }
    crypto_wipe(&key, sizeof key);
    return rc;
}

/* Keys sealed by an earlier version, or restored from its archives, are wrapped from now on. */
static enum rc wrap_sealed(struct store *store, struct db *db, struct arena *arena)
{
    subject_vec subjects = {0};
    enum rc rc = sealed_subjects(db, &subjects);
    if (rc == RC_OK && subjects.count) {
        rc = db_begin(db, NULL);
        if (rc == RC_OK)
            rc = wrap_each(store, db, arena, &subjects);
        if (rc == RC_OK)
            rc = db_commit(db, NULL);
        else
            db_rollback(db);
    }
    vec_fini(&subjects);
    return rc;
}

enum rc data_keys_check(struct store *store, struct error *err)
{
    struct db *db = store->write.db[PART_KEYS];
    struct arena arena = ARENA_INIT;
    str wrapped;
    enum rc rc = wrapped_read(db, &arena, CHECK_SUBJECT, &wrapped);
    struct crypto_key check;
    if (rc == RC_NOT_FOUND) {
        crypto_key_new(store->env, &check);
        rc = wrapped_write(store, db, CHECK_SUBJECT, &check);
    } else if (rc == RC_OK) {
        rc = unwrap(store, &arena, CHECK_SUBJECT, wrapped, &check);
    }
    if (rc == RC_OK)
        rc = wrap_sealed(store, db, &arena);
    crypto_wipe(&check, sizeof check);
    arena_fini(&arena);
    if (rc == RC_CRYPTO)
        return error_set(err, rc, "operator.key is not the one this data folder was made with");
    return rc == RC_OK ? RC_OK : error_set(err, rc, "cannot read the keys store");
}
