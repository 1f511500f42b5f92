/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/barrier.h"

#include "api/server.h"
#include "base/container.h"

#include <stdatomic.h>

static void loop_passed(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct barrier *barrier = CONTAINER_OF(task, struct barrier_turn, task)->barrier;
    if (atomic_fetch_sub_explicit(&barrier->turns_left, 1, memory_order_acq_rel) == 1)
        barrier->passed(barrier, RC_OK);
}

static void pools_passed(struct pool_fence *fence)
{
    struct barrier *barrier = CONTAINER_OF(fence, struct barrier, on_picture_pool);
    struct http_server *http = barrier->server->http;
    /* The last turn may be over, and the barrier gone, before this loop is. */
    struct barrier_turn *turns = barrier->turns;
    int loops = http_server_loop_count(http);
    for (int i = 0; i < loops; i++)
        loop_post(http_server_loop(http, i), &turns[i].task);
}

static void pool_passed(struct pool_fence *fence)
{
    struct barrier *barrier = CONTAINER_OF(fence, struct barrier, on_pool);
    barrier->on_picture_pool.passed = pools_passed;
    pool_fence(barrier->server->picture_pool, &barrier->on_picture_pool);
}

void barrier_start(struct server *server, struct barrier *barrier, struct arena *arena,
                   void (*passed)(struct barrier *barrier, enum rc rc))
{
    if (server->draining) {
        passed(barrier, RC_BUSY);
        return;
    }
    int loops = http_server_loop_count(server->http);
    barrier->server = server;
    barrier->passed = passed;
    barrier->turns = arena_array(arena, struct barrier_turn, (size_t)loops);
    atomic_init(&barrier->turns_left, loops);
    for (int i = 0; i < loops; i++)
        barrier->turns[i] = (struct barrier_turn){.task = {.run = loop_passed}, .barrier = barrier};
    barrier->on_pool.passed = pool_passed;
    pool_fence(server->pool, &barrier->on_pool);
}
