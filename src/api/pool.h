/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A few threads for steps too slow for a loop. Bounded: refuses when its queue is full. */
#ifndef API_POOL_H
#define API_POOL_H

#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;
struct pool_task {
    struct pool_task *next;
    void (*run)(struct pool_task *task);
    uint64_t number; /* the pool's: in the order of submission */
};

/* Embed it; it must stay alive until passed() was called: on any thread, perhaps at once. */
struct pool_fence {
    struct pool_fence *next;
    void (*passed)(struct pool_fence *fence);
    uint64_t number; /* the pool's */
};

enum rc pool_new(int threads, size_t queue_limit, struct pool **ret_pool) MUST_USE;
/* Runs what is queued, then joins the threads. */
void pool_free(struct pool **pool);
/* False: the queue is full. */
bool pool_submit(struct pool *pool, struct pool_task *task);
/* Calls passed() when every task submitted before has finished. Any thread, never blocks, never refused. */
void pool_fence(struct pool *pool, struct pool_fence *fence);

#endif
