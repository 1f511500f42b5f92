/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/registration_tokens.h"

#include "crypto/crypto.h"
#include "store/seal.h"

#define COLUMNS "nid, id, made_ms, expires_ms, max_uses, uses"

/* One row of a query that gives COLUMNS. */
static enum rc read_one(struct tx *tx, struct db_query *q, struct registration_token *ret_token)
{
    bool found = db_next(q);
    if (found)
        *ret_token = (struct registration_token){
            .nid = (uint64_t)db_column_i64(q, 0),
            .id = arena_dup(tx->arena, db_column_str(q, 1)),
            .made_ms = db_column_i64(q, 2),
            .expires_ms = db_column_i64(q, 3),
            .max_uses = db_column_i64(q, 4),
            .uses = db_column_i64(q, 5),
        };
    TRY(db_done(q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static str blind_of(struct tx *tx, str token)
{
    return seal_blind(tx, "registration token", token);
}

static enum rc next_nid(struct tx *tx, int64_t *ret_nid)
{
    struct db_query q;
    int64_t count = 0;
    TRY(db_query(tx_vault(tx), &q, "SELECT coalesce(max(nid), 0) + 1, count(*) FROM registration_token", NULL));
    if (db_next(&q)) {
        *ret_nid = db_column_i64(&q, 0);
        count = db_column_i64(&q, 1);
    }
    TRY(db_done(&q, NULL));
    return count < REGISTRATION_TOKENS ? RC_OK : RC_LIMITED;
}

enum rc registration_tokens_make(struct tx *tx, struct registration_token *token_in_out, size_t length, str *ret_token)
{
    struct db_query q;
    int64_t nid = 0;
    TRY(next_nid(tx, &nid));
    str token = crypto_random_name(tx->env, tx->arena, length);
    token_in_out->nid = (uint64_t)nid;
    token_in_out->id = crypto_random_name(tx->env, tx->arena, REGISTRATION_TOKEN_ID);
    token_in_out->made_ms = env_now_ms(tx->env);
    token_in_out->uses = 0;
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO registration_token(nid, id, blind, made_ms, expires_ms, max_uses, uses)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0)",
                 NULL));
    db_bind_i64(&q, 1, nid);
    db_bind_text(&q, 2, token_in_out->id);
    db_bind_blob(&q, 3, blind_of(tx, token));
    db_bind_i64(&q, 4, token_in_out->made_ms);
    db_bind_i64(&q, 5, token_in_out->expires_ms);
    db_bind_i64(&q, 6, token_in_out->max_uses);
    TRY(db_run(&q, NULL));
    *ret_token = token;
    return RC_OK;
}

enum rc registration_tokens_find(struct tx *tx, str token, struct registration_token *ret_token)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT " COLUMNS " FROM registration_token WHERE blind = ?1", NULL));
    db_bind_blob(&q, 1, blind_of(tx, token));
    TRY(read_one(tx, &q, ret_token));
    return !ret_token->expires_ms || ret_token->expires_ms > env_now_ms(tx->env) ? RC_OK : RC_EXPIRED;
}

enum rc registration_tokens_use(struct tx *tx, str id)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "UPDATE registration_token SET uses = uses + 1 WHERE id = ?1"
                 " AND (max_uses = 0 OR uses < max_uses) AND (expires_ms = 0 OR expires_ms > ?2)",
                 NULL));
    db_bind_text(&q, 1, id);
    db_bind_i64(&q, 2, env_now_ms(tx->env));
    TRY(db_run(&q, NULL));
    return db_changes(tx_vault(tx)) ? RC_OK : RC_EXPIRED;
}

enum rc registration_tokens_next(struct tx *tx, uint64_t after, struct registration_token *ret_token)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT " COLUMNS " FROM registration_token WHERE nid > ?1 ORDER BY nid LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)after);
    return read_one(tx, &q, ret_token);
}

enum rc registration_tokens_remove(struct tx *tx, str id)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM registration_token WHERE id = ?1", NULL));
    db_bind_text(&q, 1, id);
    TRY(db_run(&q, NULL));
    return db_changes(tx_vault(tx)) ? RC_OK : RC_NOT_FOUND;
}
