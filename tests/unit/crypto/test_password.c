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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_the_password_verifies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
