/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/search_worker.h"

#include "base/log.h"
#include "store/act.h"
#include "store/search_build.h"
#include "store/store_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
    CACHE_BYTES = 2 << 20,
    AT_ONCE = SEARCH_TURN,   /* as many as these do not wait */
    AT_ONCE_BYTES = 3 << 20, /* nor as much */
    AFTER_FAILURE_MS = 5000,
    MOVE_PAGES = 1024,
};

struct search_worker {
    struct store *store;
    int reader;
    struct db *db;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    /* Messages that come within so long are indexed together, which costs each less; meanwhile a search reads the
     * stream's end itself (search_find.c). */
    int64_t interval_ms;
    uint64_t pending;         /* events told of since the last turn */
    struct search_fresh told; /* those */
    bool stop;
};

/* Under the lock. */
static bool is_much(const struct search_worker *worker)
{
    return worker->pending >= AT_ONCE || worker->told.bytes >= AT_ONCE_BYTES;
}

static void on_commit(void *ctx, struct notice *notice)
{
    struct search_worker *worker = ctx;
    uint64_t events = 0;
    for (size_t i = 0; i < notice->room_count; i++)
        events += notice->rooms[i].event_count;
    if (!events)
        return;
    pthread_mutex_lock(&worker->lock);
    bool first = worker->pending == 0, were_many = is_much(worker);
    worker->pending += events;
    search_fresh_add(&worker->told, notice);
    if (first || (is_much(worker) && !were_many))
        pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
}

static struct timespec in_ms(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    t.tv_sec += (time_t)(ms / 1000) + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

/* Under the lock. */
static void wait_for_work(struct search_worker *worker)
{
    while (!worker->pending && !worker->stop)
        pthread_cond_wait(&worker->wake, &worker->lock);
    struct timespec until = in_ms(worker->interval_ms);
    while (!is_much(worker) && !worker->stop)
        if (pthread_cond_timedwait(&worker->wake, &worker->lock, &until) != 0)
            break;
}

static void wait_after_failure(struct search_worker *worker)
{
    struct timespec until = in_ms(AFTER_FAILURE_MS);
    pthread_mutex_lock(&worker->lock);
    while (!worker->stop && pthread_cond_timedwait(&worker->wake, &worker->lock, &until) == 0)
        ;
    pthread_mutex_unlock(&worker->lock);
}

/* The log into the file; the checkpointer empties it when something was removed. */
static void move_log(struct search_worker *worker, bool idle)
{
    if (!idle && db_log_pages(worker->db) < MOVE_PAGES)
        return;
    if (db_checkpoint(worker->db, false, NULL, NULL) != RC_OK)
        log_event(LOG_ERROR, "checkpoint of the search index failed");
}

/* Under the lock. What was told becomes what is fresh, and the next is told behind it. */
static void take_told(struct search_worker *worker, struct search_fresh *fresh)
{
    struct search_fresh before = *fresh;
    *fresh = worker->told;
    search_fresh_clear(&before, fresh->upto);
    worker->told = before;
    worker->pending = 0;
}

static bool turn(struct search_worker *worker, const struct search_fresh *fresh, struct arena *arena)
{
    static const struct act act = ACT_SERVICE(PURPOSE_MESSAGING);
    struct tx tx;
    bool more = false;
    store_read(worker->store, worker->reader, &act, arena, &tx);
    tx.search = worker->db;
    enum rc rc = search_build_turn(&tx, fresh, &more);
    arena_reset(arena);
    if (rc != RC_OK) {
        log_event(LOG_ERROR, "the search index was not brought up", LOG_TEXT("rc", rc_name(rc)));
        wait_after_failure(worker);
        return true;
    }
    move_log(worker, !more);
    return more;
}

static bool is_stopped(struct search_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool stop = worker->stop;
    pthread_mutex_unlock(&worker->lock);
    return stop;
}

static void *worker_main(void *arg)
{
    struct search_worker *worker = arg;
    struct arena arena = ARENA_INIT;
    struct search_fresh fresh = {0};
    while (!is_stopped(worker)) {
        if (turn(worker, &fresh, &arena))
            continue;
        pthread_mutex_lock(&worker->lock);
        wait_for_work(worker);
        take_told(worker, &fresh);
        pthread_mutex_unlock(&worker->lock);
        search_fresh_sort(&fresh);
    }
    search_fresh_fini(&fresh);
    arena_fini(&arena);
    return NULL;
}

enum rc search_worker_start(struct store *store, int reader, int64_t interval_ms, struct search_worker **ret_worker,
                            struct error *err)
{
    struct search_worker *worker = xcalloc(1, sizeof *worker);
    worker->store = store;
    worker->reader = reader;
    worker->interval_ms = interval_ms;
    pthread_mutex_init(&worker->lock, NULL);
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&worker->wake, &steady);
    pthread_condattr_destroy(&steady);
    char *path = store_path(store, "search.db");
    enum rc rc = db_open(path, DB_WRITER, CACHE_BYTES, &worker->db, err);
    free(path);
    if (rc == RC_OK)
        rc = db_sync_lazily(worker->db, err);
    if (rc == RC_OK && pthread_create(&worker->thread, NULL, worker_main, worker) != 0)
        rc = error_set(err, RC_NOMEM, "cannot start the thread that builds the search index");
    if (rc != RC_OK) {
        search_worker_free(&worker);
        return rc;
    }
    worker->started = true;
    pthread_setname_np(worker->thread, "search");
    store_observe(store, on_commit, worker);
    /* What was committed since the first turn and before this. */
    pthread_mutex_lock(&worker->lock);
    worker->pending++;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    *ret_worker = worker;
    return RC_OK;
}

void search_worker_stop(struct search_worker *worker)
{
    if (!worker || !worker->started)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->stop = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    worker->started = false;
}

void search_worker_free(struct search_worker **worker_ptr)
{
    struct search_worker *worker = *worker_ptr;
    if (!worker)
        return;
    search_worker_stop(worker);
    db_close(&worker->db);
    search_fresh_fini(&worker->told);
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
    *worker_ptr = NULL;
}
