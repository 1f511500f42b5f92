/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/key_changes.h"

#include "base/vec.h"
#include "store/store_private.h"

/* Before the position it stands for is published: who sees that one must not be told that nothing happened. */
static void publish_newest(struct store *store, void *arg)
{
    int64_t *pos = arg;
    atomic_store_explicit(&store->key_change_pos, *pos, memory_order_release);
    free(pos);
}

static int64_t next_pos(struct tx *tx)
{
    int64_t *pos = xmalloc(sizeof *pos), at = tx_next_pos(tx);
    *pos = at;
    tx_after_commit(tx, publish_newest, free, pos);
    return at;
}

int64_t key_changes_note_to(struct tx *tx, uint64_t user_nid)
{
    tx_notify_user(tx, user_nid, NOTICE_DEVICES, 0);
    return next_pos(tx);
}

enum rc key_changes_note(struct tx *tx, uint64_t user_nid)
{
    int64_t at = next_pos(tx);
    tx_notify_user(tx, user_nid, NOTICE_KEYS, 0);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM key_change WHERE user = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    TRY(db_run(&q, NULL));
    TRY(db_query(tx_chat(tx), &q, "INSERT INTO key_change(pos, user) VALUES(?1, ?2)", NULL));
    db_bind_i64(&q, 1, at);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    return db_run(&q, NULL);
}

int64_t key_changes_newest(const struct tx *tx)
{
    return atomic_load_explicit(&tx->store->key_change_pos, memory_order_acquire);
}

enum rc key_changes_recover(struct store *store, struct error *err)
{
    struct db_query q;
    TRY(db_query(store->write.db[PART_CHAT], &q,
                 "SELECT max((SELECT coalesce(max(pos), 0) FROM key_change),"
                 " (SELECT coalesce(max(pos), 0) FROM key_signature))",
                 err));
    store->key_change_pos = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, err);
}

enum rc key_changes_since(struct tx *tx, int64_t from, int64_t to, uint64_t **ret_nids, size_t *ret_count)
{
    VEC(uint64_t) nids = {0};
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT user FROM key_change WHERE pos > ?1 AND pos <= ?2 ORDER BY pos", NULL));
    db_bind_i64(&q, 1, from);
    db_bind_i64(&q, 2, to);
    while (db_next(&q))
        vec_push(&nids, (uint64_t)db_column_i64(&q, 0));
    *ret_nids = arena_array(tx->arena, uint64_t, nids.count);
    if (nids.count)
        memcpy(*ret_nids, nids.items, nids.count * sizeof *nids.items);
    *ret_count = nids.count;
    vec_fini(&nids);
    return db_done(&q, NULL);
}
