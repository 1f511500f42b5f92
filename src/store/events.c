/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading events: from the timeline where it reaches, else from disk. */
#include "store/events.h"

#include "base/vec.h"
#include "store/event_index.h"
#include "store/event_row.h"
#include "store/lifetimes.h"
#include "store/store_private.h"

typedef VEC(const struct event *) event_vec;

/* ---- Rows ---- */

/* Runs a query whose rows are events and collects them, each held by the arena. Ends the query. */
static enum rc rows_collect(struct tx *tx, const struct room *room, struct db_query *q, event_vec *events)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK && db_next(q)) {
        const struct event *event;
        rc = event_row_open(tx, room, q, &event);
        if (rc != RC_OK)
            break;
        events_hold(tx, event);
        vec_push(events, event);
    }
    enum rc ended = db_done(q, NULL);
    return rc == RC_OK ? ended : rc;
}

/* Hands the collected events over to the arena, whatever became of it. */
static enum rc give(struct tx *tx, enum rc rc, event_vec *events, struct event_list *ret_events)
{
    if (rc == RC_OK) {
        ret_events->items = arena_array(tx->arena, const struct event *, events->count);
        if (events->count)
            memcpy(ret_events->items, events->items, events->count * sizeof *events->items);
        ret_events->count = events->count;
    }
    vec_fini(events);
    return rc;
}

static enum rc give_one(enum rc rc, event_vec *events, const struct event **ret_event)
{
    if (rc == RC_OK && events->count == 0)
        rc = RC_NOT_FOUND;
    if (rc == RC_OK)
        *ret_event = events->items[0];
    vec_fini(events);
    return rc;
}

static void borrow(struct tx *tx, const struct event *event, event_vec *events)
{
    events_hold(tx, event_ref(event));
    vec_push(events, event);
}

/* ---- The timeline ---- */

/* Position of the oldest event in memory; everything from there on is in memory. */
static int64_t timeline_start(const struct room *room)
{
    return room_timeline_count(room) ? room_timeline_at(room, 0)->pos : INT64_MAX;
}

/* Index of the first event in the timeline with pos > from. */
static size_t timeline_after(const struct room *room, int64_t from)
{
    size_t low = 0, high = room_timeline_count(room);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (room_timeline_at(room, middle)->pos <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum rc events_find_room(struct tx *tx, str event_id, uint64_t *ret_room_nid)
{
    return event_index_room(tx, event_id, ret_room_nid);
}

enum rc events_at(struct tx *tx, const struct room *room, int64_t pos, const struct event **ret_event)
{
    event_vec events = {0};
    size_t i = timeline_after(room, pos - 1);
    if (i < room_timeline_count(room) && room_timeline_at(room, i)->pos == pos) {
        borrow(tx, room_timeline_at(room, i), &events);
        return give_one(RC_OK, &events, ret_event);
    }
    if (pos >= timeline_start(room))
        return RC_NOT_FOUND;
    TRY(event_row_read(tx, room, pos, ret_event, NULL));
    events_hold(tx, *ret_event);
    return RC_OK;
}

enum rc events_find(struct tx *tx, const struct room *room, str event_id, const struct event **ret_event)
{
    int64_t pos;
    const struct event *event;
    TRY(event_index_pos(tx, room, event_id, &pos));
    TRY(events_at(tx, room, pos, &event));
    if (lifetime_is_over(lifetimes_alive_from(tx, room), event))
        return RC_NOT_FOUND;
    *ret_event = event;
    return RC_OK;
}

/* ---- Ranges ---- */

static enum rc disk_range(struct tx *tx, const struct room *room, int64_t from, int64_t to, bool backwards,
                          size_t limit, event_vec *events)
{
    int64_t *positions;
    size_t count;
    TRY(event_index_range(tx, room, from, to, backwards, limit, &positions, &count));
    for (size_t i = 0; i < count; i++) {
        const struct event *event;
        enum rc rc = event_row_read(tx, room, positions[i], &event, NULL);
        if (rc == RC_NOT_FOUND) /* its row went since its place was looked up (lifetimes.h) */
            continue;
        TRY(rc);
        events_hold(tx, event);
        vec_push(events, event);
    }
    return RC_OK;
}

static enum rc range_backwards(struct tx *tx, const struct room *room, int64_t from, int64_t to, size_t limit,
                               event_vec *events)
{
    for (size_t i = timeline_after(room, to); i-- > 0 && events->count < limit;) {
        const struct event *event = room_timeline_at(room, i);
        if (event->pos <= from)
            return RC_OK;
        borrow(tx, event, events);
    }
    int64_t start = timeline_start(room);
    int64_t rest = to < start - 1 ? to : start - 1;
    if (events->count == limit || from >= rest || start == room->created_pos)
        return RC_OK;
    return disk_range(tx, room, from, rest, true, limit - events->count, events);
}

static enum rc range_forwards(struct tx *tx, const struct room *room, int64_t from, int64_t to, size_t limit,
                              event_vec *events)
{
    int64_t start = timeline_start(room);
    int64_t stored = to < start - 1 ? to : start - 1;
    if (from < stored && start != room->created_pos)
        TRY(disk_range(tx, room, from, stored, false, limit, events));
    for (size_t i = timeline_after(room, from); i < room_timeline_count(room) && events->count < limit; i++) {
        if (room_timeline_at(room, i)->pos > to)
            break;
        borrow(tx, room_timeline_at(room, i), events);
    }
    return RC_OK;
}

enum rc events_range(struct tx *tx, const struct room *room, int64_t from, int64_t to, bool backwards, size_t limit,
                     struct event_list *ret_events)
{
    event_vec events = {0};
    /* What is newer than the snapshot is not part of it. */
    if (to > room->last_pos)
        to = room->last_pos;
    enum rc rc = backwards ? range_backwards(tx, room, from, to, limit, &events)
                           : range_forwards(tx, room, from, to, limit, &events);
    return give(tx, rc, &events, ret_events);
}

/* ---- Relations ---- */

static bool is_wanted(const struct event *event, str rel_type, str event_type)
{
    return (!rel_type.len || str_eq(event->relation_type, rel_type))
           && (!event_type.len || str_eq(event->type, event_type));
}

/* Which of them is wanted is known only once they are open: taken until there are enough. */
static enum rc related_collect(struct tx *tx, const struct room *room, struct db_query *q, str rel_type, str event_type,
                               size_t limit, event_vec *events)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK && events->count < limit && db_next(q)) {
        const struct event *event;
        rc = event_row_open(tx, room, q, &event);
        if (rc != RC_OK)
            break;
        events_hold(tx, event);
        if (is_wanted(event, rel_type, event_type))
            vec_push(events, event);
    }
    enum rc ended = db_done(q, NULL);
    return rc == RC_OK ? ended : rc;
}

static const char related_backwards[] = "SELECT " EVENT_COLUMNS " FROM relation r JOIN event e ON e.pos = r.pos"
                                        " WHERE r.parent = ?1 AND r.pos > ?2 AND r.pos <= ?3 AND r.kind < 16"
                                        " ORDER BY r.pos DESC";
static const char related_forwards[] = "SELECT " EVENT_COLUMNS " FROM relation r JOIN event e ON e.pos = r.pos"
                                       " WHERE r.parent = ?1 AND r.pos > ?2 AND r.pos <= ?3 AND r.kind < 16"
                                       " ORDER BY r.pos";

enum rc events_related(struct tx *tx, const struct room *room, str parent_id, str rel_type, str event_type,
                       int64_t from, int64_t to, bool backwards, size_t limit, struct event_list *ret_events)
{
    event_vec events = {0};
    int64_t parent;
    TRY(event_index_pos(tx, room, parent_id, &parent));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, backwards ? related_backwards : related_forwards, NULL));
    db_bind_i64(&q, 1, parent);
    db_bind_i64(&q, 2, from);
    db_bind_i64(&q, 3, to < room->last_pos ? to : room->last_pos);
    return give(tx, related_collect(tx, room, &q, rel_type, event_type, limit, &events), &events, ret_events);
}

enum rc events_redaction_of(struct tx *tx, const struct room *room, const struct event *target,
                            const struct event **ret_event)
{
    event_vec events = {0};
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT " EVENT_COLUMNS " FROM relation r JOIN event e ON e.pos = r.pos"
                 " WHERE r.parent = ?1 AND r.kind = 16 ORDER BY r.pos LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, target->pos);
    return give_one(rows_collect(tx, room, &q, &events), &events, ret_event);
}

enum rc events_annotations_by(struct tx *tx, const struct room *room, str parent_id, uint64_t sender_nid, size_t limit,
                              struct event_list *ret_events)
{
    event_vec events = {0};
    int64_t parent;
    TRY(event_index_pos(tx, room, parent_id, &parent));
    struct db_query q;
    /* kind 2: REL_ANNOTATION. The sender is a column: other people's reactions need not be opened. */
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT " EVENT_COLUMNS " FROM relation r JOIN event e ON e.pos = r.pos"
                 " WHERE r.parent = ?1 AND r.kind = 2 AND e.sender = ?2 ORDER BY r.pos DESC LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, parent);
    db_bind_i64(&q, 2, (int64_t)sender_nid);
    db_bind_i64(&q, 3, (int64_t)limit);
    return give(tx, rows_collect(tx, room, &q, &events), &events, ret_events);
}

/* ---- Counts ---- */

/* From memory: the room's total less what came later. */
static bool notify_total_recent(const struct room *room, int64_t pos, int64_t *ret_total)
{
    if (pos < timeline_start(room) && timeline_start(room) != room->created_pos)
        return false;
    int64_t total = room->notify_total;
    for (size_t i = room_timeline_count(room); i-- > 0 && room_timeline_at(room, i)->pos > pos;)
        total -= room_timeline_at(room, i)->notifies;
    *ret_total = total;
    return true;
}

enum rc events_notify_total_at(struct tx *tx, const struct room *room, int64_t pos, int64_t *ret_total)
{
    if (pos <= room->gone_pos) { /* nothing of what is gone is left to be read */
        *ret_total = room->gone_total;
        return RC_OK;
    }
    if (notify_total_recent(room, pos, ret_total))
        return RC_OK;
    int64_t *positions;
    size_t count;
    TRY(event_index_range(tx, room, 0, pos, true, 1, &positions, &count));
    *ret_total = 0;
    if (!count)
        return RC_OK;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT notify_total FROM event WHERE pos = ?1", NULL));
    db_bind_i64(&q, 1, positions[0]);
    if (db_next(&q))
        *ret_total = db_column_i64(&q, 0);
    return db_done(&q, NULL);
}
