/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Finding rooms, and changes that are not events. */
#include "store/rooms_private.h"
#include "store/writer.h"

#include <stdlib.h>

static void room_let_go(void *arg)
{
    const struct room *room = arg;
    room_unref(&room);
}

void rooms_hold(struct tx *tx, const struct room *room)
{
    arena_on_reset(tx->arena, room_let_go, (void *)room);
}

enum rc rooms_get(struct tx *tx, uint64_t nid, const struct room **ret_room)
{
    const struct room *room = tx->writable ? overlay_get(&tx->p->rooms, nid) : NULL;
    if (room)
        room_ref(room);
    else
        room = cache_get(tx->store->rooms, nid);
    if (!room)
        TRY(room_load(tx, nid, &room));
    rooms_hold(tx, room);
    *ret_room = room;
    return RC_OK;
}

static enum rc nid_by_id(struct tx *tx, str room_id, uint64_t *ret_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT nid FROM room WHERE id = ?1", NULL));
    db_bind_text(&q, 1, room_id);
    bool found = db_next(&q);
    uint64_t nid = found ? (uint64_t)db_column_i64(&q, 0) : 0;
    TRY(db_done(&q, NULL));
    *ret_nid = nid;
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc rooms_id(struct tx *tx, uint64_t nid, str *ret_room_id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT id FROM room WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    bool found = db_next(&q);
    if (found)
        *ret_room_id = arena_dup(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc rooms_find(struct tx *tx, str room_id, const struct room **ret_room)
{
    const struct room *room = cache_find(tx->store->rooms, room_id);
    uint64_t nid;
    if (!room) {
        TRY(nid_by_id(tx, room_id, &nid));
        return rooms_get(tx, nid, ret_room);
    }
    if (!tx->writable) {
        rooms_hold(tx, room);
        *ret_room = room;
        return RC_OK;
    }
    nid = room->nid;
    room_unref(&room);
    return rooms_get(tx, nid, ret_room);
}

void rooms_put(struct tx *tx, const struct room **room_in_out, struct room *next)
{
    rooms_hold(tx, room_ref(next));
    overlay_put(&tx->p->rooms, next->nid, next);
    *room_in_out = next;
}

enum rc rooms_set_listed(struct tx *tx, const struct room **room_in_out, bool listed)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "UPDATE room SET listed = ?2 WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)(*room_in_out)->nid);
    db_bind_i64(&q, 2, listed);
    TRY(db_run(&q, NULL));
    struct room *next = room_next(*room_in_out);
    next->listed = listed;
    rooms_put(tx, room_in_out, next);
    return RC_OK;
}

enum rc room_nids_read(struct tx *tx, struct db_query *q, uint64_t **ret_nids, size_t *ret_count)
{
    VEC(uint64_t) nids = {0};
    while (db_next(q))
        vec_push(&nids, (uint64_t)db_column_i64(q, 0));
    enum rc rc = db_done(q, NULL);
    if (rc == RC_OK) {
        *ret_nids = arena_array(tx->arena, uint64_t, nids.count);
        if (nids.count)
            memcpy(*ret_nids, nids.items, nids.count * sizeof *nids.items);
        *ret_count = nids.count;
    }
    vec_fini(&nids);
    return rc;
}

enum rc rooms_listed(struct tx *tx, uint64_t **ret_nids, size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT nid FROM room WHERE listed = 1 ORDER BY nid", NULL));
    return room_nids_read(tx, &q, ret_nids, ret_count);
}

void rooms_note_receipt(struct tx *tx, const struct room **room_in_out, int64_t pos)
{
    struct room *next = room_next(*room_in_out);
    next->receipt_pos = pos;
    rooms_put(tx, room_in_out, next);
    tx_note_room(tx, next->nid, ROOM_CHANGED_RECEIPTS, NULL);
}

/* Those still typing but for one, with room for one more. */
static struct room_typing *typing_without(const struct room_typing *typing, uint64_t user_nid, int64_t now)
{
    size_t most = (typing ? typing->count : 0) + 1;
    struct room_typing *next = xcalloc(1, sizeof *next + most * sizeof *next->typists);
    next->refs = 1;
    for (size_t i = 0; typing && i < typing->count; i++)
        if (typing->typists[i].user_nid != user_nid && typing->typists[i].until_ms > now)
            next->typists[next->count++] = typing->typists[i];
    return next;
}

void rooms_set_typing(struct tx *tx, const struct room **room_in_out, uint64_t user_nid, int64_t timeout_ms)
{
    int64_t now = env_steady_ms(tx->env);
    struct room *next = room_next(*room_in_out);
    struct room_typing *typing = typing_without(next->typing, user_nid, now);
    if (timeout_ms > 0)
        typing->typists[typing->count++] = (struct room_typist){user_nid, now + timeout_ms};
    if (next->typing && atomic_fetch_sub_explicit(&next->typing->refs, 1, memory_order_acq_rel) == 1)
        free(next->typing);
    next->typing = typing;
    next->typing_serial = atomic_fetch_add(&tx->store->typing_serial, 1) + 1;
    rooms_put(tx, room_in_out, next);
    tx_note_room(tx, next->nid, ROOM_CHANGED_TYPING, NULL);
}

int64_t rooms_typing_serial(struct store *store)
{
    return atomic_load(&store->typing_serial);
}
