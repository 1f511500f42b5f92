/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/push_queue.h"

#include "store/push_people.h"
#include "store/push_queue_private.h"
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

enum rc push_queue_insert(struct tx *tx, int64_t whose, const struct push_due *due)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT OR REPLACE INTO push_due(user, pos, room, flags, added_ms) VALUES(?1, ?2, ?3, ?4, ?5)", NULL));
    db_bind_i64(&q, 1, whose);
    db_bind_i64(&q, 2, due->pos);
    db_bind_i64(&q, 3, (int64_t)due->room_nid);
    db_bind_i64(&q, 4, due->flags);
    db_bind_i64(&q, 5, due->added_ms ? due->added_ms : env_now_ms(tx->env));
    return db_run(&q, NULL);
}

/* Walks what is waiting, which is little unless nobody takes it. */
enum rc push_queue_drop_surplus(struct tx *tx, int64_t whose)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "DELETE FROM push_due WHERE user = ?1 AND pos <= (SELECT pos FROM push_due WHERE user = ?1"
                 " ORDER BY pos DESC LIMIT 1 OFFSET ?2)",
                 NULL));
    db_bind_i64(&q, 1, whose);
    db_bind_i64(&q, 2, PUSH_QUEUE_MOST);
    return db_run(&q, NULL);
}

enum rc push_queue_add(struct tx *tx, const struct push_due *due, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t whose = (int64_t)due[i].user_nid;
        if (!push_queue_wanted(tx, due[i].user_nid))
            continue;
        TRY(push_queue_insert(tx, whose, &due[i]));
        if (push_people_added(tx->store->push_people, due[i].user_nid))
            TRY(push_queue_drop_surplus(tx, whose));
        tx_notify_user(tx, due[i].user_nid, NOTICE_PUSH, 0);
    }
    return RC_OK;
}

/* ---- delivering ---- */

static enum rc list_own(struct tx *tx, uint64_t user_nid, int64_t after_pos, struct push_dues *dues)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT room, pos, flags, added_ms FROM push_due WHERE user = ?1 AND pos > ?2 ORDER BY pos DESC"
                 " LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, after_pos);
    db_bind_i64(&q, 3, PUSH_QUEUE_MOST);
    while (db_next(&q))
        vec_push(dues, ((struct push_due){.user_nid = user_nid,
                                          .room_nid = (uint64_t)db_column_i64(&q, 0),
                                          .pos = db_column_i64(&q, 1),
                                          .flags = (uint32_t)db_column_i64(&q, 2),
                                          .added_ms = db_column_i64(&q, 3)}));
    return db_done(&q, NULL);
}

static int by_pos(const void *a, const void *b)
{
    int64_t left = ((const struct push_due *)a)->pos, right = ((const struct push_due *)b)->pos;
    return (left > right) - (left < right);
}

/* Of the crowd's rows only those of which the person has none of their own, and only what is to be told. */
static size_t merge(struct push_due *own, size_t own_count, const struct push_due *crowd, size_t crowd_count,
                    struct push_due *merged)
{
    size_t count = 0;
    if (own_count) /* of none there is no address */
        qsort(own, own_count, sizeof *own, by_pos);
    for (size_t i = 0; i < crowd_count; i++)
        if (!own_count || !bsearch(&crowd[i], own, own_count, sizeof *own, by_pos))
            merged[count++] = crowd[i];
    for (size_t i = 0; i < own_count; i++)
        if (!(own[i].flags & PUSH_NOTHING))
            merged[count++] = own[i];
    if (count)
        qsort(merged, count, sizeof *merged, by_pos);
    return count;
}

enum rc push_queue_list(struct tx *tx, uint64_t user_nid, int64_t after_pos, struct push_due **ret_due,
                        size_t *ret_count)
{
    struct push_dues own = {0}, crowd = {0};
    enum rc rc = list_own(tx, user_nid, after_pos, &own);
    if (rc == RC_OK)
        rc = push_crowd_list(tx, user_nid, after_pos, &crowd);
    if (rc == RC_OK) {
        struct push_due *due = arena_array(tx->arena, struct push_due, own.count + crowd.count);
        size_t count = merge(own.items, own.count, crowd.items, crowd.count, due);
        *ret_count = count < PUSH_QUEUE_MOST ? count : PUSH_QUEUE_MOST;
        *ret_due = due + (count - *ret_count);
    }
    vec_fini(&own);
    vec_fini(&crowd);
    return rc;
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
