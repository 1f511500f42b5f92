/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/writer.h"

#include "base/log.h"

#include <stdlib.h>
#include <time.h>

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void job_run(struct writer *writer, struct write_job *job)
{
    struct tx_private *batch = &writer->batch;
    struct store *store = batch->store;
    struct tx tx = {
        .store = store, .env = store->env, .arena = job->arena, .act = job->act, .writable = true, .p = batch};
    batch_job_begin(batch);
    job->rc = job->run(job, &tx);
    if (job->rc == RC_OK)
        job->rc = batch_job_release(batch);
    else if (batch->part_failed)
        job->rc = RC_STORE;
    if (job->rc == RC_OK)
        batch_job_keep(batch);
    else
        batch_job_undo(batch);
}

/* What was fine so far is lost with the transaction. */
static void jobs_fail(struct write_job *from, struct write_job *to)
{
    for (struct write_job *job = from; job != to; job = job->next)
        if (job->rc == RC_OK)
            job->rc = RC_STORE;
}

static void log_failure(const struct error *err)
{
    log_event(LOG_ERROR, "commit failed", LOG_ERROR_TEXT(err));
}

/* Commits the jobs [from, to) and publishes; *ret_notice may be NULL. */
static void jobs_commit(struct writer *writer, struct write_job *from, struct write_job *to, struct notice **ret_notice)
{
    struct tx_private *batch = &writer->batch;
    struct error err = {0};
    bool touches_disk = batch_touches_disk(batch);
    uint64_t start = now_us();
    enum rc rc = batch_commit(batch, &err);
    uint64_t took = now_us() - start;
    if (rc == RC_OK) {
        uint32_t empty_logs = batch->empty_logs;
        batch->empty_logs = 0;
        batch_publish(batch, ret_notice);
        checkpointer_note(batch->store, empty_logs);
    } else {
        batch_drop(batch);
        jobs_fail(from, to);
        log_failure(&err);
        rc = store_reap(batch->store, NULL);
        if (rc != RC_OK)
            log_event(LOG_ERROR, "cannot remove what a failed commit left", LOG_TEXT("rc", rc_name(rc)));
    }
    pthread_mutex_lock(&writer->lock);
    writer->stats.commits += touches_disk;
    writer->stats.commit_us_total += took;
    pthread_mutex_unlock(&writer->lock);
}

static void observers_call(struct writer *writer, struct notice *notice)
{
    pthread_mutex_lock(&writer->lock);
    size_t count = writer->observers.count;
    pthread_mutex_unlock(&writer->lock);
    for (size_t i = 0; i < count; i++) {
        pthread_mutex_lock(&writer->lock);
        struct observer observer = writer->observers.items[i];
        pthread_mutex_unlock(&writer->lock);
        observer.fn(observer.ctx, notice);
    }
}

/* done() may free the job. */
static void jobs_finish(struct writer *writer, struct write_job *from, struct write_job *to)
{
    uint64_t jobs = 0, failed = 0;
    for (struct write_job *job = from, *next; job != to; job = next) {
        next = job->next;
        jobs++;
        failed += job->rc != RC_OK;
        job->done(job, job->rc);
    }
    pthread_mutex_lock(&writer->lock);
    writer->stats.jobs += jobs;
    writer->stats.jobs_failed += failed;
    writer->queued -= jobs;
    if (jobs > writer->stats.largest_batch)
        writer->stats.largest_batch = jobs;
    pthread_mutex_unlock(&writer->lock);
}

static void batch_run(struct writer *writer, struct write_job *first)
{
    struct write_job *from = first, *job = first;
    uint64_t start = now_us();
    for (; job; job = job->next) {
        job_run(writer, job);
        if (batch_is_alive(&writer->batch))
            continue;
        /* SQLite has rolled all of it back by itself; the jobs behind this one start afresh. */
        batch_drop(&writer->batch);
        jobs_fail(from, job->next);
        from = job->next;
    }
    uint64_t took = now_us() - start;
    struct notice *notice = NULL;
    jobs_commit(writer, from, NULL, &notice);
    if (notice)
        observers_call(writer, notice);
    notice_unref(&notice);
    pthread_mutex_lock(&writer->lock);
    writer->stats.run_us_total += took;
    pthread_mutex_unlock(&writer->lock);
    jobs_finish(writer, first, NULL);
}

/* Waits for jobs and takes all there are, up to the limit. NULL: stopped, and nothing is left. */
static struct write_job *batch_take(struct writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    while (!writer->first && !writer->stop)
        pthread_cond_wait(&writer->wake, &writer->lock);
    struct write_job *first = writer->first, **end = &writer->first;
    for (int i = 0; i < WRITER_BATCH_MAX && *end; i++)
        end = &(*end)->next;
    writer->first = *end;
    *end = NULL;
    if (!writer->first)
        writer->last = &writer->first;
    pthread_mutex_unlock(&writer->lock);
    return first;
}

static void *writer_main(void *arg)
{
    struct writer *writer = arg;
    for (struct write_job *first; (first = batch_take(writer));)
        batch_run(writer, first);
    return NULL;
}

enum rc writer_start(struct store *store, struct error *err)
{
    struct writer *writer = xcalloc(1, sizeof *writer);
    enum rc rc = batch_init(&writer->batch, store, err);
    if (rc != RC_OK) {
        batch_fini(&writer->batch);
        free(writer);
        return rc;
    }
    store->writer = writer;
    writer->last = &writer->first;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->wake, NULL);
    if (pthread_create(&writer->thread, NULL, writer_main, writer) == 0) {
        pthread_setname_np(writer->thread, "writer");
        return RC_OK;
    }
    batch_fini(&writer->batch);
    free(writer);
    store->writer = NULL;
    return error_set(err, RC_NOMEM, "cannot start the writer's thread");
}

void writer_stop(struct store *store)
{
    struct writer *writer = store->writer;
    if (!writer)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->stop = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    batch_fini(&writer->batch);
    vec_fini(&writer->observers);
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
    store->writer = NULL;
}

void store_write(struct store *store, struct write_job *job)
{
    struct writer *writer = store->writer;
    job->next = NULL;
    pthread_mutex_lock(&writer->lock);
    bool was_empty = !writer->first;
    *writer->last = job;
    writer->last = &job->next;
    writer->queued++;
    if (was_empty)
        pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
}

void store_observe(struct store *store, void (*fn)(void *ctx, struct notice *notice), void *ctx)
{
    struct writer *writer = store->writer;
    pthread_mutex_lock(&writer->lock);
    vec_push(&writer->observers, ((struct observer){fn, ctx}));
    pthread_mutex_unlock(&writer->lock);
}

void store_stats(const struct store *store, struct store_stats *ret_stats)
{
    struct writer *writer = store->writer;
    pthread_mutex_lock(&writer->lock);
    *ret_stats = writer->stats;
    ret_stats->queue_now = writer->queued;
    pthread_mutex_unlock(&writer->lock);
}
