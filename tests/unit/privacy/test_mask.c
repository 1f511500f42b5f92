/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Masking for display (obligation 4.6). That a mask cannot be undone is shown by what it does not depend on: values
 * that agree in what may be seen, and in nothing else, get the same mask, byte for byte.
 */
#include "privacy/mask.h"
#include "support/cmocka.h"
#include "support/dice.h"

enum { ROUNDS = 2000 };

struct example {
    enum masking kind;
    const char *value, *shown;
};

static const struct example examples[] = {
    {MASK_PHONE, "+4915112345678", "+49***78"},
    {MASK_PHONE, "+8613800138000", "+86***00"},
    {MASK_PHONE, "+12025550123", "+1***23"},
    {MASK_PHONE, "+35312345678", "+353***78"},
    /* Too short to hide anything behind two digits. */
    {MASK_PHONE, "+4912345", "***"},
    {MASK_PHONE, "+49123456", "+49***56"},
    {MASK_PHONE, "015112345678", "***"},
    {MASK_PHONE, "+49 151 12345678", "***"},
    {MASK_PHONE, "+4915112345678901", "***"},
    {MASK_PHONE, "+0015112345678", "***"},
    {MASK_PHONE, "ada@example.org", "***"},
    {MASK_EMAIL, "ada@example.org", "a***@example.org"},
    {MASK_EMAIL, "al@example.org", "a***@example.org"},
    {MASK_EMAIL, "a@example.org", "***@example.org"},
    {MASK_EMAIL, "Ada@example.org", "***"},
    {MASK_EMAIL, "ada", "***"},
    {MASK_EMAIL, "+4915112345678", "***"},
    {MASK_NAME, "Ada Lovelace", "A**"},
    {MASK_NAME, "Al", "A**"},
    {MASK_NAME, "A", "***"},
    {MASK_NAME, "张伟", "张**"},
    {MASK_NAME, "张", "***"},
    {MASK_NAME, "😀😀", "😀**"},
    /* A character and what is not seen of it is the whole name; so is what stands behind a blank. */
    {MASK_NAME, "e\xcc\x81", "***"},
    {MASK_NAME, "A\xe2\x80\x8b", "***"},
    {MASK_NAME,
     "\xe2\x80\xae"
     "da",
     "***"},
    {MASK_NAME, " Ada", "***"},
    {MASK_NAME, "\xff\xfe", "***"},
    {MASK_NAME, "A\xc3", "***"},
    {MASK_ADDRESS, "203.0.113.9", "203.0.0.0/16"},
    {MASK_ADDRESS, "::ffff:203.0.113.9", "203.0.0.0/16"},
    {MASK_ADDRESS, "2001:db8:1:2::3", "2001:db8::/32"},
    {MASK_ADDRESS, "2002:cb00:7109::1", "2002:cb00::/32"},
    {MASK_ADDRESS, "203.0.113.0/24", "203.0.0.0/16"},
    {MASK_ADDRESS, "203.0.113", "***"},
    {MASK_ADDRESS, "example.org", "***"},
    {MASK_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox"},
    {MASK_AGENT, "Ada's very own client 1.0", "Other"},
    {MASK_NOTHING_LEFT, "mxc://example.org/abc", "***"},
    {MASK_NOT_NEEDED, "public", "public"},
};

static void test_4_6_a_mask_shows_what_is_said_of_its_kind(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        str shown = mask(&arena, examples[i].kind, str_of(examples[i].value));
        if (!str_eq(shown, str_of(examples[i].shown)))
            fail_msg("%s: %.*s", examples[i].value, STR_ARG(shown));
    }
    for (int kind = MASK_NOTHING_LEFT; kind <= MASK_NOT_NEEDED; kind++)
        assert_int_equal(mask(&arena, (enum masking)kind, STR_NONE).len, 0);
    /* A kind nobody has told it of hides all. */
    assert_true(str_eq(mask(&arena, (enum masking)99, S("Ada")), S("***")));
    arena_fini(&arena);
}

/* Two values that agree in what is shown of this kind. */
typedef void twins_fn(struct dice *dice, str ret_values[2]);

static void phone_twins(struct dice *dice, str ret_values[2])
{
    static const char *const codes[] = {"+1", "+7", "+49", "+86", "+353", "+971"};
    str code = str_of(codes[dice_below(dice, sizeof codes / sizeof *codes)]);
    char last[2];
    dice_digits(dice, last, sizeof last);
    for (int i = 0; i < 2; i++) {
        char middle[9];
        size_t len = 5 + dice_below(dice, 5);
        dice_digits(dice, middle, len);
        ret_values[i] = arena_concat(&dice->arena, code, str_from(middle, len), str_from(last, sizeof last));
    }
}

static void email_twins(struct dice *dice, str ret_values[2])
{
    static const char *const hosts[] = {"@example.org", "@mail.example", "@xn--bcher-kva.example"};
    str host = str_of(hosts[dice_below(dice, sizeof hosts / sizeof *hosts)]);
    for (int i = 0; i < 2; i++) {
        char local[21] = "a";
        size_t len = 1 + dice_below(dice, 20);
        dice_digits(dice, local + 1, len);
        ret_values[i] = arena_concat(&dice->arena, str_from(local, 1 + len), host, STR_NONE);
    }
}

static void name_twins(struct dice *dice, str ret_values[2])
{
    str first = dice_word(dice, 1);
    for (int i = 0; i < 2; i++)
        ret_values[i] = arena_concat(&dice->arena, first, dice_word(dice, 1 + dice_below(dice, 20)), STR_NONE);
}

static void v4_twins(struct dice *dice, str ret_values[2])
{
    int a = (int)dice_below(dice, 256), b = (int)dice_below(dice, 256);
    for (int i = 0; i < 2; i++)
        ret_values[i] =
            arena_printf(&dice->arena, "%d.%d.%d.%d", a, b, (int)dice_below(dice, 256), (int)dice_below(dice, 256));
}

static void v6_twins(struct dice *dice, str ret_values[2])
{
    unsigned a = 0x2003 + (unsigned)dice_below(dice, 0x1000), b = (unsigned)dice_below(dice, 0x10000);
    for (int i = 0; i < 2; i++)
        ret_values[i] = arena_printf(&dice->arena, "%x:%x:%x:%x::%x", a, b, (unsigned)dice_below(dice, 0x10000),
                                     (unsigned)dice_below(dice, 0x10000), (unsigned)dice_below(dice, 0x10000));
}

static void agent_twins(struct dice *dice, str ret_values[2])
{
    for (int i = 0; i < 2; i++)
        ret_values[i] = arena_printf(&dice->arena, "Mozilla/5.0 (%.*s) Firefox/%d.%d", STR_ARG(dice_word(dice, 9)),
                                     (int)dice_below(dice, 200), (int)dice_below(dice, 10));
}

/* Whatever there is. */
static void any_twins(struct dice *dice, str ret_values[2])
{
    for (int i = 0; i < 2; i++)
        ret_values[i] = arena_concat(&dice->arena, S("x"), dice_bytes(dice, 60), STR_NONE);
}

static void hold(enum masking kind, twins_fn *twins, uint64_t seed)
{
    struct dice dice;
    dice_init(&dice, seed);
    for (int round = 0; round < ROUNDS; round++) {
        str values[2];
        twins(&dice, values);
        str one = mask(&dice.arena, kind, values[0]), other = mask(&dice.arena, kind, values[1]);
        if (!str_eq(one, other))
            fail_msg("%.*s tells %.*s from %.*s", STR_ARG(one), STR_ARG(values[0]), STR_ARG(values[1]));
        arena_reset(&dice.arena);
    }
    dice_fini(&dice);
}

static void test_4_6_nothing_but_what_is_shown_is_in_a_mask(void **state)
{
    (void)state;
    hold(MASK_PHONE, phone_twins, 1);
    hold(MASK_EMAIL, email_twins, 10);
    hold(MASK_NAME, name_twins, 2);
    hold(MASK_ADDRESS, v4_twins, 3);
    hold(MASK_ADDRESS, v6_twins, 4);
    hold(MASK_AGENT, agent_twins, 5);
    hold(MASK_NOTHING_LEFT, any_twins, 6);
    /* What is not of its kind is hidden whole. */
    hold(MASK_PHONE, any_twins, 7);
    hold(MASK_ADDRESS, any_twins, 8);
    hold(MASK_EMAIL, any_twins, 11);
}

static void test_4_6_any_bytes_at_all_are_masked_to_short_text(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 9);
    for (int round = 0; round < ROUNDS; round++) {
        str value = dice_bytes(&dice, 40);
        for (int kind = MASK_NOTHING_LEFT; kind < MASK_NOT_NEEDED; kind++) {
            str shown = mask(&dice.arena, (enum masking)kind, value);
            assert_true(str_is_utf8(shown));
            assert_in_range(shown.len, value.len ? 2 : 0, 43);
            /* Masking again shows no more. */
            str again = mask(&dice.arena, (enum masking)kind, shown);
            assert_true(again.len <= shown.len || str_eq(again, S("***")));
        }
        arena_reset(&dice.arena);
    }
    dice_fini(&dice);
}

/* Whoever adds a field to the catalogue and forgets its mask hides it. */
static void test_4_6_the_catalogue_says_how_each_field_is_masked(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    assert_true(str_eq(mask_field(&arena, FIELD_PHONE, S("+4915112345678")), S("+49***78")));
    assert_true(str_eq(mask_field(&arena, FIELD_EMAIL, S("ada@example.org")), S("a***@example.org")));
    assert_true(str_eq(mask_field(&arena, FIELD_DISPLAY_NAME, S("Ada")), S("A**")));
    assert_true(str_eq(mask_field(&arena, FIELD_DEVICE_ADDRESS, S("203.0.113.9")), S("203.0.0.0/16")));
    assert_true(str_eq(mask_field(&arena, FIELD_PASSWORD_HASH, S("$argon2id$x")), S("***")));
    assert_true(str_eq(mask_field(&arena, FIELD_NONE, S("Ada")), S("***")));
    assert_int_equal(MASK_NOTHING_LEFT, 0);
    for (int field = FIELD_LOCALPART; field <= FIELD_DEVICE_AGENT; field++)
        assert_int_not_equal(catalogue_row((enum personal_field)field)->masking, MASK_NOT_NEEDED);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_4_6_a_mask_shows_what_is_said_of_its_kind),
        cmocka_unit_test(test_4_6_nothing_but_what_is_shown_is_in_a_mask),
        cmocka_unit_test(test_4_6_any_bytes_at_all_are_masked_to_short_text),
        cmocka_unit_test(test_4_6_the_catalogue_says_how_each_field_is_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
