/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A write that its caller waits for. */
#include "store/store.h"

#include <pthread.h>

struct waiting_job {
    struct write_job job;
    enum rc (*run)(struct tx *tx, void *arg);
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool is_finished;
};

static enum rc waiting_run(struct write_job *job, struct tx *tx)
{
    struct waiting_job *waiting = (struct waiting_job *)job;
    return waiting->run(tx, waiting->arg);
}

static void waiting_done(struct write_job *job, enum rc rc)
{
    (void)rc;
    struct waiting_job *waiting = (struct waiting_job *)job;
    pthread_mutex_lock(&waiting->lock);
    waiting->is_finished = true;
    pthread_cond_signal(&waiting->finished);
    pthread_mutex_unlock(&waiting->lock);
}

enum rc store_write_wait(struct store *store, const struct act *act, struct arena *arena,
                         enum rc (*run)(struct tx *tx, void *arg), void *arg)
{
    struct waiting_job waiting = {
        .job = {.arena = arena, .act = act, .run = waiting_run, .done = waiting_done},
        .run = run,
        .arg = arg,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .finished = PTHREAD_COND_INITIALIZER,
    };
    store_write(store, &waiting.job);
    pthread_mutex_lock(&waiting.lock);
    while (!waiting.is_finished)
        pthread_cond_wait(&waiting.finished, &waiting.lock);
    pthread_mutex_unlock(&waiting.lock);
    enum rc rc = waiting.job.rc;
    pthread_mutex_destroy(&waiting.lock);
    pthread_cond_destroy(&waiting.finished);
    return rc;
}
