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

/*
 * Threads that are over for the reader, by their newest event; and those that went on behind `until` (?3), by the
 * newest before it. Who is in the room has none of the latter. kind 3: m.thread (enum event_relation).
 */
#define THREADS(whose)                                                                                                 \
    "SELECT root, last FROM ("                                                                                         \
    " SELECT * FROM (SELECT root, latest AS last FROM thread WHERE room = ?1 AND latest <= ?2" whose                   \
    "  ORDER BY latest DESC LIMIT ?4)"                                                                                 \
    " UNION ALL SELECT root, (SELECT pos FROM relation WHERE parent = root AND kind = 3 AND pos <= ?3"                 \
    "   ORDER BY pos DESC LIMIT 1) AS last"                                                                            \
    "  FROM (SELECT root FROM thread WHERE room = ?1 AND latest > ?3 AND root <= ?3" whose                             \
    "   ORDER BY latest LIMIT ?5))"                                                                                    \
    " WHERE last <= ?2 ORDER BY last DESC LIMIT ?4"

static const char all[] = THREADS("");
static const char participated[] =
    THREADS(" AND (EXISTS(SELECT 1 FROM event WHERE pos = thread.root AND sender = ?6)"
            "  OR EXISTS(SELECT 1 FROM relation r JOIN event e ON e.pos = r.pos WHERE r.parent = thread.root"
            "   AND r.kind = 3 AND r.pos <= ?3 AND e.sender = ?6))");

enum rc threads_list(struct tx *tx, const struct threads_query *query, struct thread_row **ret_rows, size_t *ret_count)
{
    struct thread_row *rows = arena_array(tx->arena, struct thread_row, query->limit);
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, query->participant_nid ? participated : all, NULL));
    db_bind_i64(&q, 1, (int64_t)query->room_nid);
    db_bind_i64(&q, 2, query->to < query->until ? query->to : query->until);
    db_bind_i64(&q, 3, query->until);
    db_bind_i64(&q, 4, (int64_t)query->limit);
    db_bind_i64(&q, 5, THREADS_REVIVED_MAX);
    if (query->participant_nid)
        db_bind_i64(&q, 6, (int64_t)query->participant_nid);
    while (count < query->limit && db_next(&q))
        rows[count++] = (struct thread_row){db_column_i64(&q, 0), db_column_i64(&q, 1)};
    *ret_rows = rows;
    *ret_count = count;
    return db_done(&q, NULL);
}
