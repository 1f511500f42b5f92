/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/statistics_private.h"

#define PERIOD_MS (STATISTICS_PERIOD_DAYS * INT64_C(24) * 3600 * 1000)

/* What is dated in the future, by a clock that was wrong, counts too. */
enum rc statistics_spent(struct tx *tx, int64_t *ret_spent, int64_t *ret_oldest_ms)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT coalesce(sum(epsilon_micro), 0), coalesce(min(at_ms), 0) FROM statistics_release"
                 " WHERE at_ms > ?1",
                 NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env) - PERIOD_MS);
    if (db_next(&q)) {
        *ret_spent = db_column_i64(&q, 0);
        *ret_oldest_ms = db_column_i64(&q, 1);
    }
    return db_done(&q, NULL);
}

enum rc statistics_spend(struct tx *tx, const struct statistics_query *query, str result)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO statistics_release(at_ms, query, epsilon_micro, result) VALUES(?1, ?2, ?3, ?4)", NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env));
    db_bind_text(&q, 2, str_of(query->name));
    db_bind_i64(&q, 3, STATISTICS_EPSILON);
    db_bind_text(&q, 4, result);
    return db_run(&q, NULL);
}

enum rc statistics_answered(struct tx *tx, str query, int64_t since_ms, str *ret_result)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT result FROM statistics_release WHERE query = ?1 AND at_ms >= ?2 ORDER BY at_ms DESC, nid DESC"
                 " LIMIT 1",
                 NULL));
    db_bind_text(&q, 1, query);
    db_bind_i64(&q, 2, since_ms);
    bool found = db_next(&q);
    str result = found ? arena_dup(tx->arena, db_column_str(&q, 0)) : STR_NONE;
    TRY(db_done(&q, NULL));
    if (!found)
        return RC_NOT_FOUND;
    *ret_result = result;
    return RC_OK;
}
