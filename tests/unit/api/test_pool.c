/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The fence of the pool, on which withdrawals wait (obligation 1.17). */
#include "api/pool.h"
#include "base/container.h"
#include "support/cmocka.h"

#include <semaphore.h>
#include <stdatomic.h>

/* A task that runs until it is let go. */
struct held {
    struct pool_task task;
    sem_t begun, let_go;
};

static void hold(struct pool_task *task)
{
    struct held *held = CONTAINER_OF(task, struct held, task);
    sem_post(&held->begun);
    sem_wait(&held->let_go);
}

static void held_submit(struct pool *pool, struct held *held)
{
    held->task.run = hold;
    sem_init(&held->begun, 0, 0);
    sem_init(&held->let_go, 0, 0);
    assert_true(pool_submit(pool, &held->task));
}

struct waiting {
    struct pool_fence fence;
    atomic_bool passed;
    sem_t told;
};

static void note(struct pool_fence *fence)
{
    struct waiting *waiting = CONTAINER_OF(fence, struct waiting, fence);
    waiting->passed = true;
    sem_post(&waiting->told);
}

static void wait_for(struct pool *pool, struct waiting *waiting)
{
    waiting->fence.passed = note;
    sem_init(&waiting->told, 0, 0);
    pool_fence(pool, &waiting->fence);
}

static void an_idle_pool_is_passed_at_once(void **state)
{
    (void)state;
    struct pool *pool;
    struct waiting waiting = {0};
    assert_int_equal(pool_new(2, 8, &pool), RC_OK);
    wait_for(pool, &waiting);
    assert_true(waiting.passed);
    pool_free(&pool);
}

/* One task runs, one waits in the queue behind it; a third comes after the fence and is still at it when it passes. */
static void test_1_17_a_fence_waits_for_what_was_submitted_before_it_and_for_nothing_else(void **state)
{
    (void)state;
    struct pool *pool;
    struct held running = {0}, queued = {0}, later = {0};
    struct waiting waiting = {0};
    assert_int_equal(pool_new(1, 8, &pool), RC_OK);
    held_submit(pool, &running);
    held_submit(pool, &queued);
    sem_wait(&running.begun);
    wait_for(pool, &waiting);
    held_submit(pool, &later);
    assert_false(waiting.passed);
    sem_post(&running.let_go);
    sem_wait(&queued.begun);
    assert_false(waiting.passed);
    sem_post(&queued.let_go);
    sem_wait(&waiting.told);
    assert_true(waiting.passed);
    sem_post(&later.let_go);
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_pool_is_passed_at_once),
        cmocka_unit_test(test_1_17_a_fence_waits_for_what_was_submitted_before_it_and_for_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
