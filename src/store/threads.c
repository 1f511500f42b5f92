/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/threads.h"

enum rc threads_note(struct tx *tx, uint64_t room_nid, int64_t root_pos, int64_t pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO thread(room, root, latest) VALUES(?1, ?2, ?3)"
                 " ON CONFLICT(room, root) DO UPDATE SET latest = excluded.latest",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    db_bind_i64(&q, 2, root_pos);
    db_bind_i64(&q, 3, pos);
    return db_run(&q, NULL);
}

static const char all[] =
    "SELECT root, latest FROM thread WHERE room = ?1 AND latest <= ?2 ORDER BY latest DESC LIMIT ?3";
/* kind 3: m.thread (enum event_relation). */
static const char participated[] =
    "SELECT root, latest FROM thread WHERE room = ?1 AND latest <= ?2"
    " AND (EXISTS(SELECT 1 FROM event WHERE pos = thread.root AND sender = ?4)"
    "  OR EXISTS(SELECT 1 FROM relation r JOIN event e ON e.pos = r.pos WHERE r.parent = thread.root AND r.kind = 3"
    "   AND e.sender = ?4))"
    " ORDER BY latest DESC LIMIT ?3";

enum rc threads_list(struct tx *tx, uint64_t room_nid, int64_t to, uint64_t participant_nid, size_t limit,
                     struct thread_row **ret_rows, size_t *ret_count)
{
    struct thread_row *rows = arena_array(tx->arena, struct thread_row, limit);
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, participant_nid ? participated : all, NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    db_bind_i64(&q, 2, to);
    db_bind_i64(&q, 3, (int64_t)limit);
    if (participant_nid)
        db_bind_i64(&q, 4, (int64_t)participant_nid);
    while (count < limit && db_next(&q))
        rows[count++] = (struct thread_row){db_column_i64(&q, 0), db_column_i64(&q, 1)};
    *ret_rows = rows;
    *ret_count = count;
    return db_done(&q, NULL);
}
