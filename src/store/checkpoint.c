/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Moving the write-ahead logs into the database files, on a thread and connections of its own so that no commit waits.
 *
 * A log that has grown is moved PASSIVEly beside the running writer. That never reaches the end while commits keep
 * coming, and only a log moved to its end is begun anew: so when a log is very long the writer is asked to move the
 * small rest itself, between two commits. When the stores are idle the logs are emptied for good.
 *
 * A log also holds pages as they were before something was removed (obligations 4.3, 5.4). Whoever removes asks for the
 * logs to be emptied; what a process that died owed is done at the next start. It is tried beside the writer and with
 * little patience, again and again, so that a reader who takes long (a backup) holds up nobody else.
 */
#include "store/writer.h"

#include "base/log.h"

#include <stdlib.h>
#include <time.h>

enum {
    MOVE_PAGES = 4096,    /* 16 MiB: move beside the writer */
    FINISH_PAGES = 16384, /* 64 MiB: the writer moves the rest */
    IDLE_SECONDS = 2,
    PATIENCE_MS = 200,
    CACHE_BYTES = 1 << 20,
};

struct checkpointer {
    struct parts parts;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int pages[PART_COUNT];            /* in the log, not known to be moved */
    bool finish[PART_COUNT];          /* the writer must move the rest */
    uint32_t empty;                   /* PART_BIT()s of the logs to be emptied */
    bool held_up;                     /* by a reader: once more after a wait */
    uint64_t empty_asked, empty_done; /* how often */
    uint64_t commits;
    bool stop;
};

static bool is_dirty(const struct checkpointer *cp)
{
    for (int i = 0; i < PART_COUNT; i++)
        if (cp->pages[i])
            return true;
    return false;
}

static int grown_part(const struct checkpointer *cp)
{
    for (int i = 0; i < PART_COUNT; i++)
        if (cp->pages[i] >= MOVE_PAGES && !cp->finish[i])
            return i;
    return -1;
}

/* With the lock held; releases it while the disk works. True: the log is empty. */
static bool part_move(struct checkpointer *cp, int part, bool truncate)
{
    int before = cp->pages[part];
    pthread_mutex_unlock(&cp->lock);
    struct db_log log = {0};
    struct error err;
    enum rc rc = db_checkpoint(cp->parts.db[part], truncate, &log, &err);
    if (rc != RC_OK)
        log_event(LOG_ERROR, "checkpoint failed", LOG_ERROR_TEXT(&err));
    pthread_mutex_lock(&cp->lock);
    if (cp->pages[part] == before)
        cp->pages[part] = 0;
    cp->finish[part] = log.in_log >= FINISH_PAGES;
    return rc == RC_OK && truncate && log.in_log == 0;
}

/* Most of the work beside the writer, who waits only while the rest of it is done. */
static void empty_logs(struct checkpointer *cp)
{
    uint32_t wanted = cp->empty, failed = 0;
    uint64_t asked = cp->empty_asked;
    cp->empty = 0;
    for (int i = 0; i < PART_COUNT; i++) {
        if (!(wanted & PART_BIT(i)))
            continue;
        part_move(cp, i, false);
        if (!part_move(cp, i, true))
            failed |= PART_BIT(i);
    }
    cp->empty |= failed;
    cp->held_up = failed != 0;
    if (!failed)
        cp->empty_done = asked;
}

/* True: woken; false: nothing happened for the idle time. */
static bool wait_for_work(struct checkpointer *cp)
{
    if (!is_dirty(cp) && !cp->held_up) {
        pthread_cond_wait(&cp->wake, &cp->lock);
        return true;
    }
    uint64_t commits = cp->commits;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_SECONDS;
    bool in_time = pthread_cond_timedwait(&cp->wake, &cp->lock, &until) == 0;
    return in_time || cp->commits != commits;
}

static void *checkpointer_main(void *arg)
{
    struct checkpointer *cp = arg;
    pthread_mutex_lock(&cp->lock);
    while (!cp->stop) {
        int part = grown_part(cp);
        if (cp->empty && !cp->held_up) {
            empty_logs(cp);
        } else if (part >= 0) {
            part_move(cp, part, false);
        } else {
            bool idle = !wait_for_work(cp);
            cp->held_up = false;
            for (int i = 0; idle && i < PART_COUNT && !cp->stop; i++)
                if (cp->pages[i])
                    part_move(cp, i, true);
        }
    }
    pthread_mutex_unlock(&cp->lock);
    return NULL;
}

static void finish_log(struct store *store, int part)
{
    struct error err;
    if (db_checkpoint(store->write.db[part], false, NULL, &err) != RC_OK)
        log_event(LOG_ERROR, "checkpoint failed", LOG_ERROR_TEXT(&err));
}

bool store_logs_are_emptied(const struct store *store)
{
    struct checkpointer *cp = store->checkpointer;
    pthread_mutex_lock(&cp->lock);
    bool done = cp->empty_done == cp->empty_asked;
    pthread_mutex_unlock(&cp->lock);
    return done;
}

void checkpointer_note(struct store *store, uint32_t empty)
{
    struct checkpointer *cp = store->checkpointer;
    bool finish[PART_COUNT], wake = empty != 0;
    pthread_mutex_lock(&cp->lock);
    wake |= !is_dirty(cp);
    for (int i = 0; i < PART_COUNT; i++) {
        cp->pages[i] = db_log_pages(store->write.db[i]);
        finish[i] = cp->finish[i];
        cp->finish[i] = false;
        wake |= cp->pages[i] >= MOVE_PAGES;
    }
    cp->empty |= empty;
    cp->empty_asked += empty != 0;
    cp->commits++;
    if (wake)
        pthread_cond_signal(&cp->wake);
    pthread_mutex_unlock(&cp->lock);
    for (int i = 0; i < PART_COUNT; i++)
        if (finish[i])
            finish_log(store, i);
}

enum rc checkpointer_start(struct store *store, struct error *err)
{
    struct checkpointer *cp = xcalloc(1, sizeof *cp);
    enum rc rc = parts_open(store, DB_WRITER, CACHE_BYTES, &cp->parts, err);
    if (rc != RC_OK) {
        free(cp);
        return rc;
    }
    for (int i = 0; i < PART_COUNT; i++)
        db_set_patience(cp->parts.db[i], PATIENCE_MS);
    cp->empty = PART_BIT(PART_COUNT) - 1;
    cp->empty_asked = 1;
    pthread_mutex_init(&cp->lock, NULL);
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&cp->wake, &steady);
    pthread_condattr_destroy(&steady);
    store->checkpointer = cp;
    if (pthread_create(&cp->thread, NULL, checkpointer_main, cp) == 0) {
        pthread_setname_np(cp->thread, "checkpointer");
        return RC_OK;
    }
    parts_close(&cp->parts);
    free(cp);
    store->checkpointer = NULL;
    return error_set(err, RC_NOMEM, "cannot start the checkpoint thread");
}

void checkpointer_stop(struct store *store)
{
    struct checkpointer *cp = store->checkpointer;
    if (!cp)
        return;
    pthread_mutex_lock(&cp->lock);
    cp->stop = true;
    pthread_cond_signal(&cp->wake);
    pthread_mutex_unlock(&cp->lock);
    pthread_join(cp->thread, NULL);
    pthread_cond_destroy(&cp->wake);
    pthread_mutex_destroy(&cp->lock);
    parts_close(&cp->parts);
    free(cp);
    store->checkpointer = NULL;
}
