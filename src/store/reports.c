/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/reports.h"

#include "store/seal.h"

enum rc reports_add(struct tx *tx, const struct report *report)
{
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
