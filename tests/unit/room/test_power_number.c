/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/power_number.h"
#include "support/cmocka.h"

static void numbers_and_text_are_read_as_the_version_does(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        bool number, text;
        int64_t level;
    } cases[] = {
        {"50", true, true, 50},
        {"-1", true, true, -1},
        {"9007199254740991", true, true, JSON_MAX_INTEGER},
        {"\"50\"", false, true, 50},
        {"\" \\t+50 \"", false, true, 50},
        {"\"-7\"", false, true, -7},
        {"\"0050\"", false, true, 50},
        {"\"9007199254740992\"", false, false, 0},
        {"\"99999999999999999999999\"", false, false, 0},
        {"\"\"", false, false, 0},
        {"\"+\"", false, false, 0},
        {"\"- 1\"", false, false, 0},
        {"\"5_0\"", false, false, 0},
        {"\"5.0\"", false, false, 0},
        {"\"0x10\"", false, false, 0},
        {"null", false, false, 0},
        {"true", false, false, 0},
        {"[50]", false, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = ARENA_INIT;
        yyjson_val *value;
        assert_int_equal(json_parse(&arena, str_of(cases[i].json), &value, NULL), RC_OK);
        int64_t level = 0;
        if (power_number(value, false, &level) != cases[i].number)
            fail_msg("%s as a number", cases[i].json);
        if (power_number(value, true, &level) != cases[i].text)
            fail_msg("%s as a number or text", cases[i].json);
        if (cases[i].text)
            assert_int_equal(level, cases[i].level);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_text_are_read_as_the_version_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
