/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/limiter.h"
#include "support/cmocka.h"

static struct env_simulated sim;
static struct limiter *limiter;

static int set_up(void **state)
{
    (void)state;
    struct limiter_rule rules[RATE_MEDIA + 1] = {[RATE_LOGIN] = {.per_second = 2, .burst = 3}};
    env_simulated_init(&sim, 1000000, 1);
    limiter = limiter_new(&sim.env, rules);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    limiter_free(&limiter);
    return 0;
}

static int taken(uint64_t who, int tries)
{
    int count = 0;
    int64_t retry_ms;
    for (int i = 0; i < tries; i++)
        count += limiter_take(limiter, RATE_LOGIN, who, &retry_ms);
    return count;
}

static void a_burst_passes_then_the_rate_holds(void **state)
{
    (void)state;
    assert_int_equal(taken(1, 10), 3);
    env_simulated_advance(&sim, 500);
    assert_int_equal(taken(1, 10), 1);
    env_simulated_advance(&sim, 60000);
    assert_int_equal(taken(1, 10), 3);
}

static void the_retry_time_is_when_it_works_again(void **state)
{
    (void)state;
    int64_t retry_ms = 0;
    taken(1, 3);
    assert_false(limiter_take(limiter, RATE_LOGIN, 1, &retry_ms));
    assert_in_range(retry_ms, 1, 500);
    env_simulated_advance(&sim, retry_ms);
    assert_true(limiter_take(limiter, RATE_LOGIN, 1, &retry_ms));
}

static void one_does_not_pay_for_another(void **state)
{
    (void)state;
    assert_int_equal(taken(1, 10), 3);
    assert_int_equal(taken(2, 10), 3);
}

static void a_network_of_ipv6_is_one_caller(void **state)
{
    (void)state;
    struct net_address a = {.ip = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 1}}, b = {.ip = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 2}};
    struct net_address v4 = {.ip = {[10] = 0xff, 0xff, 10, 0, 0, 1}}, other = {.ip = {[10] = 0xff, 0xff, 10, 0, 0, 2}};
    assert_true(limiter_who_address(&a) == limiter_who_address(&b));
    assert_false(limiter_who_address(&v4) == limiter_who_address(&other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_burst_passes_then_the_rate_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_retry_time_is_when_it_works_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_does_not_pay_for_another, set_up, tear_down),
        cmocka_unit_test(a_network_of_ipv6_is_one_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
