/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/dataset_keys.h"

#include "store/store_private.h"
#include "store/writer.h"

static enum rc name_check(str dataset)
{
    if (!dataset.len || dataset.len > DATASET_NAME_MAX)
        return RC_INVALID;
    for (size_t i = 0; i < dataset.len; i++) {
        char c = dataset.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return RC_INVALID;
    }
    return RC_OK;
}

static str wrap_context(struct tx *tx, const char *purpose, str dataset)
{
    return arena_printf(tx->arena, "dataset-key:%s:%.*s", purpose, STR_ARG(dataset));
}

enum rc dataset_key_get(struct tx *tx, const char *purpose, str dataset, struct crypto_key *ret_key)
{
    struct db_query q;
    TRY(name_check(dataset));
    TRY(db_query(tx_keys(tx), &q, "SELECT wrapped FROM dataset_key WHERE purpose = ?1 AND dataset = ?2", NULL));
    db_bind_text(&q, 1, str_of(purpose));
    db_bind_text(&q, 2, dataset);
    bool found = db_next(&q);
    str wrapped = found ? arena_dup(tx->arena, db_column_str(&q, 0)) : STR_NONE;
    TRY(db_done(&q, NULL));
    return found ? crypto_unwrap(&tx->store->wrap_key, wrap_context(tx, purpose, dataset), wrapped, ret_key)
                 : RC_NOT_FOUND;
}

static enum rc add(struct tx *tx, const char *purpose, str dataset, const struct crypto_key *key)
{
    unsigned char wrapped[CRYPTO_WRAPPED_SIZE];
    struct db_query q;
    crypto_wrap(tx->env, &tx->store->wrap_key, wrap_context(tx, purpose, dataset), key, wrapped);
    TRY(db_query(tx_keys(tx), &q, "INSERT INTO dataset_key(purpose, dataset, wrapped, made_ms) VALUES(?1, ?2, ?3, ?4)",
                 NULL));
    db_bind_text(&q, 1, str_of(purpose));
    db_bind_text(&q, 2, dataset);
    db_bind_blob(&q, 3, str_from(wrapped, sizeof wrapped));
    db_bind_i64(&q, 4, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc dataset_key_ensure(struct tx *tx, const char *purpose, str dataset, struct crypto_key *ret_key)
{
    struct crypto_key key;
    enum rc rc = dataset_key_get(tx, purpose, dataset, &key);
    if (rc == RC_NOT_FOUND) {
        crypto_key_new(tx->env, &key);
        rc = add(tx, purpose, dataset, &key);
    }
    if (rc == RC_OK)
        *ret_key = key;
    crypto_wipe(&key, sizeof key);
    return rc;
}

enum rc dataset_key_destroy(struct tx *tx, const char *purpose, str dataset)
{
    struct db_query q;
    TRY(name_check(dataset));
    TRY(db_query(tx_keys(tx), &q, "DELETE FROM dataset_key WHERE purpose = ?1 AND dataset = ?2", NULL));
    db_bind_text(&q, 1, str_of(purpose));
    db_bind_text(&q, 2, dataset);
    TRY(db_run(&q, NULL));
    if (!db_changes(tx_keys(tx)))
        return RC_NOT_FOUND;
    /* secure_delete has overwritten the row; the log still holds its page as it was. */
    tx->p->empty_logs |= PART_BIT(PART_KEYS);
    return RC_OK;
}
