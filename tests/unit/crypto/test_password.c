/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "support/cmocka.h"

static void only_the_password_verifies(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    str hash;
    assert_int_equal(crypto_init(), RC_OK);
    assert_int_equal(crypto_password_hash(&arena, S("correct horse"), &hash), RC_OK);
    assert_true(str_starts(hash, S("$argon2id$")));
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
    assert_int_equal(crypto_password_hash(&arena, S("correct horse"), &before), RC_OK);
    assert_true(str_starts(before, S("$argon2id$v=19$m=65536,t=2,p=1$")));
    crypto_password_set_memory(19 << 20);
    assert_int_equal(crypto_password_hash(&arena, S("correct horse"), &after), RC_OK);
    assert_true(str_starts(after, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_int_equal(crypto_password_verify(S("correct horse"), before), RC_OK);
    assert_int_equal(crypto_password_verify(S("correct horse"), after), RC_OK);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_the_password_verifies),
                                       cmocka_unit_test(the_memory_it_takes_can_be_set)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
