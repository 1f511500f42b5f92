/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outgoing/backoff.h"

#include "support/cmocka.h"

static void each_pause_is_longer_until_the_longest(void **state)
{
    (void)state;
    static const struct backoff backoff = {.first_ms = 1000, .longest_ms = 10000};
    static const int64_t most[] = {1000, 2000, 4000, 8000, 10000, 10000};
    struct env_simulated sim;
    env_simulated_init(&sim, 0, 5);
    for (unsigned failures = 0; failures < 6; failures++)
        for (int i = 0; i < 200; i++) {
            int64_t pause = backoff_ms(&sim.env, &backoff, failures);
            assert_in_range(pause, most[failures] / 2, most[failures]);
        }
    assert_in_range(backoff_ms(&sim.env, &backoff, 4000000000u), 5000, 10000);
}

static void no_two_come_back_together(void **state)
{
    (void)state;
    static const struct backoff backoff = {.first_ms = 1000000, .longest_ms = 1000000};
    struct env_simulated sim;
    env_simulated_init(&sim, 0, 5);
    assert_int_not_equal(backoff_ms(&sim.env, &backoff, 0), backoff_ms(&sim.env, &backoff, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pause_is_longer_until_the_longest),
        cmocka_unit_test(no_two_come_back_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
