/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"
#include "sync/live.h"

enum { WAITS = 300 };

/* Requests that note when they are woken; the last one expected ends the loop. */
static struct loop *loop;
static struct wakes *wakes;
static struct live_wait waits[WAITS];
static int woken[WAITS], order[2 * WAITS], count, expected;

static void wake(struct live_wait *wait)
{
    int i = (int)(wait - waits);
    woken[i]++;
    order[count++] = i;
    if (count == expected)
        loop_stop(loop);
}

static int set_up(void **state)
{
    (void)state;
    memset(waits, 0, sizeof waits);
    memset(woken, 0, sizeof woken);
    count = 0;
    assert_int_equal(loop_new(env_system(), 0, &loop, NULL), RC_OK);
    wakes = wakes_new(loop);
    for (int i = 0; i < WAITS; i++)
        waits[i].wake = wake;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wakes_free(&wakes);
    loop_free(&loop);
    return 0;
}

static void each_is_woken_once_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < WAITS; i++)
        wakes_queue(wakes, &waits[i]);
    wakes_queue(wakes, &waits[7]); /* queued already */
    expected = WAITS;
    loop_run(loop);
    for (int i = 0; i < WAITS; i++) {
        assert_int_equal(order[i], i);
        assert_int_equal(woken[i], 1);
    }
}

static void one_that_left_is_not_woken(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        wakes_queue(wakes, &waits[i]);
    wakes_remove(wakes, &waits[2]); /* the last, whose end is the queue's */
    wakes_remove(wakes, &waits[0]);
    wakes_remove(wakes, &waits[0]);
    wakes_queue(wakes, &waits[3]);
    expected = 2;
    loop_run(loop);
    assert_int_equal(order[0], 1);
    assert_int_equal(order[1], 3);
    assert_int_equal(woken[0] + woken[2], 0);
}

/* The first takes the last of the same round and the last of the next one with it. */
static void wake_and_remove(struct live_wait *wait)
{
    wakes_queue(wakes, &waits[200]);
    wakes_queue(wakes, &waits[201]);
    wakes_remove(wakes, &waits[99]);
    wakes_remove(wakes, &waits[201]);
    wakes_queue(wakes, wait);
    waits[0].wake = wake;
    wake(wait);
}

static void what_comes_during_a_round_is_for_the_next(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        wakes_queue(wakes, &waits[i]);
    waits[0].wake = wake_and_remove;
    expected = 101;
    loop_run(loop);
    assert_int_equal(order[98], 98);
    assert_int_equal(order[99], 200);
    assert_int_equal(order[100], 0);
    assert_int_equal(woken[0], 2);
    assert_int_equal(woken[99] + woken[201], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_is_woken_once_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_left_is_not_woken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_comes_during_a_round_is_for_the_next, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
