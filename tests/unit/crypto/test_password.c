/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "support/cmocka.h"

#include <time.h>

static void only_the_password_verifies(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    str hash;
    assert_int_equal(crypto_init(), RC_OK);
    assert_int_equal(crypto_password_hash(&arena, S("correct horse"), &hash), RC_OK);
    assert_true(str_starts(hash, S("$argon2id$v=19$m=65536,t=2,p=1$"))); /* unless told otherwise */
    assert_int_equal(crypto_password_verify(S("correct horse"), hash), RC_OK);
    assert_int_equal(crypto_password_verify(S("correct horsf"), hash), RC_FORBIDDEN);
    assert_int_equal(crypto_password_verify(S(""), hash), RC_FORBIDDEN);
    assert_int_equal(crypto_password_verify(S("correct horse"), S("not a hash")), RC_FORBIDDEN);
    assert_int_equal(crypto_password_verify(S("correct horse"), STR_NONE), RC_FORBIDDEN);
    arena_fini(&arena);
}

static void the_memory_it_takes_can_be_set(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    str before, after;
    assert_int_equal(crypto_init(), RC_OK);
    crypto_password_set_memory(64 << 20);
    assert_int_equal(crypto_password_hash(&arena, S("correct horse"), &before), RC_OK);
    assert_true(str_starts(before, S("$argon2id$v=19$m=65536,t=2,p=1$")));
    crypto_password_set_memory(19 << 20);
    assert_int_equal(crypto_password_hash(&arena, S("correct horse"), &after), RC_OK);
    assert_true(str_starts(after, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_int_equal(crypto_password_verify(S("correct horse"), before), RC_OK);
    assert_int_equal(crypto_password_verify(S("correct horse"), after), RC_OK);
    arena_fini(&arena);
}

static int64_t work_us(str password, str hash)
{
    struct timespec from, to;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    assert_int_equal(crypto_password_verify(password, hash), RC_FORBIDDEN);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    return (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
}

/* Else the time an answer takes says which accounts there are. Whole numbers of passes make the difference: what is
 * not a hash is refused in a thousandth of the time. */
static void an_account_without_a_password_costs_the_same_work(void **state)
{
    (void)state;
    static const size_t sizes[] = {64 << 20, 19 << 20};
    struct arena arena = ARENA_INIT;
    str hash;
    assert_int_equal(crypto_init(), RC_OK);
    for (size_t i = 0; i < 2; i++) {
        crypto_password_set_memory(sizes[i]);
        assert_int_equal(crypto_password_hash(&arena, S("correct horse"), &hash), RC_OK);
        int64_t real = work_us(S("wrong horse"), hash), nobodys = work_us(S("wrong horse"), STR_NONE);
        assert_true(nobodys > real / 3 && nobodys < real * 3);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_the_password_verifies),
                                       cmocka_unit_test(an_account_without_a_password_costs_the_same_work),
                                       cmocka_unit_test(the_memory_it_takes_can_be_set)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
