/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "support/cmocka.h"

#include <ctype.h>

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return crypto_init() == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void tokens_are_prefixed_and_never_alike(void **state)
{
    (void)state;
    str a = crypto_token_new(env_system(), &arena, "prly_"), b = crypto_token_new(env_system(), &arena, "prly_");
    assert_int_equal(a.len, 5 + 43);
    assert_true(str_starts(a, S("prly_")));
    assert_false(str_eq(a, b));
    unsigned char hash_a[CRYPTO_TOKEN_HASH_SIZE], hash_b[CRYPTO_TOKEN_HASH_SIZE];
    crypto_token_hash(a, hash_a);
    crypto_token_hash(b, hash_b);
    assert_memory_not_equal(hash_a, hash_b, sizeof hash_a);
}

static void digits_are_digits_and_all_occur(void **state)
{
    (void)state;
    struct env_simulated sim;
    env_simulated_init(&sim, 0, 7);
    int seen[10] = {0};
    for (int i = 0; i < 1000; i++) {
        char code[7];
        crypto_digits(&sim.env, 6, code);
        assert_int_equal(strlen(code), 6);
        for (int k = 0; k < 6; k++) {
            assert_true(isdigit((unsigned char)code[k]));
            seen[code[k] - '0']++;
        }
    }
    for (int d = 0; d < 10; d++)
        assert_in_range(seen[d], 500, 700);
}

static void names_are_letters(void **state)
{
    (void)state;
    str name = crypto_random_name(env_system(), &arena, 100);
    assert_int_equal(name.len, 100);
    for (size_t i = 0; i < name.len; i++)
        assert_true(isalpha((unsigned char)name.ptr[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_prefixed_and_never_alike),
        cmocka_unit_test(digits_are_digits_and_all_occur),
        cmocka_unit_test(names_are_letters),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
