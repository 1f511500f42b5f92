/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/env.h"
#include "support/cmocka.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 24, COUNT = 20000 };

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, SIZE);
}

static void no_two_draws_are_alike(void **state)
{
    (void)state;
    unsigned char(*draws)[SIZE] = calloc(COUNT, SIZE);
    for (size_t i = 0; i < COUNT; i++)
        env_random(env_system(), draws[i], SIZE);
    qsort(draws, COUNT, SIZE, by_bytes);
    for (size_t i = 1; i < COUNT; i++)
        assert_memory_not_equal(draws[i - 1], draws[i], SIZE);
    free(draws);
}

static void *draw(void *ret)
{
    env_random(env_system(), ret, SIZE);
    return NULL;
}

static void threads_draw_from_different_sources(void **state)
{
    (void)state;
    unsigned char draws[8][SIZE];
    for (size_t i = 0; i < 8; i++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, draw, draws[i]), 0);
        pthread_join(thread, NULL);
        for (size_t earlier = 0; earlier < i; earlier++)
            assert_memory_not_equal(draws[earlier], draws[i], SIZE);
    }
}

static void every_size_is_filled_to_its_end(void **state)
{
    (void)state;
    for (size_t len = 1; len <= 1500; len += 7) {
        unsigned char bytes[1501], seen = 0;
        bytes[len] = 77;
        for (int i = 0; i < 16; i++) { /* the last byte is zero by chance once in 256 draws */
            env_random(env_system(), bytes, len);
            seen |= bytes[len - 1];
        }
        assert_int_not_equal(seen, 0);
        assert_int_equal(bytes[len], 77);
    }
}

static void bits_are_balanced(void **state)
{
    (void)state;
    size_t ones = 0, bits = 0;
    for (int i = 0; i < 10000; i++) {
        unsigned char bytes[32];
        env_random(env_system(), bytes, sizeof bytes);
        for (size_t b = 0; b < sizeof bytes; b++)
            ones += (size_t)__builtin_popcount(bytes[b]);
        bits += 8 * sizeof bytes;
    }
    /* 2.56 million bits: ten standard deviations are 8,000. */
    assert_in_range(ones, bits / 2 - 8000, bits / 2 + 8000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_draws_are_alike),
        cmocka_unit_test(threads_draw_from_different_sources),
        cmocka_unit_test(every_size_is_filled_to_its_end),
        cmocka_unit_test(bits_are_balanced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
