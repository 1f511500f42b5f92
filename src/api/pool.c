/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/pool.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct pool_task *first, **last;
    size_t queued, limit;
    bool stopping;
    int thread_count;
    pthread_t threads[];
};

static void *pool_thread(void *arg)
{
    struct pool *pool = arg;
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
        pthread_mutex_unlock(&pool->lock);
        task->run(task);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

enum rc pool_new(int threads, size_t queue_limit, struct pool **ret_pool)
{
    struct pool *pool = xcalloc(1, sizeof *pool + (size_t)threads * sizeof *pool->threads);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->last = &pool->first;
    pool->limit = queue_limit;
    for (; pool->thread_count < threads; pool->thread_count++)
        if (pthread_create(&pool->threads[pool->thread_count], NULL, pool_thread, pool)) {
            pool_free(&pool);
            return RC_NOMEM;
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
    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
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
        *pool->last = task;
        pool->last = &task->next;
        pool->queued++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->lock);
    return accepted;
}
