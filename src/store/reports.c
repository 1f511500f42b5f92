/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/reports.h"

#include "store/seal.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* The time of the oldest of the last REPORTS_A_DAY; 0 when there are fewer. */
static enum rc limiting_ms(struct tx *tx, uint64_t reporter_nid, int64_t *ret_ms)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT ts FROM report WHERE reporter = ?1 ORDER BY ts DESC LIMIT 1 OFFSET ?2",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)reporter_nid);
    db_bind_i64(&q, 2, REPORTS_A_DAY - 1);
    *ret_ms = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

enum rc reports_add(struct tx *tx, const struct report *report, int64_t *ret_wait_ms)
{
    int64_t limiting;
    TRY(limiting_ms(tx, report->reporter_nid, &limiting));
    *ret_wait_ms = limiting ? limiting + DAY_MS - env_now_ms(tx->env) : 0;
    if (*ret_wait_ms > 0)
        return RC_LIMITED;
    int64_t pos = tx_next_pos(tx);
    str sealed;
    TRY(seal_for(tx, report->reporter_nid, arena_printf(tx->arena, "report:%lld", (long long)pos), report->reason,
                 &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO report(pos, kind, reporter, room, event, target, ts, sealed)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                 NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, report->kind);
    db_bind_i64(&q, 3, (int64_t)report->reporter_nid);
    db_bind_i64(&q, 4, (int64_t)report->room_nid);
    db_bind_i64(&q, 5, report->event_pos);
    db_bind_i64(&q, 6, (int64_t)report->target_nid);
    db_bind_i64(&q, 7, env_now_ms(tx->env));
    db_bind_blob(&q, 8, sealed);
    return db_run(&q, NULL);
}
