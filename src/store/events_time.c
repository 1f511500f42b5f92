/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Events by time. The server stamps events as it orders them, so that in a room time grows with the position (but for
 * a clock set back, where nearly right is right enough) and can be searched by halving.
 */
#include "store/event_index.h"

static enum rc one_position(struct tx *tx, const struct room *room, int64_t from, int64_t to, bool backwards,
                            int64_t *ret_pos)
{
    int64_t *positions;
    size_t count;
    TRY(event_index_range(tx, room, from, to, backwards, 1, &positions, &count));
    if (!count)
        return RC_NOT_FOUND;
    *ret_pos = positions[0];
    return RC_OK;
}

/* The first event of the room at or behind pos. */
static enum rc first_from(struct tx *tx, const struct room *room, int64_t pos, int64_t *ret_pos, int64_t *ret_ts)
{
    TRY(one_position(tx, room, pos - 1, INT64_MAX, false, ret_pos));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT ts FROM event WHERE pos = ?1", NULL));
    db_bind_i64(&q, 1, *ret_pos);
    *ret_ts = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
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
        TRY(one_position(tx, room, 0, pos - 1, true, &pos));
    return events_at(tx, room, pos, ret_event);
}
