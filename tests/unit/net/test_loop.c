/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/container.h"
#include "net/loop.h"
#include "net/timers.h"

#include <pthread.h>
#include <stdlib.h>

enum { POSTERS = 4, POSTS = 2000 };

struct post {
    struct loop_task task;
    int poster, number;
};

struct counts {
    int next[POSTERS], total;
    bool in_order;
};

static void post_run(struct loop *loop, struct loop_task *task)
{
    struct post *post = CONTAINER_OF(task, struct post, task);
    struct counts *counts = loop_data(loop);
    counts->in_order &= counts->next[post->poster]++ == post->number;
    if (++counts->total == POSTERS * POSTS)
        loop_stop(loop);
    free(post);
}

struct poster {
    struct loop *loop;
    int index;
};

static void *poster_run(void *arg)
{
    struct poster *poster = arg;
    for (int i = 0; i < POSTS; i++) {
        struct post *post = malloc(sizeof *post);
        *post = (struct post){{NULL, post_run}, poster->index, i};
        loop_post(poster->loop, &post->task);
    }
    return NULL;
}

static void each_threads_posts_run_once_and_in_order(void **state)
{
    (void)state;
    struct loop *loop;
    struct counts counts = {.in_order = true};
    pthread_t threads[POSTERS];
    struct poster posters[POSTERS];
    assert_int_equal(loop_new(env_system(), 3, &loop, NULL), RC_OK);
    assert_int_equal(loop_index(loop), 3);
    loop_set_data(loop, &counts);
    for (int i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){loop, i};
        assert_int_equal(pthread_create(&threads[i], NULL, poster_run, &posters[i]), 0);
    }
    loop_run(loop);
    for (int i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(counts.total, POSTERS * POSTS);
    assert_true(counts.in_order);
    loop_free(&loop);
}

struct firing {
    struct loop_timer timer;
    int *order, number;
};

static void fired(struct loop *loop, struct loop_timer *timer)
{
    struct firing *firing = CONTAINER_OF(timer, struct firing, timer);
    *firing->order = *firing->order * 10 + firing->number;
    if (firing->number == 3)
        loop_stop(loop);
}

static void timers_fire_in_the_order_of_their_time(void **state)
{
    (void)state;
    struct loop *loop;
    int order = 0;
    struct firing firings[] = {{{fired}, &order, 3}, {{fired}, &order, 1}, {{fired}, &order, 9}, {{fired}, &order, 2}};
    assert_int_equal(loop_new(env_system(), 0, &loop, NULL), RC_OK);
    loop_timer_set(loop, &firings[0].timer, 9);
    loop_timer_set(loop, &firings[1].timer, 500);
    loop_timer_set(loop, &firings[2].timer, 3);
    loop_timer_set(loop, &firings[3].timer, 6);
    loop_timer_set(loop, &firings[1].timer, 1); /* moved */
    loop_timer_cancel(loop, &firings[2].timer);
    loop_timer_cancel(loop, &firings[2].timer); /* as often as one likes */
    loop_run(loop);
    assert_int_equal(order, 123);
    loop_free(&loop);
}

static void the_heap_yields_its_timers_sorted_whatever_is_removed(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    static struct loop_timer timers[COUNT];
    struct timers heap = {0};
    unsigned seed = 7;
    for (int i = 0; i < COUNT; i++) {
        seed = seed * 1103515245 + 12345;
        timers_set(&heap, &timers[i], (seed >> 16) % 97);
    }
    for (int i = 0; i < COUNT; i += 3)
        timers_remove(&heap, &timers[i]);
    int64_t before = -1;
    int left = 0;
    for (struct loop_timer *timer; (timer = timers_first(&heap)); left++) {
        assert_true(timer->due_ms >= before);
        before = timer->due_ms;
        timers_remove(&heap, timer);
    }
    assert_int_equal(left, COUNT - (COUNT + 2) / 3);
    timers_fini(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_threads_posts_run_once_and_in_order),
        cmocka_unit_test(timers_fire_in_the_order_of_their_time),
        cmocka_unit_test(the_heap_yields_its_timers_sorted_whatever_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
