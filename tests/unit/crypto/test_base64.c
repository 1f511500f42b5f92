/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "support/cmocka.h"

/* RFC 4648, section 10, without padding as the Matrix spec has it. */
static const struct {
    str bytes, text, padded;
} known[] = {
    {STR_INIT(""), STR_INIT(""), STR_INIT("")},
    {STR_INIT("f"), STR_INIT("Zg"), STR_INIT("Zg==")},
    {STR_INIT("fo"), STR_INIT("Zm8"), STR_INIT("Zm8=")},
    {STR_INIT("foo"), STR_INIT("Zm9v"), STR_INIT("Zm9v")},
    {STR_INIT("foob"), STR_INIT("Zm9vYg"), STR_INIT("Zm9vYg==")},
    {STR_INIT("fooba"), STR_INIT("Zm9vYmE"), STR_INIT("Zm9vYmE=")},
    {STR_INIT("foobar"), STR_INIT("Zm9vYmFy"), STR_INIT("Zm9vYmFy")},
};

static void the_known_answers_hold_both_ways(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        str bytes;
        assert_true(str_eq(crypto_base64(&arena, known[i].bytes, false), known[i].text));
        assert_int_equal(crypto_base64_decode(&arena, known[i].text, &bytes), RC_OK);
        assert_true(str_eq(bytes, known[i].bytes));
        assert_int_equal(crypto_base64_decode(&arena, known[i].padded, &bytes), RC_OK);
        assert_true(str_eq(bytes, known[i].bytes));
    }
    arena_fini(&arena);
}

static void both_alphabets_are_read(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    str a, b;
    assert_true(str_eq(crypto_base64(&arena, S("\xfb\xff\xfe"), false), S("+//+")));
    assert_true(str_eq(crypto_base64(&arena, S("\xfb\xff\xfe"), true), S("-__-")));
    assert_int_equal(crypto_base64_decode(&arena, S("+//+"), &a), RC_OK);
    assert_int_equal(crypto_base64_decode(&arena, S("-__-"), &b), RC_OK);
    assert_true(str_eq(a, b) && str_eq(a, S("\xfb\xff\xfe")));
    arena_fini(&arena);
}

static void what_is_not_base64_is_refused(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const str bad[] = {S("Z"),     S("Zm9vY"), S("Zg="),  S("Z==="),  S("===="),    S("Zm 8"),
                       S("Zm8\n"), S("Z*"),    S("=Zg="), S("Zm9=v"), S("Zm9v====")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        str bytes;
        assert_int_equal(crypto_base64_decode(&arena, bad[i], &bytes), RC_INVALID);
    }
    arena_fini(&arena);
}

static void hex_is_lower_case(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    assert_string_equal(crypto_hex(&arena, S("\x00\x9f\xff")).ptr, "009fff");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_answers_hold_both_ways),
        cmocka_unit_test(both_alphabets_are_read),
        cmocka_unit_test(what_is_not_base64_is_refused),
        cmocka_unit_test(hex_is_lower_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
