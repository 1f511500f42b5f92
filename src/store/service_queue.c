/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/service_queue.h"

enum rc service_queue_get(struct tx *tx, str service, struct service_queue *ret_queue)
{
    struct db_query q;
    enum rc rc = RC_NOT_FOUND;
    TRY(db_query(tx_chat(tx), &q, "SELECT pos, txn, upto, events FROM service_queue WHERE service = ?1", NULL));
    db_bind_text(&q, 1, service);
    if (db_next(&q)) {
        str events = db_column_str(&q, 3);
        size_t count = events.len / sizeof *ret_queue->events;
        *ret_queue = (struct service_queue){
            .pos = db_column_i64(&q, 0),
            .txn = arena_dup(tx->arena, db_column_str(&q, 1)),
            .upto = db_column_i64(&q, 2),
            .events = arena_array(tx->arena, int64_t, count),
            .event_count = count,
        };
        if (count)
            memcpy(ret_queue->events, events.ptr, count * sizeof *ret_queue->events);
        rc = RC_OK;
    }
    TRY(db_done(&q, NULL));
    return rc;
}

enum rc service_queue_put(struct tx *tx, str service, const struct service_queue *queue)
{
    struct db_query q;
    str events = str_from(queue->events, queue->event_count * sizeof *queue->events);
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO service_queue(service, pos, txn, upto, events) VALUES(?1, ?2, ?3, ?4, ?5)"
                 " ON CONFLICT(service) DO UPDATE SET pos = ?2, txn = ?3, upto = ?4, events = ?5",
                 NULL));
    db_bind_text(&q, 1, service);
    db_bind_i64(&q, 2, queue->pos);
    db_bind_text(&q, 3, queue->txn.len ? queue->txn : S(""));
    db_bind_i64(&q, 4, queue->upto);
    db_bind_blob(&q, 5, events.len ? events : S(""));
    return db_run(&q, NULL);
}
