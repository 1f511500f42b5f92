/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/receipts.h"

#include "base/vec.h"
#include "store/push_queue.h"

static enum rc receipt_event_pos(struct tx *tx, uint64_t room_nid, uint64_t user_nid, enum receipt_kind kind,
                                 str thread, int64_t *ret_pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT event_pos FROM receipt WHERE room = ?1 AND user = ?2 AND kind = ?3 AND thread = ?4", NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    db_bind_i64(&q, 3, kind);
    db_bind_text(&q, 4, thread);
    *ret_pos = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

enum rc receipts_set(struct tx *tx, const struct room **room_in_out, uint64_t user_nid, enum receipt_kind kind,
                     str thread, const struct event *event, bool *ret_moved)
{
    const struct room *room = *room_in_out;
    /* An empty text must not be bound as NULL: it is part of the key. */
    thread = thread.len ? thread : S("");
    int64_t stands;
    TRY(receipt_event_pos(tx, room->nid, user_nid, kind, thread, &stands));
    *ret_moved = event->pos > stands;
    if (!*ret_moved)
        return RC_OK;
    int64_t pos = tx_next_pos(tx);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO receipt(room, user, kind, thread, event, event_pos, ts, pos)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(room, user, kind, thread) DO UPDATE SET"
                 " event = excluded.event, event_pos = excluded.event_pos, ts = excluded.ts, pos = excluded.pos",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    db_bind_i64(&q, 3, kind);
    db_bind_text(&q, 4, thread);
    db_bind_text(&q, 5, event->event_id);
    db_bind_i64(&q, 6, event->pos);
    db_bind_i64(&q, 7, env_now_ms(tx->env));
    db_bind_i64(&q, 8, pos);
    TRY(db_run(&q, NULL));
    tx_notify_user(tx, user_nid, NOTICE_READ, room->nid);
    /* Of their other devices, the number on the icon has changed. */
    TRY(push_queue_add(tx, &(struct push_due){.user_nid = user_nid, .pos = pos, .flags = PUSH_COUNTS}, 1));
    /* A private one too: the owner's other devices are told through the room. */
    rooms_note_receipt(tx, room_in_out, pos);
    return RC_OK;
}

/* Runs the bound query, whose columns are user, kind, thread, event, event_pos, ts, pos, to its end. */
static enum rc collect(struct tx *tx, struct db_query *q, struct receipt **ret_receipts, size_t *ret_count)
{
    VEC(struct receipt) found = {0};
    while (db_next(q))
        vec_push(&found, ((struct receipt){.user_nid = (uint64_t)db_column_i64(q, 0),
                                           .kind = (enum receipt_kind)db_column_i64(q, 1),
                                           .thread = arena_dup(tx->arena, db_column_str(q, 2)),
                                           .event_id = arena_dup(tx->arena, db_column_str(q, 3)),
                                           .event_pos = db_column_i64(q, 4),
                                           .ts_ms = db_column_i64(q, 5),
                                           .pos = db_column_i64(q, 6)}));
    *ret_receipts = arena_array(tx->arena, struct receipt, found.count);
    if (found.count)
        memcpy(*ret_receipts, found.items, found.count * sizeof *found.items);
    *ret_count = found.count;
    vec_fini(&found);
    return db_done(q, NULL);
}

enum rc receipts_changes(struct tx *tx, const struct room *room, uint64_t reader_nid, int64_t from, int64_t to,
                         struct receipt **ret_receipts, size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT user, kind, thread, event, event_pos, ts, pos FROM receipt"
                 " WHERE room = ?1 AND pos > ?2 AND pos <= ?3 AND (kind = 0 OR user = ?4) ORDER BY pos",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_i64(&q, 2, from);
    db_bind_i64(&q, 3, to);
    db_bind_i64(&q, 4, (int64_t)reader_nid);
    return collect(tx, &q, ret_receipts, ret_count);
}

enum rc receipts_changes_of_all(struct tx *tx, const struct room *room, int64_t from, int64_t to,
                                struct receipt **ret_receipts, size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT user, kind, thread, event, event_pos, ts, pos FROM receipt"
                 " WHERE room = ?1 AND pos > ?2 AND pos <= ?3 ORDER BY pos",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_i64(&q, 2, from);
    db_bind_i64(&q, 3, to);
    return collect(tx, &q, ret_receipts, ret_count);
}

enum rc receipts_read_pos(struct tx *tx, const struct room *room, uint64_t user_nid, int64_t *ret_pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT max(event_pos) FROM receipt WHERE room = ?1 AND user = ?2 AND thread IN ('', 'main')", NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    *ret_pos = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

enum rc receipts_of_user(struct tx *tx, const struct room *room, uint64_t user_nid, struct receipt **ret_receipts,
                         size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT user, kind, thread, event, event_pos, ts, pos FROM receipt WHERE room = ?1 AND user = ?2"
                 " ORDER BY pos",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    return collect(tx, &q, ret_receipts, ret_count);
}
