/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/db.h"
#include "store/users.h"

_Static_assert(USER_GUEST == 16 && USER_DEACTIVATED == 1, "the numbers the index of guests and its query say");

enum rc users_idle_guests(struct tx *tx, int64_t before_ms, uint64_t after, size_t limit, uint64_t **ret_nids,
                          size_t *ret_count)
{
    struct db_query q;
    size_t count = 0;
    uint64_t *nids = arena_array(tx->arena, uint64_t, limit);
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT u.nid FROM user u WHERE u.flags & 16 AND NOT u.flags & 1 AND u.nid > ?1 AND u.created < ?2"
                 " AND NOT EXISTS(SELECT 1 FROM device d WHERE d.user_nid = u.nid AND d.seen_ms >= ?2)"
                 " ORDER BY u.nid LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)after);
    db_bind_i64(&q, 2, before_ms);
    db_bind_i64(&q, 3, (int64_t)limit);
    while (db_next(&q) && count < limit)
        nids[count++] = (uint64_t)db_column_i64(&q, 0);
    *ret_nids = nids;
    *ret_count = count;
    return db_done(&q, NULL);
}
