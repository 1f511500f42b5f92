/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Burying what is over, a room after the other, in bounded pieces. */
#include "base/vec.h"
#include "store/event_index.h"
#include "store/lifetimes.h"
#include "store/media_use.h"
#include "store/recent.h"
#include "store/rooms_private.h"
#include "store/search_forget.h"

#include <stdio.h>

#define NEVER INT64_MAX
enum { PIECE = 100, SWEEP_AGAIN_MS = 3600 * 1000 };

/* A room's row while it is worked on. */
struct walk {
    struct tx *tx;
    struct lifetimes_work *work;
    const struct room *room; /* the working snapshot */
    int64_t lifetime, alive_from;
    int64_t due, walked, swept; /* everything over up to walked is buried, up to swept its rows are gone */
    int64_t gone_pos, gone_total;
    int64_t buried;
    VEC(struct search_place) unindexed; /* of those, what may be in the index */
};

/* ---- One message ---- */

struct place {
    int64_t pos, ts, notify_total, txn;
    uint64_t sender, device;
    uint64_t subject; /* whose data it is */
    bool state, gone, searched;
    str id;
};

static enum rc place_read(struct walk *walk, int64_t pos, struct place *ret_place, bool *ret_found)
{
    struct db_query q;
    TRY(db_query(tx_chat(walk->tx), &q,
                 "SELECT ts, notify_total, sender, device, txn, skey IS NOT NULL, flags, id, target FROM event"
                 " WHERE pos = ?1 AND room = ?2",
                 NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, (int64_t)walk->room->nid);
    *ret_found = db_next(&q);
    if (*ret_found) {
        int64_t flags = db_column_i64(&q, 6);
        *ret_place = (struct place){.pos = pos,
                                    .ts = db_column_i64(&q, 0),
                                    .notify_total = db_column_i64(&q, 1),
                                    .sender = (uint64_t)db_column_i64(&q, 2),
                                    .device = (uint64_t)db_column_i64(&q, 3),
                                    .txn = db_column_i64(&q, 4),
                                    .state = db_column_i64(&q, 5) != 0,
                                    .gone = event_row_is_gone(flags),
                                    .searched = event_row_is_message(flags),
                                    .id = arena_dup(walk->tx->arena, db_column_str(&q, 7))};
        bool of_target = flags & EVENT_ROW_FOR_TARGET;
        ret_place->subject = of_target ? (uint64_t)db_column_i64(&q, 8) : ret_place->sender;
    }
    return db_done(&q, NULL);
}

static bool is_held(const struct walk *walk, const struct place *place)
{
    char subject[32];
    int len = snprintf(subject, sizeof subject, ",%llu,", (unsigned long long)place->subject);
    return str_contains(walk->work->held, (str){subject, (size_t)len});
}

static enum rc run_with(struct tx *tx, const char *sql, int64_t a, int64_t b)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, sql, NULL));
    db_bind_i64(&q, 1, a);
    db_bind_i64(&q, 2, b);
    return db_run(&q, NULL);
}

/* What lies open in memory. */
static enum rc forget_in_timeline(struct walk *walk, int64_t pos)
{
    if (!room_timeline_count(walk->room) || pos < room_timeline_at(walk->room, 0)->pos)
        return RC_OK;
    const struct event *left;
    TRY(event_row_read(walk->tx, walk->room, pos, &left, NULL));
    events_hold(walk->tx, left);
    struct room *next = room_next(walk->room);
    room_replace_event(next, left);
    rooms_put(walk->tx, &walk->room, next);
    return RC_OK;
}

static enum rc forget_children(struct walk *walk, int64_t parent)
{
    struct db_query q;
    TRY(db_query(tx_chat(walk->tx), &q, "DELETE FROM relation WHERE parent = ?1", NULL));
    db_bind_i64(&q, 1, parent);
    return db_run(&q, NULL);
}

static enum rc end_uploads(struct walk *walk, const struct place *place)
{
    struct media_files files;
    TRY(media_use_end(walk->tx, place->pos, place->sender, &files));
    for (size_t i = 0; i < files.count; i++)
        walk->work->remove_file(walk->work->ctx, files.names[i]);
    return RC_OK;
}

static enum rc bury_one(struct walk *walk, const struct place *place)
{
    struct tx *tx = walk->tx;
    TRY(forget_children(walk, place->pos));
    TRY(end_uploads(walk, place));
    TRY(run_with(tx, "DELETE FROM thread WHERE room = ?1 AND root = ?2", (int64_t)walk->room->nid, place->pos));
    if (place->device)
        TRY(run_with(tx, "DELETE FROM txn WHERE device = ?1 AND txn = ?2", (int64_t)place->device, place->txn));
    recent_forget_device(tx->store->recent, place->pos);
    TRY(event_row_bury(tx, place->pos));
    TRY(forget_in_timeline(walk, place->pos));
    walk->buried++;
    if (place->searched)
        vec_push(&walk->unindexed, ((struct search_place){place->subject, place->pos}));
    return RC_OK;
}

/* An edit holds the whole text again, a reaction speaks of it: they end with it, however late they came. */
static enum rc bury_with_followers(struct walk *walk, const struct place *place)
{
    enum { FOLLOWERS = 1000 };
    int64_t *followers = arena_array(walk->tx->arena, int64_t, FOLLOWERS);
    size_t count = 0;
    struct db_query q;
    /* kinds 1 and 2: m.replace and m.annotation (enum event_relation). */
    TRY(db_query(tx_chat(walk->tx), &q,
                 "SELECT pos FROM relation WHERE parent = ?1 AND kind IN (1, 2) ORDER BY kind, pos"
                 " LIMIT ?2",
                 NULL));
    db_bind_i64(&q, 1, place->pos);
    db_bind_i64(&q, 2, FOLLOWERS);
    while (count < FOLLOWERS && db_next(&q))
        followers[count++] = db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    walk->work->left -= (int64_t)count;
    for (size_t i = 0; i < count; i++) {
        struct place follower;
        bool found;
        TRY(place_read(walk, followers[i], &follower, &found));
        if (found && !follower.state && !follower.gone && !is_held(walk, &follower))
            TRY(bury_one(walk, &follower));
    }
    return bury_one(walk, place);
}

/* ---- The walk ---- */

/* *ret_goes_on false: this and all that follows is alive. */
static enum rc pass(struct walk *walk, int64_t pos, bool *ret_goes_on)
{
    struct place place;
    bool found;
    *ret_goes_on = true;
    TRY(place_read(walk, pos, &place, &found));
    if (!found || place.state)
        return RC_OK;
    if (!place.gone && place.ts >= walk->alive_from) {
        walk->due = place.ts + walk->lifetime;
        *ret_goes_on = false;
        return RC_OK;
    }
    if (!place.gone && !is_held(walk, &place))
        TRY(bury_with_followers(walk, &place));
    if (pos > walk->gone_pos) {
        walk->gone_pos = pos;
        walk->gone_total = place.notify_total;
    }
    return RC_OK;
}

/* Calls one() for places above *from, oldest first, and moves *from. *ret_ended: there is nothing more. */
static enum rc each_place(struct walk *walk, int64_t *from, int64_t to,
                          enum rc (*one)(struct walk *walk, int64_t pos, bool *ret_goes_on), bool *ret_ended)
{
    *ret_ended = false;
    while (walk->work->left > 0) {
        int64_t *positions;
        size_t count;
        TRY(event_index_range(walk->tx, walk->room, *from, to, false, PIECE, &positions, &count));
        for (size_t i = 0; i < count && walk->work->left > 0; i++, walk->work->left--) {
            bool goes_on;
            TRY(one(walk, positions[i], &goes_on));
            if (!goes_on) {
                *ret_ended = true;
                return RC_OK;
            }
            *from = positions[i];
        }
        if (count < PIECE && walk->work->left > 0) {
            *ret_ended = true;
            return RC_OK;
        }
    }
    return RC_OK;
}

/* Places nothing in memory leads to any more. */
static enum rc sweep_one(struct walk *walk, int64_t pos, bool *ret_goes_on)
{
    struct place place;
    bool found;
    *ret_goes_on = true;
    TRY(place_read(walk, pos, &place, &found));
    if (!found || !place.gone)
        return RC_OK;
    TRY(run_with(walk->tx, "DELETE FROM event_ref WHERE id8 = ?1 AND pos = ?2", event_id8(place.id), pos));
    TRY(run_with(walk->tx, "DELETE FROM room_event WHERE room = ?1 AND pos = ?2", (int64_t)walk->room->nid, pos));
    return run_with(walk->tx, "DELETE FROM event WHERE pos = ?1 AND room = ?2", pos, (int64_t)walk->room->nid);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The newest place stays: the next event names it, and the room's counts stand there. */
static enum rc sweep(struct walk *walk, bool *ret_ended)
{
    int64_t to = least(recent_floor(walk->tx->store->recent), least(walk->walked, walk->room->last_pos - 1));
    *ret_ended = true;
    return walk->swept < to ? each_place(walk, &walk->swept, to, sweep_one, ret_ended) : RC_OK;
}

/* Whose message is gone is not said to have been read either. */
static enum rc forget_receipts(struct walk *walk)
{
    struct db_query q;
    TRY(db_query(tx_chat(walk->tx), &q,
                 "DELETE FROM receipt WHERE room = ?1 AND event_pos <= ?2 AND ?3 NOT LIKE '%,' || user || ',%'"
                 " AND NOT EXISTS(SELECT 1 FROM event e WHERE e.pos = receipt.event_pos AND e.skey IS NOT NULL)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)walk->room->nid);
    db_bind_i64(&q, 2, walk->gone_pos);
    db_bind_text(&q, 3, walk->work->held);
    return db_run(&q, NULL);
}

/* ---- One room ---- */

static enum rc walk_save(struct walk *walk)
{
    struct db_query q;
    TRY(db_query(tx_chat(walk->tx), &q,
                 "UPDATE lifetime SET due_ms = ?2, walked_pos = ?3, swept_pos = ?4, gone_pos = ?5, gone_total = ?6"
                 " WHERE room = ?1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)walk->room->nid);
    db_bind_i64(&q, 2, walk->due);
    db_bind_i64(&q, 3, walk->walked);
    db_bind_i64(&q, 4, walk->swept);
    db_bind_i64(&q, 5, walk->gone_pos);
    db_bind_i64(&q, 6, walk->gone_total);
    TRY(db_run(&q, NULL));
    if (walk->gone_pos == walk->room->gone_pos)
        return RC_OK;
    struct room *next = room_next(walk->room);
    next->gone_pos = walk->gone_pos;
    next->gone_total = walk->gone_total;
    rooms_put(walk->tx, &walk->room, next);
    return RC_OK;
}

static enum rc walk_room(struct walk *walk)
{
    int64_t now = env_now_ms(walk->tx->env);
    bool walked = true, swept = true;
    /* What comes later than now is over no earlier than this. */
    walk->due = walk->lifetime == LIFETIME_FOREVER ? NEVER : now + walk->lifetime;
    if (walk->lifetime != LIFETIME_FOREVER)
        TRY(each_place(walk, &walk->walked, walk->room->last_pos, pass, &walked));
    if (walked)
        TRY(sweep(walk, &swept));
    if (!walked || !swept)
        walk->due = now;
    else if (walk->swept < walk->gone_pos)
        walk->due = least(walk->due, now + SWEEP_AGAIN_MS);
    if (walk->buried)
        TRY(forget_receipts(walk));
    TRY(walk_save(walk));
    walk->work->buried += walk->buried;
    return RC_OK;
}

static enum rc next_due(struct tx *tx, struct walk *ret_walk, uint64_t *ret_room)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT room, walked_pos, swept_pos, gone_pos, gone_total FROM lifetime WHERE due_ms <= ?1"
                 " ORDER BY due_ms LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env));
    bool found = db_next(&q);
    if (found) {
        *ret_room = (uint64_t)db_column_i64(&q, 0);
        ret_walk->walked = db_column_i64(&q, 1);
        ret_walk->swept = db_column_i64(&q, 2);
        ret_walk->gone_pos = db_column_i64(&q, 3);
        ret_walk->gone_total = db_column_i64(&q, 4);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc lifetimes_work(struct tx *tx, struct lifetimes_work *work)
{
    work->more = true;
    while (work->left > 0) {
        struct walk walk = {.tx = tx, .work = work};
        uint64_t room_nid;
        enum rc rc = next_due(tx, &walk, &room_nid);
        if (rc == RC_NOT_FOUND)
            work->more = false;
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_OK : rc;
        TRY(rooms_get(tx, room_nid, &walk.room));
        walk.lifetime = lifetimes_of(tx->store, walk.room);
        walk.alive_from = lifetimes_alive_from(tx, walk.room);
        rc = walk_room(&walk);
        if (rc == RC_OK)
            rc = search_forget(tx, room_nid, walk.unindexed.items, walk.unindexed.count);
        vec_fini(&walk.unindexed);
        TRY(rc);
        work->left--;
    }
    return RC_OK;
}
