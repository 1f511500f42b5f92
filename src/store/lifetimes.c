/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What holds in a room, and when it is looked at. */
#include "store/lifetimes.h"

#include "store/store_private.h"

int64_t lifetimes_of(const struct store *store, const struct room *room)
{
    return lifetime_within(&store->lifetimes, room->lifetime_asked);
}

bool lifetimes_concern(const struct store *store, const struct room *room)
{
    return room->gone_pos || lifetimes_of(store, room) != LIFETIME_FOREVER;
}

int64_t lifetimes_alive_from(struct tx *tx, const struct room *room)
{
    int64_t lifetime = lifetimes_of(tx->store, room);
    return lifetime == LIFETIME_FOREVER ? INT64_MIN : env_now_ms(tx->env) - lifetime + 1;
}

enum rc lifetimes_note(struct tx *tx, uint64_t room_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO lifetime(room, due_ms) VALUES(?1, ?2)"
                 " ON CONFLICT(room) DO UPDATE SET due_ms = min(due_ms, excluded.due_ms)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    db_bind_i64(&q, 2, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc lifetimes_walk_again(struct tx *tx, uint64_t subject)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "UPDATE lifetime SET walked_pos = 0, swept_pos = 0, due_ms = min(due_ms, ?2)"
                 " WHERE room IN (SELECT room FROM membership WHERE user = ?1)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

/* Of all rooms where the server itself sets an end, else of those that have a row. */
static const char next_of_all[] = "SELECT nid FROM room WHERE nid > ?1 ORDER BY nid LIMIT ?2";
static const char next_of_some[] = "SELECT room FROM lifetime WHERE room > ?1 ORDER BY room LIMIT ?2";

enum rc lifetimes_note_next(struct tx *tx, uint64_t *after)
{
    bool all = tx->store->lifetimes.fallback || tx->store->lifetimes.most;
    uint64_t nids[LIFETIMES_ROOMS];
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, all ? next_of_all : next_of_some, NULL));
    db_bind_i64(&q, 1, (int64_t)*after);
    db_bind_i64(&q, 2, LIFETIMES_ROOMS);
    while (count < LIFETIMES_ROOMS && db_next(&q))
        nids[count++] = (uint64_t)db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    for (size_t i = 0; i < count; i++)
        TRY(lifetimes_note(tx, nids[i]));
    if (count)
        *after = nids[count - 1];
    return RC_OK;
}

enum rc lifetimes_overdue(struct tx *tx, int64_t before_ms, int64_t *ret_rooms)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT count(*) FROM lifetime WHERE due_ms < ?1", NULL));
    db_bind_i64(&q, 1, before_ms);
    *ret_rooms = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}
