/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Events by time. The server stamps events as it orders them, so that in a room time grows with the position (but for
 * a clock set back, where nearly right is right enough) and can be searched by halving.
 */
#include "store/events.h"
#include "store/store_private.h"

/* The first event of the room at or behind pos. */
static enum rc first_from(struct tx *tx, const struct room *room, int64_t pos, int64_t *ret_pos, int64_t *ret_ts)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT pos, ts FROM event WHERE room = ?1 AND pos >= ?2 AND pos <= ?3 ORDER BY pos LIMIT 1", NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_i64(&q, 2, pos);
    db_bind_i64(&q, 3, room->last_pos);
    bool found = db_next(&q);
    if (found) {
        *ret_pos = db_column_i64(&q, 0);
        *ret_ts = db_column_i64(&q, 1);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc last_before(struct tx *tx, const struct room *room, int64_t pos, int64_t *ret_pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT pos FROM event WHERE room = ?1 AND pos < ?2 ORDER BY pos DESC LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_i64(&q, 2, pos);
    bool found = db_next(&q);
    if (found)
        *ret_pos = db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

/* The position of the first event not older than ts; last_pos + 1 when all are. */
static enum rc first_not_older(struct tx *tx, const struct room *room, int64_t ts, int64_t *ret_pos)
{
    int64_t low = room->created_pos, high = room->last_pos + 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2, pos, at;
        enum rc rc = first_from(tx, room, middle, &pos, &at);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        if (rc == RC_OK && at < ts)
            low = pos + 1;
        else
            high = middle;
    }
    *ret_pos = low;
    return RC_OK;
}

enum rc events_near_time(struct tx *tx, const struct room *room, int64_t ts_ms, bool forward,
                         const struct event **ret_event)
{
    int64_t pos, ts;
    TRY(first_not_older(tx, room, forward ? ts_ms : ts_ms + 1, &pos));
    if (forward)
        TRY(first_from(tx, room, pos, &pos, &ts));
    else
        TRY(last_before(tx, room, pos, &pos));
    return events_at(tx, room, pos, ret_event);
}
