/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Coarse forms (obligations 1.2, 1.24). */
#include "privacy/desensitise.h"
#include "support/cmocka.h"
#include "support/dice.h"

#include <time.h>

enum { ROUNDS = 2000 };

struct example {
    enum masking kind;
    const char *value, *left;
};

static const struct example examples[] = {
    {MASK_PHONE, "+4915112345678", "+49"},
    {MASK_PHONE, "+12025550123", "+1"},
    {MASK_PHONE, "+79161234567", "+7"},
    {MASK_PHONE, "+8613800138000", "+86"},
    {MASK_PHONE, "+85261234567", "+852"},
    {MASK_PHONE, "+358401234567", "+358"},
    {MASK_PHONE, "+998901234567", "+998"},
    {MASK_PHONE, "+4", ""},
    {MASK_PHONE, "+86x", ""},
    {MASK_PHONE, "4915112345678", ""},
    {MASK_ADDRESS, "203.0.113.9", "203.0.113.0/24"},
    {MASK_ADDRESS, "::ffff:203.0.113.9", "203.0.113.0/24"},
    {MASK_ADDRESS, "2001:db8:1:2::3", "2001:db8:1::/48"},
    {MASK_ADDRESS, "2002:cb00:7109::1", "2002:cb00:7100::/40"},
    {MASK_ADDRESS, "fe80::1%eth0", ""},
    {MASK_ADDRESS, "203.0.113.9/33", ""},
    {MASK_ADDRESS, "203.0.113.9.1", ""},
    {MASK_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox on Linux"},
    {MASK_AGENT,
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 "
     "Edg/130.0",
     "Edge on Windows"},
    {MASK_AGENT,
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
     "Mobile/15E148 Safari/604.1",
     "Safari on iOS"},
    {MASK_AGENT, "Element X Android/25.1 (Fairphone FP5; Android 14)", "Element X on Android"},
    {MASK_AGENT, "curl/8.9.1", "curl"},
    {MASK_AGENT, "Ada's client", "Other"},
    {MASK_EMAIL, "ada@example.org", ""},
    {MASK_NAME, "Ada", ""},
    {MASK_NOTHING_LEFT, "Ada", ""},
};

static void test_1_24_what_is_left_of_a_value_is_coarse(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        str left = desensitise(&arena, examples[i].kind, str_of(examples[i].value));
        if (!str_eq(left, str_of(examples[i].left)))
            fail_msg("%s: %.*s", examples[i].value, STR_ARG(left));
        assert_true(str_eq(desensitise(&arena, examples[i].kind, left), left));
    }
    assert_int_equal(desensitise(&arena, MASK_ADDRESS, str_from("1.2.3.4\0.5", 10)).len, 0);
    arena_fini(&arena);
}

/* All 256 addresses of a block, and all that differ behind the 48th bit, are one. */
static void test_1_24_a_block_of_addresses_looks_like_one(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 1);
    for (int last = 0; last < 256; last++)
        assert_true(
            str_eq(desensitise_address(&dice.arena, arena_printf(&dice.arena, "192.0.2.%d", last)), S("192.0.2.0/24")));
    for (int round = 0; round < ROUNDS; round++) {
        str address = arena_printf(&dice.arena, "2001:db8:7:%x:%x:%x:%x:%x", (unsigned)dice_below(&dice, 65536),
                                   (unsigned)dice_below(&dice, 65536), (unsigned)dice_below(&dice, 65536),
                                   (unsigned)dice_below(&dice, 65536), (unsigned)dice_below(&dice, 65536));
        assert_true(str_eq(desensitise_address(&dice.arena, address), S("2001:db8:7::/48")));
    }
    dice_fini(&dice);
}

/* However it is put together, an agent ends as one of a few hundred pairs of words of ours. */
static void test_1_24_nothing_of_an_agents_own_words_is_left(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 2);
    for (int round = 0; round < ROUNDS; round++) {
        str marked = arena_concat(&dice.arena, S("Firefox/1 Windows "), dice_bytes(&dice, 100), STR_NONE);
        str left = desensitise_agent(&dice.arena, marked);
        assert_true(str_ends(left, S(" on Windows")));
        assert_true(left.len <= 14 + 11);
        str wild = desensitise_agent(&dice.arena, arena_concat(&dice.arena, S("\x01"), dice_bytes(&dice, 3), STR_NONE));
        assert_true(str_eq(wild, S("Other")));
        arena_reset(&dice.arena);
    }
    dice_fini(&dice);
}

static void test_1_24_any_bytes_at_all_are_bounded_and_coarse_once_for_all(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 3);
    for (int round = 0; round < ROUNDS; round++) {
        str value = dice_bytes(&dice, 40);
        for (int kind = MASK_NOTHING_LEFT; kind < MASK_NOT_NEEDED; kind++) {
            str left = desensitise(&dice.arena, (enum masking)kind, value);
            assert_true(left.len <= 43 && str_is_utf8(left));
            assert_true(str_eq(desensitise(&dice.arena, (enum masking)kind, left), left));
        }
        arena_reset(&dice.arena);
    }
    dice_fini(&dice);
}

static void test_1_24_a_time_becomes_its_day(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 4);
    assert_true(str_eq(desensitise_time(&dice.arena, 0), S("1970-01-01")));
    assert_true(str_eq(desensitise_time(&dice.arena, -1), S("1969-12-31")));
    assert_true(str_eq(desensitise_time(&dice.arena, 951782400000), S("2000-02-29")));
    assert_true(desensitise_time(&dice.arena, INT64_MIN).len && desensitise_time(&dice.arena, INT64_MAX).len);
    for (int round = 0; round < ROUNDS; round++) {
        time_t seconds = (time_t)dice_below(&dice, 253402300800);
        struct tm tm;
        char expected[16];
        gmtime_r(&seconds, &tm);
        strftime(expected, sizeof expected, "%Y-%m-%d", &tm);
        str day = desensitise_time(&dice.arena, (int64_t)seconds * 1000 + (int64_t)dice_below(&dice, 1000));
        assert_true(str_eq(day, str_of(expected)));
    }
    dice_fini(&dice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_1_24_what_is_left_of_a_value_is_coarse),
        cmocka_unit_test(test_1_24_a_block_of_addresses_looks_like_one),
        cmocka_unit_test(test_1_24_nothing_of_an_agents_own_words_is_left),
        cmocka_unit_test(test_1_24_any_bytes_at_all_are_bounded_and_coarse_once_for_all),
        cmocka_unit_test(test_1_24_a_time_becomes_its_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
