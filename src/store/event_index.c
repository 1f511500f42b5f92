/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/event_index.h"

#include "room/event_id.h"

#include "store/recent.h"
#include "store/store_private.h"
#include "store/threads.h"

static enum rc state_set(struct tx *tx, const struct event *event, str skey)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT OR REPLACE INTO state(room, skey, pos) VALUES(?1, ?2, ?3)", NULL));
    db_bind_i64(&q, 1, (int64_t)event->room_nid);
    db_bind_blob(&q, 2, skey);
    db_bind_i64(&q, 3, event->pos);
    return db_run(&q, NULL);
}

static enum rc relation_add(struct tx *tx, const struct room *room, const struct event *event, str parent_id, int kind)
{
    int64_t parent;
    enum rc rc = event_index_pos(tx, room, parent_id, &parent);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* to an event this room does not have: nothing to find it by */
    TRY(rc);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT INTO relation(parent, pos, kind) VALUES(?1, ?2, ?3)", NULL));
    db_bind_i64(&q, 1, parent);
    db_bind_i64(&q, 2, event->pos);
    db_bind_i64(&q, 3, kind);
    TRY(db_run(&q, NULL));
    return kind == REL_THREAD ? threads_note(tx, room->nid, parent, event->pos) : RC_OK;
}

enum rc event_index_add(struct tx *tx, const struct room *room, const struct event *event,
                        const struct event_keys *keys)
{
    if (event->is_state)
        TRY(state_set(tx, event, keys->skey));
    if (event->relation != REL_NONE)
        TRY(relation_add(tx, room, event, event->relates_to, (int)event->relation));
    if (event->redacts.len)
        TRY(relation_add(tx, room, event, event->redacts, RELATION_REDACTION));
    uint64_t device = event->origin ? event->origin->device_nid : 0;
    recent_add(tx->store->recent,
               &(struct recent_event){event->pos, event->room_nid, event_id8(keys->id), device, keys->txn});
    return RC_OK;
}

enum rc event_index_unrelate(struct tx *tx, const struct room *room, const struct event *event)
{
    int64_t parent;
    enum rc rc = event->relation == REL_NONE ? RC_NOT_FOUND : event_index_pos(tx, room, event->relates_to, &parent);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM relation WHERE parent = ?1 AND pos = ?2", NULL));
    db_bind_i64(&q, 1, parent);
    db_bind_i64(&q, 2, event->pos);
    return db_run(&q, NULL);
}

/* Newest first: that is where one usually looks. NULL: not in memory. */
static const struct event *in_timeline(const struct room *room, str event_id)
{
    for (size_t i = room_timeline_count(room); i-- > 0;)
        if (str_eq(room_timeline_at(room, i)->event_id, event_id))
            return room_timeline_at(room, i);
    return NULL;
}

/* The event at pos is of this room and has this id. */
static enum rc confirm_id(struct tx *tx, const struct room *room, int64_t pos, str id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT 1 FROM event WHERE pos = ?1 AND room = ?2 AND id = ?3", NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, (int64_t)room->nid);
    db_bind_blob(&q, 3, id);
    bool found = db_next(&q);
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc merged_by_id(struct tx *tx, const struct room *room, str id, int64_t *ret_pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT e.pos FROM event_ref r JOIN event e ON e.pos = r.pos"
                 " WHERE r.id8 = ?1 AND e.room = ?2 AND e.id = ?3",
                 NULL));
    db_bind_i64(&q, 1, event_id8(id));
    db_bind_i64(&q, 2, (int64_t)room->nid);
    db_bind_blob(&q, 3, id);
    bool found = db_next(&q);
    if (found)
        *ret_pos = db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc event_index_pos(struct tx *tx, const struct room *room, str event_id, int64_t *ret_pos)
{
    const struct event *newest = in_timeline(room, event_id);
    if (newest) {
        *ret_pos = newest->pos;
        return RC_OK;
    }
    str id;
    TRY(event_id_bytes(tx, room, event_id, &id));
    int64_t pos = recent_by_id(tx->store->recent, event_id8(id));
    enum rc rc = pos ? confirm_id(tx, room, pos, id) : RC_NOT_FOUND;
    if (rc == RC_NOT_FOUND)
        rc = merged_by_id(tx, room, id, &pos);
    TRY(rc);
    if (pos > room->last_pos)
        return RC_NOT_FOUND;
    *ret_pos = pos;
    return RC_OK;
}

static enum rc room_at(struct tx *tx, int64_t pos, str id, uint64_t *ret_room_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT room FROM event WHERE pos = ?1 AND id = ?2", NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_blob(&q, 2, id);
    bool found = db_next(&q);
    if (found)
        *ret_room_nid = (uint64_t)db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc merged_room(struct tx *tx, str id, uint64_t *ret_room_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT e.room FROM event_ref r JOIN event e ON e.pos = r.pos WHERE r.id8 = ?1 AND e.id = ?2", NULL));
    db_bind_i64(&q, 1, event_id8(id));
    db_bind_blob(&q, 2, id);
    bool found = db_next(&q);
    if (found)
        *ret_room_nid = (uint64_t)db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc event_index_room(struct tx *tx, str event_id, uint64_t *ret_room_nid)
{
    str id;
    TRY(event_id_any_hash(event_id, tx->arena, &id));
    int64_t pos = recent_by_id(tx->store->recent, event_id8(id));
    enum rc rc = pos ? room_at(tx, pos, id, ret_room_nid) : RC_NOT_FOUND;
    return rc == RC_NOT_FOUND ? merged_room(tx, id, ret_room_nid) : rc;
}

/* ---- Ranges ---- */

static const char merged_backwards[] =
    "SELECT pos FROM room_event WHERE room = ?1 AND pos > ?2 AND pos <= ?3 ORDER BY pos DESC LIMIT ?4";
static const char merged_forwards[] =
    "SELECT pos FROM room_event WHERE room = ?1 AND pos > ?2 AND pos <= ?3 ORDER BY pos LIMIT ?4";

static enum rc merged_range(struct tx *tx, const struct room *room, int64_t from, int64_t to, bool backwards,
                            size_t limit, int64_t *positions, size_t *ret_count)
{
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, backwards ? merged_backwards : merged_forwards, NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_i64(&q, 2, from);
    db_bind_i64(&q, 3, to);
    db_bind_i64(&q, 4, (int64_t)limit);
    while (count < limit && db_next(&q))
        positions[count++] = db_column_i64(&q, 0);
    *ret_count = count;
    return db_done(&q, NULL);
}

/* No room for more than there can be. */
static size_t capacity_for(int64_t from, int64_t to, size_t limit)
{
    return (uint64_t)(to - from) < limit ? (size_t)(to - from) : limit;
}

enum rc event_index_range(struct tx *tx, const struct room *room, int64_t from, int64_t to, bool backwards,
                          size_t limit, int64_t **ret_positions, size_t *ret_count)
{
    *ret_count = 0;
    if (to > room->last_pos)
        to = room->last_pos;
    if (from < room->created_pos - 1)
        from = room->created_pos - 1;
    if (from >= to)
        return RC_OK;
    limit = capacity_for(from, to, limit);
    int64_t *recent = arena_alloc_raw(tx->arena, limit * sizeof *recent), floor;
    size_t count = recent_range(tx->store->recent, room->nid, from, to, backwards, limit, recent, &floor), merged = 0;
    *ret_positions = recent;
    *ret_count = count;
    if (from >= floor || (backwards && count == limit))
        return RC_OK;
    int64_t last = to < floor ? to : floor;
    if (backwards) {
        TRY(merged_range(tx, room, from, last, true, limit - count, recent + count, &merged));
        *ret_count = count + merged;
        return RC_OK;
    }
    int64_t *both = arena_alloc_raw(tx->arena, limit * sizeof *both);
    TRY(merged_range(tx, room, from, last, false, limit, both, &merged));
    size_t rest = limit - merged < count ? limit - merged : count;
    memcpy(both + merged, recent, rest * sizeof *both);
    *ret_positions = both;
    *ret_count = merged + rest;
    return RC_OK;
}

/* ---- Transactions ---- */

static enum rc merged_by_txn(struct tx *tx, uint64_t device_nid, int64_t txn, int64_t *ret_pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT pos FROM txn WHERE device = ?1 AND txn = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)device_nid);
    db_bind_i64(&q, 2, txn);
    bool found = db_next(&q);
    if (found)
        *ret_pos = db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc event_index_txn(struct tx *tx, const struct room *room, const struct txn_place *place, str txn_id,
                        str *ret_event_id)
{
    int64_t txn = event_txn_key(tx, room, place, txn_id);
    int64_t pos = recent_by_txn(tx->store->recent, txn);
    if (!pos)
        TRY(merged_by_txn(tx, place->device_nid, txn, &pos));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT id FROM event WHERE pos = ?1 AND device = ?2 AND txn = ?3", NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, (int64_t)place->device_nid);
    db_bind_i64(&q, 3, txn);
    bool found = db_next(&q);
    if (found)
        *ret_event_id = event_id_text(tx, room, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}
