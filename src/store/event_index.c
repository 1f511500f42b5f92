/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/event_index.h"

#include "store/event_row.h"
#include "store/seal.h"
#include "store/threads.h"

static enum rc ref_add(struct tx *tx, const struct event *event)
{
    str id;
    TRY(event_id_bytes(tx->arena, event->event_id, &id));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT INTO event_ref(id8, pos) VALUES(?1, ?2)", NULL));
    db_bind_i64(&q, 1, event_id8(id));
    db_bind_i64(&q, 2, event->pos);
    return db_run(&q, NULL);
}

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

/* A number instead of the device's words, meaningless without the operator's key. */
static int64_t txn_key(struct tx *tx, const struct room *room, str txn_id)
{
    str value = arena_printf(tx->arena, "%llu:%.*s", (unsigned long long)room->nid, STR_ARG(txn_id));
    return event_id8(seal_blind(tx, "txn", value));
}

static enum rc txn_add(struct tx *tx, const struct room *room, const struct event *event)
{
    const struct event_origin *origin = event->origin;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT OR REPLACE INTO txn(device, txn, pos) VALUES(?1, ?2, ?3)", NULL));
    db_bind_i64(&q, 1, (int64_t)origin->device_nid);
    db_bind_i64(&q, 2, txn_key(tx, room, (str){origin->txn_id, origin->txn_len}));
    db_bind_i64(&q, 3, event->pos);
    return db_run(&q, NULL);
}

enum rc event_index_add(struct tx *tx, const struct room *room, const struct event *event, str skey)
{
    TRY(ref_add(tx, event));
    if (event->is_state)
        TRY(state_set(tx, event, skey));
    if (event->relation != REL_NONE)
        TRY(relation_add(tx, room, event, event->relates_to, (int)event->relation));
    if (event->redacts.len)
        TRY(relation_add(tx, room, event, event->redacts, RELATION_REDACTION));
    return event->origin ? txn_add(tx, room, event) : RC_OK;
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

enum rc event_index_pos(struct tx *tx, const struct room *room, str event_id, int64_t *ret_pos)
{
    const struct event *recent = in_timeline(room, event_id);
    if (recent) {
        *ret_pos = recent->pos;
        return RC_OK;
    }
    str id;
    TRY(event_id_bytes(tx->arena, event_id, &id));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT e.pos FROM event_ref r JOIN event e ON e.pos = r.pos"
                 " WHERE r.id8 = ?1 AND e.room = ?2 AND e.id = ?3",
                 NULL));
    db_bind_i64(&q, 1, event_id8(id));
    db_bind_i64(&q, 2, (int64_t)room->nid);
    db_bind_blob(&q, 3, id);
    bool found = db_next(&q);
    int64_t pos = found ? db_column_i64(&q, 0) : 0;
    TRY(db_done(&q, NULL));
    if (!found || pos > room->last_pos)
        return RC_NOT_FOUND;
    *ret_pos = pos;
    return RC_OK;
}

enum rc event_index_txn(struct tx *tx, const struct room *room, uint64_t device_nid, str txn_id, str *ret_event_id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT e.id FROM txn t JOIN event e ON e.pos = t.pos WHERE t.device = ?1 AND t.txn = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)device_nid);
    db_bind_i64(&q, 2, txn_key(tx, room, txn_id));
    bool found = db_next(&q);
    if (found)
        *ret_event_id = event_id_text(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}
