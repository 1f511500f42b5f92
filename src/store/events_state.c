/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * State as it was. The current state is in memory and each of its events knows its position: what has not changed
 * since is taken from there, and only what has is looked up.
 */
#include "base/vec.h"
#include "store/event_row.h"
#include "store/events.h"
#include "store/store_private.h"

#include <stdlib.h>

typedef VEC(const struct event *) event_vec;

/* The last event of the key at or before pos, from disk. */
static enum rc disk_at(struct tx *tx, const struct room *room, str type, str state_key, int64_t pos,
                       const struct event **ret_event)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT " EVENT_COLUMNS " FROM event e WHERE e.room = ?1 AND e.skey = ?2 AND e.pos <= ?3"
                 " ORDER BY e.pos DESC LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_blob(&q, 2, event_skey(tx, type, state_key));
    db_bind_i64(&q, 3, pos);
    enum rc rc = RC_NOT_FOUND;
    if (db_next(&q))
        rc = event_row_open(tx, room, &q, ret_event);
    if (rc == RC_OK)
        events_hold(tx, *ret_event);
    enum rc ended = db_done(&q, NULL);
    return ended == RC_OK ? rc : ended;
}

enum rc events_state_at(struct tx *tx, const struct room *room, str type, str state_key, int64_t pos,
                        const struct event **ret_event)
{
    const struct event *current = room_state_get(room->state, type, state_key);
    if (!current)
        return RC_NOT_FOUND; /* state is replaced, never removed */
    if (current->pos > pos)
        return disk_at(tx, room, type, state_key, pos, ret_event);
    events_hold(tx, event_ref(current));
    *ret_event = current;
    return RC_OK;
}

/* The entries of the current state by what is known of them at `pos`. */
struct split {
    int64_t pos;
    event_vec same, changed; /* set by then; set anew since */
};

static bool split_visit(const struct event *event, void *ctx)
{
    struct split *split = ctx;
    if (event->pos <= split->pos)
        vec_push(&split->same, event);
    else
        vec_push(&split->changed, event);
    return true;
}

static void split_fini(struct split *split)
{
    vec_fini(&split->same);
    vec_fini(&split->changed);
}

/* Adds to same what held instead of the changed ones. */
static enum rc split_look_back(struct tx *tx, const struct room *room, struct split *split)
{
    for (size_t i = 0; i < split->changed.count; i++) {
        const struct event *now = split->changed.items[i], *then;
        enum rc rc = disk_at(tx, room, now->type, now->state_key, split->pos, &then);
        if (rc == RC_OK)
            vec_push(&split->same, then);
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

static void state_let_go(void *arg)
{
    const struct room_state *state = arg;
    room_state_unref(&state);
}

enum rc events_full_state_at(struct tx *tx, const struct room *room, int64_t pos, struct room_state **ret_state)
{
    struct room_state *state;
    if (pos >= room->last_pos) {
        state = room_state_ref(room->state);
    } else {
        struct split split = {.pos = pos};
        room_state_each(room->state, split_visit, &split);
        enum rc rc = split_look_back(tx, room, &split);
        if (rc == RC_OK)
            state = room_state_load(room->version, split.same.items, split.same.count);
        split_fini(&split);
        TRY(rc);
    }
    arena_on_reset(tx->arena, state_let_go, state);
    *ret_state = state;
    return RC_OK;
}

static int by_pos(const void *a, const void *b)
{
    const struct event *const *left = a, *const *right = b;
    return ((*left)->pos > (*right)->pos) - ((*left)->pos < (*right)->pos);
}

enum rc events_state_changes(struct tx *tx, const struct room *room, int64_t from, int64_t to,
                             struct event_list *ret_events)
{
    *ret_events = (struct event_list){0};
    if (from >= to || from >= room->last_pos)
        return RC_OK;
    struct split split = {.pos = to};
    room_state_each(room->state, split_visit, &split);
    enum rc rc = split_look_back(tx, room, &split);
    if (rc == RC_OK) {
        ret_events->items = arena_array(tx->arena, const struct event *, split.same.count);
        for (size_t i = 0; i < split.same.count; i++)
            if (split.same.items[i]->pos > from) {
                events_hold(tx, event_ref(split.same.items[i]));
                ret_events->items[ret_events->count++] = split.same.items[i];
            }
        qsort(ret_events->items, ret_events->count, sizeof *ret_events->items, by_pos);
    }
    split_fini(&split);
    return rc;
}

/* All events of one key, oldest first. */
static enum rc history(struct tx *tx, const struct room *room, str type, str state_key, struct event_list *ret_events)
{
    event_vec events = {0};
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT " EVENT_COLUMNS
                 " FROM event e WHERE e.room = ?1 AND e.skey = ?2 AND e.pos <= ?3 ORDER BY e.pos",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    db_bind_blob(&q, 2, event_skey(tx, type, state_key));
    db_bind_i64(&q, 3, room->last_pos);
    enum rc rc = RC_OK;
    while (rc == RC_OK && db_next(&q)) {
        const struct event *event;
        rc = event_row_open(tx, room, &q, &event);
        if (rc == RC_OK) {
            events_hold(tx, event);
            vec_push(&events, event);
        }
    }
    enum rc ended = db_done(&q, NULL);
    rc = rc == RC_OK ? ended : rc;
    if (rc == RC_OK) {
        ret_events->items = arena_array(tx->arena, const struct event *, events.count);
        if (events.count)
            memcpy(ret_events->items, events.items, events.count * sizeof *events.items);
        ret_events->count = events.count;
    }
    vec_fini(&events);
    return rc;
}

enum rc events_member_history(struct tx *tx, const struct room *room, str user_id, struct event_list *ret_events)
{
    return history(tx, room, S("m.room.member"), user_id, ret_events);
}

enum rc events_visibility_history(struct tx *tx, const struct room *room, struct event_list *ret_events)
{
    return history(tx, room, S("m.room.history_visibility"), S(""), ret_events);
}
