/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/stream.h"

enum rc stream_scan(struct tx *tx, int64_t from, int64_t to, size_t limit, struct stream_item *ret_items,
                    size_t *ret_count)
{
    struct db_query q;
    size_t count = 0;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT pos, room, sender, target, length(sealed) FROM event WHERE pos > ?1 AND pos <= ?2"
                 " ORDER BY pos LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, from);
    db_bind_i64(&q, 2, to);
    db_bind_i64(&q, 3, (int64_t)limit);
    while (count < limit && db_next(&q))
        ret_items[count++] = (struct stream_item){
            .pos = db_column_i64(&q, 0),
            .room_nid = (uint64_t)db_column_i64(&q, 1),
            .sender_nid = (uint64_t)db_column_i64(&q, 2),
            .target_nid = (uint64_t)db_column_i64(&q, 3),
            .size = (size_t)db_column_i64(&q, 4),
        };
    *ret_count = count;
    return db_done(&q, NULL);
}
