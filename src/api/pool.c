/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/pool.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>

struct worker {
    pthread_t thread;
    struct pool *pool;
    uint64_t running; /* number of the task it is at; IDLE: none */
};

#define IDLE UINT64_MAX

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct pool_task *first, **last;
    size_t queued, limit;
    uint64_t submitted;        /* number of the newest task */
    struct pool_fence *fences; /* not passed yet */
    bool stopping;
    int worker_count;
    struct worker workers[];
};

/* The oldest task not finished yet; IDLE: there is none. The queue is in order, and older than nothing that runs. */
static uint64_t oldest(const struct pool *pool)
{
    uint64_t number = pool->first ? pool->first->number : IDLE;
    for (int i = 0; i < pool->worker_count; i++)
        if (pool->workers[i].running < number)
            number = pool->workers[i].running;
    return number;
}

/* Takes out the fences nothing stands before any more. */
static struct pool_fence *take_passed(struct pool *pool)
{
    struct pool_fence *passed = NULL, **at = &pool->fences;
    uint64_t unfinished = pool->fences ? oldest(pool) : IDLE;
    while (*at) {
        struct pool_fence *fence = *at;
        if (unfinished <= fence->number) {
            at = &fence->next;
            continue;
        }
        *at = fence->next;
        fence->next = passed;
        passed = fence;
    }
    return passed;
}

/* passed() may free its fence. */
static void tell(struct pool_fence *fence)
{
    while (fence) {
        struct pool_fence *next = fence->next;
        fence->passed(fence);
        fence = next;
    }
}

void pool_fence(struct pool *pool, struct pool_fence *fence)
{
    pthread_mutex_lock(&pool->lock);
    fence->number = pool->submitted;
    fence->next = pool->fences;
    pool->fences = fence;
    struct pool_fence *passed = take_passed(pool);
    pthread_mutex_unlock(&pool->lock);
    tell(passed);
}

static void *pool_thread(void *arg)
{
    struct worker *worker = arg;
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->first && !pool->stopping)
            pthread_cond_wait(&pool->wake, &pool->lock);
        struct pool_task *task = pool->first;
        if (!task)
            break;
        pool->first = task->next;
        if (!pool->first)
            pool->last = &pool->first;
        pool->queued--;
        worker->running = task->number;
        pthread_mutex_unlock(&pool->lock);
        task->run(task);
        pthread_mutex_lock(&pool->lock);
        worker->running = IDLE;
        struct pool_fence *passed = take_passed(pool);
        if (!passed)
            continue;
        pthread_mutex_unlock(&pool->lock);
        tell(passed);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

enum rc pool_new(int threads, size_t queue_limit, struct pool **ret_pool)
{
    struct pool *pool = xcalloc(1, sizeof *pool + (size_t)threads * sizeof *pool->workers);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->last = &pool->first;
    pool->limit = queue_limit;
    for (int i = 0; i < threads; i++)
        pool->workers[i] = (struct worker){.pool = pool, .running = IDLE};
    for (int i = 0; i < threads; i++) {
        pthread_mutex_lock(&pool->lock);
        bool failed = pthread_create(&pool->workers[i].thread, NULL, pool_thread, &pool->workers[i]) != 0;
        pool->worker_count += !failed;
        pthread_mutex_unlock(&pool->lock);
        if (failed) {
            pool_free(&pool);
            return RC_NOMEM;
        }
    }
    *ret_pool = pool;
    return RC_OK;
}

void pool_free(struct pool **pool_ptr)
{
    struct pool *pool = *pool_ptr;
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->worker_count; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
    *pool_ptr = NULL;
}

bool pool_submit(struct pool *pool, struct pool_task *task)
{
    pthread_mutex_lock(&pool->lock);
    bool accepted = pool->queued < pool->limit && !pool->stopping;
    if (accepted) {
        task->next = NULL;
        task->number = ++pool->submitted;
        *pool->last = task;
        pool->last = &task->next;
        pool->queued++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->lock);
    return accepted;
}
