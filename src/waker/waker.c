/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/waker.h"

#include "base/container.h"
#include "base/log.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/act.h"
#include "store/push_queue.h"
#include "waker/crowds.h"
#include "waker/waker_private.h"

#include <pthread.h>
#include <stdlib.h>

enum { SCAN_USERS = 200, WRITE_PAUSE_MS = 1000 };

const struct act waker_act = ACT_SERVICE(PURPOSE_MESSAGING);

struct told {
    struct bell *bell;
    int64_t upto_pos;
    bool gone;
};

struct waker {
    struct waker_parts parts;
    struct loop *loop;
    pthread_t thread;
    bool started;
    struct map bells; /* pusher's number → struct bell; the thread's, like what follows */
    struct badges *badges;
    struct crowds *crowds;
    unsigned under_way;
    struct bell *first_queued, **last_queued;
    uint64_t scanned; /* users up to here have been looked at for what an earlier run left */
    bool scanned_all;

    VEC(struct bell *) unwritten;
    VEC(struct told) writing;
    bool is_writing;
    struct write_job job;
    struct arena job_arena;
    enum rc job_rc;
    struct loop_task written;
    struct loop_timer write_again;

    pthread_mutex_t lock; /* over what follows */
    struct loop_task wake;
    bool posted, stopped;
    struct map woken;       /* users */
    struct map woken_rooms; /* of whose crowds something is due to everybody */
};

const struct waker_parts *waker_parts_of(const struct waker *waker)
{
    return &waker->parts;
}

struct loop *waker_loop(struct waker *waker)
{
    return waker->loop;
}

struct badges *waker_badges(struct waker *waker)
{
    return waker->badges;
}

/* ---- bells ---- */

void waker_look(struct waker *waker, struct bell *bell)
{
    if (bell_look(bell) || bell->unwritten || bell->writing)
        return;
    map_remove(&waker->bells, bell->pusher_nid);
    bell_free(&bell);
}

static void wake_pusher(struct waker *waker, uint64_t user_nid, uint64_t pusher_nid)
{
    struct bell *bell = map_get(&waker->bells, pusher_nid);
    if (!bell) {
        bell = bell_new(waker, user_nid, pusher_nid);
        map_put(&waker->bells, pusher_nid, bell);
    }
    waker_look(waker, bell);
}

static void wake_user(struct waker *waker, uint64_t user_nid)
{
    uint64_t nids[PUSHERS_MAX_PER_USER];
    size_t count = 0;
    struct arena arena = ARENA_INIT;
    struct tx tx;
    store_read(waker->parts.store, waker->parts.reader, &waker_act, &arena, &tx);
    if (pushers_live(&tx, user_nid, nids, &count) != RC_OK)
        count = 0;
    arena_fini(&arena);
    for (size_t i = 0; i < count; i++)
        wake_pusher(waker, user_nid, nids[i]);
}

static void wake_room(struct waker *waker, uint64_t room_nid)
{
    const struct crowd_pusher *pushers;
    size_t count = 0;
    struct arena arena = ARENA_INIT;
    struct tx tx;
    store_read(waker->parts.store, waker->parts.reader, &waker_act, &arena, &tx);
    enum rc rc = crowds_of(waker->crowds, &tx, room_nid, &pushers, &count);
    arena_fini(&arena);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        log_event(LOG_ERROR, "who is to be told in a room could not be read", LOG_TEXT("rc", rc_name(rc)));
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        wake_pusher(waker, pushers[i].user_nid, pushers[i].pusher_nid);
}

/* ---- turns ---- */

bool waker_take_turn(struct waker *waker, struct bell *bell)
{
    if (waker->under_way < WAKER_UNDER_WAY) {
        waker->under_way++;
        return true;
    }
    bell->next_queued = NULL;
    *waker->last_queued = bell;
    waker->last_queued = &bell->next_queued;
    return false;
}

void waker_end_turn(struct waker *waker)
{
    struct bell *next = waker->first_queued;
    waker->under_way--;
    if (!next)
        return;
    waker->first_queued = next->next_queued;
    if (!waker->first_queued)
        waker->last_queued = &waker->first_queued;
    next->state = BELL_IDLE;
    waker_look(waker, next);
}

/* ---- writing ---- */

static enum rc write_one(struct tx *tx, const struct told *told)
{
    uint64_t user_nid = told->bell->user_nid, pusher_nid = told->bell->pusher_nid;
    if (told->gone)
        return pushers_remove(tx, user_nid, pusher_nid);
    return push_queue_told(tx, user_nid, pusher_nid, told->upto_pos);
}

static enum rc write_run(struct write_job *job, struct tx *tx)
{
    struct waker *waker = CONTAINER_OF(job, struct waker, job);
    for (size_t i = 0; i < waker->writing.count; i++)
        TRY(write_one(tx, &waker->writing.items[i]));
    return RC_OK;
}

static void write_done(struct write_job *job, enum rc rc)
{
    struct waker *waker = CONTAINER_OF(job, struct waker, job);
    waker->job_rc = rc;
    loop_post(waker->loop, &waker->written);
}

static void write_down(struct waker *waker)
{
    if (waker->is_writing || !waker->unwritten.count)
        return;
    waker->is_writing = true;
    for (size_t i = 0; i < waker->unwritten.count; i++) {
        struct bell *bell = waker->unwritten.items[i];
        bell->unwritten = false;
        bell->writing = true;
        bell->written_pos = bell->told_pos;
        vec_push(&waker->writing, ((struct told){bell, bell->told_pos, bell->gone}));
    }
    waker->unwritten.count = 0;
    waker->job =
        (struct write_job){.arena = &waker->job_arena, .act = &waker_act, .run = write_run, .done = write_done};
    store_write(waker->parts.store, &waker->job);
}

void waker_note_told(struct waker *waker, struct bell *bell)
{
    if (!bell->unwritten)
        vec_push(&waker->unwritten, bell);
    bell->unwritten = true;
    write_down(waker);
}

static void on_write_again(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    write_down(CONTAINER_OF(timer, struct waker, write_again));
}

static void on_written(struct loop *loop, struct loop_task *task)
{
    struct waker *waker = CONTAINER_OF(task, struct waker, written);
    bool failed = waker->job_rc != RC_OK;
    arena_fini(&waker->job_arena);
    for (size_t i = 0; i < waker->writing.count; i++) {
        struct bell *bell = waker->writing.items[i].bell;
        bell->writing = false;
        if (failed && !bell->unwritten) {
            bell->unwritten = true;
            vec_push(&waker->unwritten, bell);
        }
    }
    /* Looking at a bell may note something again: that waits, since the next writing has the list to itself. */
    for (size_t i = 0; i < waker->writing.count && !failed; i++)
        waker_look(waker, waker->writing.items[i].bell);
    waker->writing.count = 0;
    waker->is_writing = false;
    if (failed) {
        log_event(LOG_ERROR, "how far pushers were told could not be written", LOG_TEXT("rc", rc_name(waker->job_rc)));
        waker->write_again.fire = on_write_again;
        loop_timer_set(loop, &waker->write_again, WRITE_PAUSE_MS);
    } else {
        write_down(waker);
    }
}

/* ---- waking ---- */

static void wake_crowds(struct waker *waker)
{
    struct arena arena = ARENA_INIT;
    struct tx tx;
    uint64_t *room_nids;
    size_t count = 0;
    store_read(waker->parts.store, waker->parts.reader, &waker_act, &arena, &tx);
    if (push_queue_crowds(&tx, &room_nids, &count) != RC_OK)
        count = 0;
    for (size_t i = 0; i < count; i++)
        wake_room(waker, room_nids[i]);
    arena_fini(&arena);
}

/* A stretch at a time. True: there is more. */
static bool scan(struct waker *waker)
{
    struct arena arena = ARENA_INIT;
    struct tx tx;
    uint64_t *nids;
    size_t count = 0;
    store_read(waker->parts.store, waker->parts.reader, &waker_act, &arena, &tx);
    if (push_queue_users(&tx, waker->scanned, SCAN_USERS, &nids, &count) != RC_OK)
        count = 0;
    for (size_t i = 0; i < count; i++)
        wake_user(waker, nids[i]);
    if (count)
        waker->scanned = nids[count - 1];
    arena_fini(&arena);
    return count == SCAN_USERS;
}

/* Under the lock. */
static void wake(struct waker *waker)
{
    if (waker->posted || waker->stopped)
        return;
    waker->posted = true;
    loop_post(waker->loop, &waker->wake);
}

static void on_wake(struct loop *loop, struct loop_task *task)
{
    struct waker *waker = CONTAINER_OF(task, struct waker, wake);
    struct map woken, woken_rooms;
    uint64_t nid;
    (void)loop;
    pthread_mutex_lock(&waker->lock);
    waker->posted = false;
    woken = waker->woken;
    woken_rooms = waker->woken_rooms;
    waker->woken = waker->woken_rooms = MAP_INIT;
    pthread_mutex_unlock(&waker->lock);
    for (size_t cursor = 0; map_next(&woken, &cursor, &nid, NULL);)
        wake_user(waker, nid);
    for (size_t cursor = 0; map_next(&woken_rooms, &cursor, &nid, NULL);)
        wake_room(waker, nid);
    map_fini(&woken);
    map_fini(&woken_rooms);
    if (waker->scanned_all)
        return;
    if (!waker->scanned)
        wake_crowds(waker);
    waker->scanned_all = !scan(waker);
    pthread_mutex_lock(&waker->lock);
    if (!waker->scanned_all)
        wake(waker);
    pthread_mutex_unlock(&waker->lock);
}

static void on_commit(void *ctx, struct notice *notice)
{
    struct waker *waker = ctx;
    pthread_mutex_lock(&waker->lock);
    for (size_t i = 0; i < notice->user_count && !waker->stopped; i++) {
        const struct notice_user *user = &notice->users[i];
        if (user->what & NOTICE_PUSHERS)
            crowds_note_pushers(waker->crowds);
        if (!(user->what & NOTICE_PUSH))
            continue;
        if (user->user_nid)
            map_put(&waker->woken, user->user_nid, waker);
        else
            map_put(&waker->woken_rooms, user->room_nid, waker);
        wake(waker);
    }
    pthread_mutex_unlock(&waker->lock);
}

/* ---- life ---- */

static void *waker_thread(void *arg)
{
    loop_run(((struct waker *)arg)->loop);
    return NULL;
}

enum rc waker_start(struct env *env, const struct waker_parts *parts, struct waker **ret_waker, struct error *err)
{
    struct waker *waker = xcalloc(1, sizeof *waker);
    pthread_mutex_init(&waker->lock, NULL);
    waker->parts = *parts;
    waker->wake.run = on_wake;
    waker->written.run = on_written;
    waker->last_queued = &waker->first_queued;
    waker->badges = badges_new();
    waker->crowds = crowds_new();
    enum rc rc = loop_new(env, parts->reader, &waker->loop, err);
    if (rc == RC_OK) {
        waker->started = pthread_create(&waker->thread, NULL, waker_thread, waker) == 0;
        rc = waker->started ? RC_OK : error_set(err, RC_NOMEM, "cannot start the thread that wakes apps");
    }
    if (rc != RC_OK) {
        waker_free(&waker);
        return rc;
    }
    store_observe(parts->store, on_commit, waker);
    pthread_mutex_lock(&waker->lock);
    wake(waker);
    pthread_mutex_unlock(&waker->lock);
    *ret_waker = waker;
    return RC_OK;
}

void waker_stop(struct waker *waker)
{
    if (!waker)
        return;
    pthread_mutex_lock(&waker->lock);
    waker->stopped = true;
    pthread_mutex_unlock(&waker->lock);
    loop_stop(waker->loop);
    pthread_join(waker->thread, NULL);
}

void waker_free(struct waker **waker_ptr)
{
    struct waker *waker = *waker_ptr;
    struct bell *bell;
    if (!waker)
        return;
    for (size_t cursor = 0; (bell = map_next(&waker->bells, &cursor, NULL, NULL));)
        bell_free(&bell);
    map_fini(&waker->bells);
    map_fini(&waker->woken);
    map_fini(&waker->woken_rooms);
    crowds_free(&waker->crowds);
    vec_fini(&waker->unwritten);
    vec_fini(&waker->writing);
    arena_fini(&waker->job_arena);
    badges_free(&waker->badges);
    loop_free(&waker->loop);
    pthread_mutex_destroy(&waker->lock);
    free(waker);
    *waker_ptr = NULL;
}
