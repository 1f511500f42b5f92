/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/strbuf.h"
#include "support/cmocka.h"

static void numbers_are_whole_and_bounded(void **state)
{
    (void)state;
    uint64_t value;
    assert_int_equal(str_to_u64(S("18446744073709551615"), &value), RC_OK);
    assert_true(value == UINT64_MAX);
    const str bad[] = {S("18446744073709551616"), S(""), S("+1"), S("1 "), S("-1"), S("0x1")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(str_to_u64(bad[i], &value), RC_INVALID);
}

static void utf8_refuses_surrogates_and_overlong_forms(void **state)
{
    (void)state;
    assert_true(str_is_utf8(S("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80")));
    assert_false(str_is_utf8(S("\xed\xa0\x80")));
    assert_false(str_is_utf8(S("\xc0\xaf")));
    assert_false(str_is_utf8(S("\xf4\x90\x80\x80")));
    assert_false(str_is_utf8(S("\xe2\x82")));
}

static void json_strings_escape_what_must_be(void **state)
{
    (void)state;
    struct strbuf buf = STRBUF_INIT;
    strbuf_add_json(&buf, S("a\"b\\c\n\x01"));
    assert_true(str_eq(strbuf_str(&buf), S("\"a\\\"b\\\\c\\n\\u0001\"")));
    strbuf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_whole_and_bounded),
        cmocka_unit_test(utf8_refuses_surrogates_and_overlong_forms),
        cmocka_unit_test(json_strings_escape_what_must_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
