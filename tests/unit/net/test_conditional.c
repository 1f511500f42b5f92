/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* RFC 9110, sections 13 and 14; the cases of ranges are those its text names. */
#include "net/conditional.h"
#include "support/cmocka.h"

static void ranges_are_read_as_rfc_9110_says(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        uint64_t size;
        enum range_answer answer;
        uint64_t from, len;
    } cases[] = {
        {"bytes=0-499", 10000, RANGE_PART, 0, 500},
        {"bytes=500-999", 10000, RANGE_PART, 500, 500},
        {"bytes=-500", 10000, RANGE_PART, 9500, 500},
        {"bytes=9500-", 10000, RANGE_PART, 9500, 500},
        {"Bytes=0-0", 10000, RANGE_PART, 0, 1},
        {"bytes=-1", 10000, RANGE_PART, 9999, 1},
        /* the end is cut to what there is */
        {"bytes=9000-99999", 10000, RANGE_PART, 9000, 1000},
        {"bytes=-99999", 10000, RANGE_PART, 0, 10000},
        /* nothing of it is there */
        {"bytes=10000-", 10000, RANGE_NOWHERE, 0, 0},
        {"bytes=10000-10001", 10000, RANGE_NOWHERE, 0, 0},
        {"bytes=-0", 10000, RANGE_NOWHERE, 0, 0},
        {"bytes=0-", 0, RANGE_NOWHERE, 0, 0},
        {"bytes=-5", 0, RANGE_NOWHERE, 0, 0},
        /* not understood, so not there */
        {"bytes=0-0,-1", 10000, RANGE_WHOLE, 0, 0},
        {"bytes=5-4", 10000, RANGE_WHOLE, 0, 0},
        {"bytes=-", 10000, RANGE_WHOLE, 0, 0},
        {"bytes=", 10000, RANGE_WHOLE, 0, 0},
        {"bytes=a-b", 10000, RANGE_WHOLE, 0, 0},
        {"bytes=1-2x", 10000, RANGE_WHOLE, 0, 0},
        {"lines=1-2", 10000, RANGE_WHOLE, 0, 0},
        {"bytes=18446744073709551617-", 10000, RANGE_WHOLE, 0, 0},
        {"", 10000, RANGE_WHOLE, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t from = 0, len = 0;
        enum range_answer answer = conditional_range(str_of(cases[i].header), cases[i].size, &from, &len);
        if (answer != cases[i].answer || from != cases[i].from || len != cases[i].len)
            fail_msg("%s of %llu", cases[i].header, (unsigned long long)cases[i].size);
    }
    uint64_t from, len;
    assert_int_equal(conditional_range(STR_NONE, 10, &from, &len), RANGE_WHOLE);
}

static void a_part_goes_only_with_parts_of_the_same(void **state)
{
    (void)state;
    assert_true(conditional_if_range(STR_NONE, S("\"a\"")));
    assert_true(conditional_if_range(S("\"a\""), S("\"a\"")));
    assert_false(conditional_if_range(S("\"b\""), S("\"a\"")));
    assert_false(conditional_if_range(S("W/\"a\""), S("\"a\"")));
    assert_false(conditional_if_range(S("Sat, 28 Nov 2026 00:00:00 GMT"), S("\"a\"")));
}

static void what_is_known_is_not_sent(void **state)
{
    (void)state;
    assert_false(conditional_none_match(STR_NONE, S("\"a\"")));
    assert_true(conditional_none_match(S("\"a\""), S("\"a\"")));
    assert_true(conditional_none_match(S("\"b\", W/\"a\""), S("\"a\"")));
    assert_true(conditional_none_match(S("\"a\""), S("W/\"a\"")));
    assert_true(conditional_none_match(S(" * "), S("\"a\"")));
    assert_false(conditional_none_match(S("\"b\",\"c\""), S("\"a\"")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_read_as_rfc_9110_says),
        cmocka_unit_test(a_part_goes_only_with_parts_of_the_same),
        cmocka_unit_test(what_is_known_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
