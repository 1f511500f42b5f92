/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/erasures.h"

#include "base/vec.h"
#include "crypto/crypto.h"
#include "store/users.h"

enum { LOOKED_AT_ONCE = 5000 };

#define COLUMNS "subject, cause, asked_ms, due_ms, begun_ms, ended_ms, certificate"

static enum rc read_one(struct tx *tx, struct db_query *q, struct erasure_record *ret_erasure)
{
    bool found = db_next(q);
    if (found)
        *ret_erasure = (struct erasure_record){.subject = (uint64_t)db_column_i64(q, 0),
                                               .cause = (enum erasure_cause)db_column_i64(q, 1),
                                               .asked_ms = db_column_i64(q, 2),
                                               .due_ms = db_column_i64(q, 3),
                                               .begun_ms = db_column_i64(q, 4),
                                               .ended_ms = db_column_i64(q, 5),
                                               .certificate = arena_dup(tx->arena, db_column_str(q, 6))};
    TRY(db_done(q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc erasures_ask(struct tx *tx, uint64_t subject, enum erasure_cause cause, int64_t due_ms, str *ret_claim)
{
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    str claim = crypto_token_new(tx->env, tx->arena, "prle_");
    struct db_query q;
    crypto_token_hash(claim, hash);
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO erasure(subject, claim, cause, asked_ms, due_ms) VALUES(?1, ?2, ?3, ?4, ?5)"
                 " ON CONFLICT(subject) DO UPDATE SET claim = excluded.claim, cause = excluded.cause,"
                 " asked_ms = excluded.asked_ms, due_ms = excluded.due_ms WHERE erasure.begun_ms = 0",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_blob(&q, 2, str_from(hash, sizeof hash));
    db_bind_i64(&q, 3, cause);
    db_bind_i64(&q, 4, env_now_ms(tx->env));
    db_bind_i64(&q, 5, due_ms);
    *ret_claim = claim;
    return db_run(&q, NULL);
}

enum rc erasures_get(struct tx *tx, uint64_t subject, struct erasure_record *ret_erasure)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT " COLUMNS " FROM erasure WHERE subject = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    return read_one(tx, &q, ret_erasure);
}

enum rc erasures_find(struct tx *tx, str claim, struct erasure_record *ret_erasure)
{
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    struct db_query q;
    crypto_token_hash(claim, hash);
    TRY(db_query(tx_vault(tx), &q, "SELECT " COLUMNS " FROM erasure WHERE claim = ?1", NULL));
    db_bind_blob(&q, 1, str_from(hash, sizeof hash));
    return read_one(tx, &q, ret_erasure);
}

static enum rc next_due(struct tx *tx, int64_t *ret_next_ms)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT min(due_ms) FROM erasure WHERE ended_ms = 0 AND due_ms > ?1", NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env));
    *ret_next_ms = db_next(&q) && !db_column_is_null(&q, 0) ? db_column_i64(&q, 0) : INT64_MAX;
    return db_done(&q, NULL);
}

enum rc erasures_due(struct tx *tx, struct erasure_record *ret_erasure, int64_t *ret_next_ms)
{
    struct db_query q;
    *ret_next_ms = INT64_MAX;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT " COLUMNS " FROM erasure e WHERE ended_ms = 0 AND due_ms <= ?1"
                 " AND NOT EXISTS(SELECT 1 FROM hold h WHERE h.subject = e.subject AND h.lifted_ms = 0)"
                 " ORDER BY due_ms LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env));
    enum rc rc = read_one(tx, &q, ret_erasure);
    if (rc == RC_NOT_FOUND)
        TRY(next_due(tx, ret_next_ms));
    return rc;
}

enum rc erasures_undo(struct tx *tx, uint64_t subject)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "DELETE FROM erasure WHERE subject = ?1 AND cause = ?2 AND begun_ms = 0 AND due_ms > ?3", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, ERASURE_CANCELLED);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    TRY(db_run(&q, NULL));
    return db_changes(tx_vault(tx)) ? RC_OK : RC_NOT_FOUND;
}

enum rc erasures_begin(struct tx *tx, uint64_t subject)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "UPDATE erasure SET begun_ms = ?2 WHERE subject = ?1 AND begun_ms = 0", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc erasures_end(struct tx *tx, uint64_t subject, str certificate)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "UPDATE erasure SET ended_ms = ?2, certificate = ?3 WHERE subject = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, env_now_ms(tx->env));
    db_bind_text(&q, 3, certificate);
    TRY(db_run(&q, NULL));
    /* They stand in the certificate. */
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM erasure_count WHERE subject = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    return db_run(&q, NULL);
}

enum rc erasures_add_count(struct tx *tx, uint64_t subject, const char *name, int64_t removed)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO erasure_count(subject, name, removed) VALUES(?1, ?2, ?3)"
                 " ON CONFLICT(subject, name) DO UPDATE SET removed = erasure_count.removed + excluded.removed",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_text(&q, 2, str_of(name));
    db_bind_i64(&q, 3, removed);
    return db_run(&q, NULL);
}

enum rc erasures_count(struct tx *tx, uint64_t subject, const char *name, int64_t *ret_removed)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT removed FROM erasure_count WHERE subject = ?1 AND name = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_text(&q, 2, str_of(name));
    *ret_removed = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

/* ---- lost ones ---- */

typedef VEC(uint64_t) numbers;

static enum rc numbers_read(struct db *db, const char *sql, uint64_t from, uint64_t until, numbers *list)
{
    struct db_query q;
    TRY(db_query(db, &q, sql, NULL));
    db_bind_i64(&q, 1, (int64_t)from);
    db_bind_i64(&q, 2, (int64_t)until);
    while (db_next(&q))
        vec_push(list, (uint64_t)db_column_i64(&q, 0));
    return db_done(&q, NULL);
}

/* A backup of before may have brought back the record of an erasure that had not begun: it is due. */
static enum rc make_due(struct tx *tx, uint64_t subject)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "UPDATE erasure SET cause = ?2, due_ms = min(due_ms, ?3) WHERE subject = ?1 AND begun_ms = 0", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, ERASURE_FOUND);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

static enum rc ask_if_unknown(struct tx *tx, uint64_t subject)
{
    struct erasure_record known;
    str claim;
    enum rc rc = erasures_get(tx, subject, &known);
    if (rc == RC_NOT_FOUND)
        return erasures_ask(tx, subject, ERASURE_FOUND, env_now_ms(tx->env), &claim);
    TRY(rc);
    return known.begun_ms ? RC_OK : make_due(tx, subject);
}

_Static_assert(USER_ERASED == 32, "the flag of the query below");
enum rc erasures_find_lost(struct tx *tx, uint64_t from, uint64_t *ret_next)
{
    numbers people = {0}, keyed = {0};
    enum rc rc =
        numbers_read(tx_chat(tx), "SELECT nid FROM user WHERE nid > ?1 AND flags & 32 = 0 ORDER BY nid LIMIT ?2", from,
                     LOOKED_AT_ONCE, &people);
    uint64_t last = people.count ? people.items[people.count - 1] : 0;
    if (rc == RC_OK)
        rc = numbers_read(tx_keys(tx),
                          "SELECT subject FROM data_key WHERE subject > ?1 AND subject <= ?2"
                          " ORDER BY subject",
                          from, last, &keyed);
    for (size_t i = 0, k = 0; rc == RC_OK && i < people.count; i++) {
        while (k < keyed.count && keyed.items[k] < people.items[i])
            k++;
        if (k == keyed.count || keyed.items[k] != people.items[i])
            rc = ask_if_unknown(tx, people.items[i]);
    }
    *ret_next = people.count == LOOKED_AT_ONCE ? last : 0;
    vec_fini(&people);
    vec_fini(&keyed);
    return rc;
}
