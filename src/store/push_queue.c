/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/push_queue.h"

#include "store/push_people.h"
#include "store/store_private.h"

bool push_queue_wanted(const struct tx *tx, uint64_t user_nid)
{
    return push_people_have(tx->store->push_people, user_nid);
}

size_t push_queue_people(const struct tx *tx)
{
    return push_people_count(tx->store->push_people);
}

/* ---- adding ---- */

static enum rc insert(struct tx *tx, const struct push_due *due)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT OR REPLACE INTO push_due(user, pos, room, flags, added_ms) VALUES(?1, ?2, ?3, ?4, ?5)", NULL));
    db_bind_i64(&q, 1, (int64_t)due->user_nid);
    db_bind_i64(&q, 2, due->pos);
    db_bind_i64(&q, 3, (int64_t)due->room_nid);
    db_bind_i64(&q, 4, due->flags);
    db_bind_i64(&q, 5, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

/* Walks what the user has waiting, which is little unless nobody takes it. */
static enum rc drop_surplus(struct tx *tx, uint64_t user_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "DELETE FROM push_due WHERE user = ?1 AND pos <= (SELECT pos FROM push_due WHERE user = ?1"
                 " ORDER BY pos DESC LIMIT 1 OFFSET ?2)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, PUSH_QUEUE_MOST);
    return db_run(&q, NULL);
}

enum rc push_queue_add(struct tx *tx, const struct push_due *due, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!push_queue_wanted(tx, due[i].user_nid))
            continue;
        TRY(insert(tx, &due[i]));
        TRY(drop_surplus(tx, due[i].user_nid));
        tx_notify_user(tx, due[i].user_nid, NOTICE_PUSH, 0);
    }
    return RC_OK;
}

/* ---- delivering ---- */

enum rc push_queue_list(struct tx *tx, uint64_t user_nid, int64_t after_pos, struct push_due **ret_due,
                        size_t *ret_count)
{
    struct push_due *due = arena_array(tx->arena, struct push_due, PUSH_QUEUE_MOST);
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT room, pos, flags, added_ms FROM push_due WHERE user = ?1 AND pos > ?2 ORDER BY pos LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, after_pos);
    db_bind_i64(&q, 3, PUSH_QUEUE_MOST);
    while (count < PUSH_QUEUE_MOST && db_next(&q))
        due[count++] = (struct push_due){.user_nid = user_nid,
                                         .room_nid = (uint64_t)db_column_i64(&q, 0),
                                         .pos = db_column_i64(&q, 1),
                                         .flags = (uint32_t)db_column_i64(&q, 2),
                                         .added_ms = db_column_i64(&q, 3)};
    *ret_due = due;
    *ret_count = count;
    return db_done(&q, NULL);
}

enum rc push_queue_users(struct tx *tx, uint64_t after_user, size_t limit, uint64_t **ret_nids, size_t *ret_count)
{
    uint64_t *nids = arena_array(tx->arena, uint64_t, limit);
    size_t count = 0;
    struct db_query q;
    /* One step of the index a user, however much is due to them. */
    TRY(db_query(tx_chat(tx), &q, "SELECT min(user) FROM push_due WHERE user > ?1", NULL));
    for (;;) {
        db_bind_i64(&q, 1, (int64_t)after_user);
        uint64_t nid = db_next(&q) ? (uint64_t)db_column_i64(&q, 0) : 0;
        if (!nid || count == limit)
            break;
        nids[count++] = after_user = nid;
        TRY(db_done(&q, NULL));
        TRY(db_query(tx_chat(tx), &q, "SELECT min(user) FROM push_due WHERE user > ?1", NULL));
    }
    *ret_nids = nids;
    *ret_count = count;
    return db_done(&q, NULL);
}

enum rc push_queue_forget(struct tx *tx, uint64_t user_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "DELETE FROM push_due WHERE user = ?1"
                 " AND pos <= (SELECT coalesce(min(sent_pos), 9223372036854775807) FROM pusher WHERE user = ?1)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    return db_run(&q, NULL);
}

enum rc push_queue_told(struct tx *tx, uint64_t user_nid, uint64_t pusher_nid, int64_t upto_pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "UPDATE pusher SET sent_pos = ?3 WHERE nid = ?1 AND user = ?2 AND sent_pos < ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)pusher_nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    db_bind_i64(&q, 3, upto_pos);
    TRY(db_run(&q, NULL));
    return push_queue_forget(tx, user_nid);
}
