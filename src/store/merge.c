/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/merge.h"

#include "store/event_row.h"
#include "store/recent.h"
#include "store/writer.h"

#include <stdlib.h>

enum {
    RUN_EVENTS = 32768,  /* more: fewer pages per event, more memory, a longer start */
    STEPS_PER_EVENT = 4, /* three are needed to keep up */
    STEPS_AT_LEAST = 32,
};

enum phase { PHASE_ID, PHASE_TXN, PHASE_ROOM, PHASE_COUNT };

struct merge {
    struct recent *recent;
    int64_t merged;           /* durable: up to here the tables are complete */
    int64_t lag;              /* what was merged before that: the floor's aim */
    size_t run_events, slack; /* how many make a run; how many must wait beyond it */
    struct recent_event *run;
    size_t count; /* 0: none is being merged */
    int64_t end;  /* position of the run's newest event */
    enum phase phase;
    size_t done;    /* of this phase */
    size_t step;    /* of this phase, in the running commit */
    bool finishing; /* the running commit ends the run */
};

/* ---- Start ---- */

static enum rc merged_read(struct db *db, int64_t *ret_merged, struct error *err)
{
    struct db_query q;
    TRY(db_query(db, &q, "SELECT merged FROM stream WHERE id = 1", err));
    *ret_merged = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, err);
}

static enum rc recent_read(struct db *db, struct recent *recent, int64_t merged, struct error *err)
{
    struct db_query q;
    TRY(db_query(db, &q, "SELECT pos, room, id, device, txn FROM event WHERE pos > ?1 ORDER BY pos", err));
    db_bind_i64(&q, 1, merged);
    while (db_next(&q))
        recent_add(recent, &(struct recent_event){db_column_i64(&q, 0), (uint64_t)db_column_i64(&q, 1),
                                                  event_id8(db_column_str(&q, 2)), (uint64_t)db_column_i64(&q, 3),
                                                  db_column_i64(&q, 4)});
    return db_done(&q, err);
}

enum rc merge_new(struct store *store, struct merge **ret_merge, struct error *err)
{
    struct db *chat = store->write.db[PART_CHAT];
    int64_t merged;
    TRY(merged_read(chat, &merged, err));
    store->recent = recent_new(merged);
    TRY(recent_read(chat, store->recent, merged, err));
    struct merge *merge = xcalloc(1, sizeof *merge);
    merge->recent = store->recent;
    merge->merged = merge->lag = merged;
    merge_set_run(merge, RUN_EVENTS, WRITER_BATCH_MAX);
    *ret_merge = merge;
    return RC_OK;
}

void merge_free(struct merge **merge)
{
    if (*merge)
        free((*merge)->run);
    free(*merge);
    *merge = NULL;
}

/* ---- Orders ---- */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_id(const void *a, const void *b)
{
    return compare(((const struct recent_event *)a)->id8, ((const struct recent_event *)b)->id8);
}

static int by_txn(const void *a, const void *b)
{
    const struct recent_event *left = a, *right = b;
    int device = compare((int64_t)left->device, (int64_t)right->device);
    return device ? device : compare(left->txn, right->txn);
}

static int by_room(const void *a, const void *b)
{
    const struct recent_event *left = a, *right = b;
    int room = compare((int64_t)left->room, (int64_t)right->room);
    return room ? room : compare(left->pos, right->pos);
}

static int (*const orders[PHASE_COUNT])(const void *, const void *) = {by_id, by_txn, by_room};

/* ---- Steps ---- */

static void phase_begin(struct merge *merge, enum phase phase)
{
    merge->phase = phase;
    merge->done = 0;
    qsort(merge->run, merge->count, sizeof *merge->run, orders[phase]);
}

/* Only what is committed may be merged: it can no longer be undone. */
static bool run_begin(struct merge *merge, int64_t committed)
{
    if (recent_count_above(merge->recent, merge->merged) < merge->run_events + merge->slack)
        return false;
    if (!merge->run)
        merge->run = xmalloc(merge->run_events * sizeof *merge->run);
    merge->count = recent_copy(merge->recent, merge->merged, merge->run, merge->run_events);
    merge->end = merge->run[merge->count - 1].pos;
    if (merge->end > committed) {
        merge->count = 0;
        return false;
    }
    phase_begin(merge, PHASE_ID);
    return true;
}

static enum rc insert_pair(struct db *db, const char *sql, int64_t a, int64_t b, int64_t c, struct error *err)
{
    struct db_query q;
    TRY(db_query(db, &q, sql, err));
    db_bind_i64(&q, 1, a);
    db_bind_i64(&q, 2, b);
    if (c)
        db_bind_i64(&q, 3, c);
    return db_run(&q, err);
}

/* A run that a crash has cut short is there in part already. */
static const char id_insert[] = "INSERT OR IGNORE INTO event_ref(id8, pos) VALUES(?1, ?2)";
static const char txn_insert[] = "INSERT OR REPLACE INTO txn(device, txn, pos) VALUES(?1, ?2, ?3)";
static const char room_insert[] = "INSERT OR IGNORE INTO room_event(room, pos) VALUES(?1, ?2)";

static enum rc event_insert(struct db *db, enum phase phase, const struct recent_event *event, struct error *err)
{
    switch (phase) {
    case PHASE_ID: return insert_pair(db, id_insert, event->id8, event->pos, 0, err);
    case PHASE_TXN:
        return event->device ? insert_pair(db, txn_insert, (int64_t)event->device, event->txn, event->pos, err) : RC_OK;
    default: return insert_pair(db, room_insert, (int64_t)event->room, event->pos, 0, err);
    }
}

static enum rc merged_write(struct db *db, int64_t merged, struct error *err)
{
    struct db_query q;
    TRY(db_query(db, &q, "UPDATE stream SET merged = ?1 WHERE id = 1", err));
    db_bind_i64(&q, 1, merged);
    return db_run(&q, err);
}

enum rc merge_step(struct merge *merge, struct db *chat, int64_t committed, int64_t events, struct error *err)
{
    merge->step = 0;
    merge->finishing = false;
    size_t most = (size_t)events * STEPS_PER_EVENT + STEPS_AT_LEAST;
    recent_drop(merge->recent, merge->lag, most);
    if (!merge->count && !run_begin(merge, committed))
        return RC_OK;
    for (; merge->step < most && merge->done + merge->step < merge->count; merge->step++)
        TRY(event_insert(chat, merge->phase, &merge->run[merge->done + merge->step], err));
    if (merge->phase + 1 < PHASE_COUNT || merge->done + merge->step < merge->count)
        return RC_OK;
    merge->finishing = true;
    return merged_write(chat, merge->end, err);
}

void merge_kept(struct merge *merge)
{
    merge->done += merge->step;
    merge->step = 0;
    if (!merge->count || merge->done < merge->count)
        return;
    if (!merge->finishing) {
        phase_begin(merge, merge->phase + 1);
        return;
    }
    merge->finishing = false;
    merge->lag = merge->merged;
    merge->merged = merge->end;
    merge->count = 0;
}

void merge_undone(struct merge *merge)
{
    merge->step = 0;
    merge->finishing = false;
}

void merge_set_run(struct merge *merge, size_t run_events, size_t slack)
{
    merge->run_events = run_events;
    merge->slack = slack;
}

int64_t merge_position(const struct merge *merge)
{
    return merge->merged;
}
