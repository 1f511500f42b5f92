/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Noise for statistics (obligation 1.23): drawn often, with the same dice in every run, and held against the
 * distribution it should have. */
#include "privacy/noise.h"
#include "support/cmocka.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS = 200000, WIDEST = 12 };

struct scale {
    uint64_t t, s;
};

static void test_1_23_noise_has_the_distribution_it_should_have(void **state)
{
    (void)state;
    static const struct scale scales[] = {{1, 1}, {2, 1}, {1000000, 500000}, {3, 2}, {1, 2}};
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        struct env_simulated env;
        int64_t counts[2 * WIDEST + 1] = {0}, far = 0, sum = 0;
        double ratio = exp(-(double)scales[i].s / (double)scales[i].t);
        env_simulated_init(&env, 0, 5 + i);
        for (int draw = 0; draw < DRAWS; draw++) {
            int64_t x = noise_laplace(&env.env, scales[i].t, scales[i].s);
            sum += x;
            if (x < -WIDEST || x > WIDEST)
                far++;
            else
                counts[x + WIDEST]++;
        }
        for (int x = -WIDEST; x <= WIDEST; x++) {
            double p = (1 - ratio) / (1 + ratio) * pow(ratio, abs(x));
            /* Five standard deviations, and one for what is rare. */
            double off = fabs((double)counts[x + WIDEST] - DRAWS * p), allowed = 5 * sqrt(DRAWS * p * (1 - p)) + 1;
            if (off > allowed)
                fail_msg("scale %llu/%llu: %lld times %d, expected %.0f", (unsigned long long)scales[i].t,
                         (unsigned long long)scales[i].s, (long long)counts[x + WIDEST], x, DRAWS * p);
        }
        double beyond = 2 * pow(ratio, WIDEST + 1) / (1 + ratio) * DRAWS;
        assert_true(fabs((double)far - beyond) <= 5 * sqrt(beyond) + 1);
        assert_true(fabs((double)sum) < 5 * sqrt(DRAWS * 2 * ratio) / (1 - ratio));
    }
}

static void test_1_23_a_large_scale_stays_exact(void **state)
{
    (void)state;
    struct env_simulated env;
    double sum = 0;
    enum { FEW = 20000 };
    env_simulated_init(&env, 0, 11);
    for (int draw = 0; draw < FEW; draw++)
        sum += fabs((double)noise_laplace(&env.env, 40000000, 500000));
    /* The mean distance is the scale, 80. */
    assert_true(fabs(sum / FEW - 80) < 5 * 80 / sqrt(FEW) + 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_1_23_noise_has_the_distribution_it_should_have),
        cmocka_unit_test(test_1_23_a_large_scale_stays_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
