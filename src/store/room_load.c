/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A room from disk: its row, its current state, its newest events. */
#include "base/vec.h"
#include "store/event_index.h"
#include "store/gate.h"
#include "store/rooms_private.h"

/* As many as a first sync asks for by default, and the one that says that there are more: opening an event costs more
 * than reading it, and most rooms that are loaded are only looked at once. */
enum { TIMELINE_LOADED = 11 };

typedef VEC(const struct event *) event_vec;

static void events_free(event_vec *events)
{
    for (size_t i = 0; i < events->count; i++)
        event_unref(&events->items[i]);
    vec_fini(events);
}

static enum rc row_read(struct tx *tx, uint64_t nid, struct room **ret_room)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT r.id, r.version, r.created_pos, r.listed, (SELECT pos FROM stream), l.gone_pos, l.gone_total"
                 " FROM room r LEFT JOIN lifetime l ON l.room = r.nid WHERE r.nid = ?1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    struct room *room = NULL;
    if (db_next(&q)) {
        const struct room_version *version = room_version_find(db_column_str(&q, 1));
        room = version ? room_new(nid, db_column_str(&q, 0), version) : NULL;
        if (room) {
            room->created_pos = db_column_i64(&q, 2);
            room->listed = db_column_i64(&q, 3) != 0;
            room->gone_pos = db_column_i64(&q, 5);
            room->gone_total = db_column_i64(&q, 6);
            room->last_pos = db_column_i64(&q, 4); /* of the whole stream in this view: nothing newer is looked for */
        }
    }
    TRY(db_done(&q, NULL));
    *ret_room = room;
    return room ? RC_OK : RC_NOT_FOUND;
}

static enum rc state_read(struct tx *tx, const struct room *room, event_vec *state)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT " EVENT_COLUMNS " FROM state s JOIN event e ON e.pos = s.pos WHERE s.room = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)room->nid);
    enum rc rc = RC_OK;
    while (rc == RC_OK && db_next(&q)) {
        const struct event *event;
        rc = event_row_open(tx, room, &q, &event);
        if (rc == RC_OK)
            vec_push(state, event);
    }
    enum rc ended = db_done(&q, NULL);
    return rc == RC_OK ? ended : rc;
}

/* One of the state that is in the timeline as well is the same object. */
static const struct event *already_open(const event_vec *state, int64_t pos)
{
    for (size_t i = 0; i < state->count; i++)
        if (state->items[i]->pos == pos)
            return event_ref(state->items[i]);
    return NULL;
}

/* Newest first. Looking through a large state would cost more than opening again. */
static enum rc timeline_read(struct tx *tx, struct room *room, const event_vec *state, event_vec *timeline)
{
    enum { SMALL_STATE = 64 };
    int64_t *positions;
    size_t count;
    TRY(event_index_range(tx, room, 0, INT64_MAX, true, TIMELINE_LOADED, &positions, &count));
    for (size_t i = 0; i < count; i++) {
        const struct event *event = i > 0 && state->count <= SMALL_STATE ? already_open(state, positions[i]) : NULL;
        /* The newest tells the room's count. */
        if (!event)
            TRY(event_row_read(tx, room, positions[i], &event, i == 0 ? &room->notify_total : NULL));
        vec_push(timeline, event);
    }
    return RC_OK;
}

static enum rc contents_read(struct tx *tx, struct room *room)
{
    event_vec state = {0}, timeline = {0};
    enum rc rc = state_read(tx, room, &state);
    if (rc == RC_OK)
        rc = timeline_read(tx, room, &state, &timeline);
    if (rc == RC_OK) {
        room_set_state(room, room_state_load(room->version, state.items, state.count));
        for (size_t i = timeline.count; i-- > 0;)
            room_append(room, timeline.items[i]);
    }
    events_free(&state);
    events_free(&timeline);
    return rc;
}

/* Snapshots are everybody's: they are made for the conversation, whoever happened to ask first. */
static const struct act loading = ACT_SERVICE(PURPOSE_MESSAGING);

/* What was opened on the way is of no use to the request: its arena would grow with every room. */
static enum rc load_within(struct tx *tx, uint64_t nid, struct room **ret_room)
{
    struct arena scratch = ARENA_INIT;
    struct tx reading = *tx;
    reading.act = &loading;
    reading.arena = &scratch;
    struct room *room = NULL;
    enum rc rc = row_read(&reading, nid, &room);
    if (rc == RC_OK)
        rc = contents_read(&reading, room);
    arena_fini(&scratch);
    if (rc != RC_OK) {
        const struct room *half = room;
        room_unref(&half);
        return rc;
    }
    *ret_room = room;
    return RC_OK;
}

enum rc room_load(struct tx *tx, uint64_t nid, const struct room **ret_room)
{
    struct store *store = tx->store;
    uint64_t ticket = tx_tickets(tx).rooms;
    /* Receipts are kept elsewhere: there may be some up to now. Whoever asks once too often finds none. */
    int64_t receipt_pos = tx_pos(tx);
    bool began;
    TRY(tx_view_begin(tx, &began));
    struct room *room;
    enum rc rc = load_within(tx, nid, &room);
    tx_view_end(tx, began);
    TRY(rc);
    room->receipt_pos = receipt_pos;
    cache_fill(store->rooms, nid, room, ticket);
    *ret_room = room;
    return RC_OK;
}
