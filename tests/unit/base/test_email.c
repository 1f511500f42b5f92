/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* E-mail addresses: what is taken, in which form, and what is not (RFC 5321, and spec appendix "3PID Types"). */
#include "base/arena.h"
#include "base/email.h"
#include "support/cmocka.h"

#include <stdio.h>

static void addresses_have_one_form(void **state)
{
    static const struct {
        const char *typed, *form;
    } cases[] = {
        {"ada@example.org", "ada@example.org"},
        {"  Ada.Lovelace@Example.ORG\n", "ada.lovelace@example.org"},
        {"a+b_c!#$%&'*/=?^`{|}~-@mail.example", "a+b_c!#$%&'*/=?^`{|}~-@mail.example"},
        {"a@xn--bcher-kva.example", "a@xn--bcher-kva.example"},
        {"1@1.example.co", "1@1.example.co"},
        {"a@8ball.example", "a@8ball.example"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct email email;
        assert_int_equal(email_parse(str_of(cases[i].typed), &email), RC_OK);
        assert_string_equal(email.text, cases[i].form);
    }
}

static void an_address_has_two_parts(void **state)
{
    struct email email;
    (void)state;
    assert_int_equal(email_parse(S("ada@mail.example.org"), &email), RC_OK);
    assert_true(str_eq(email_local(&email), S("ada")));
    assert_true(str_eq(email_host(&email), S("mail.example.org")));
}

static void what_is_none_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "ada",
        "@example.org",
        "ada@",
        "ada@example",
        "ada@@example.org",
        "a@b@example.org",
        ".ada@example.org",
        "ada.@example.org",
        "a..b@example.org",
        "ada@.example.org",
        "ada@example.org.",
        "ada@example..org",
        "ada@-example.org",
        "ada@example-.org",
        "ada@192.0.2.1",
        "ada@[192.0.2.1]",
        "ada@exa_mple.org",
        "\"ada b\"@example.org",
        "ada(x)@example.org",
        "Ada <ada@example.org>",
        "mailto:ada@example.org,b@example.org",
        "ada b@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada\n@example.org",
        "ada\x7f@example.org",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct email email;
        if (email_parse(str_of(cases[i]), &email) != RC_INVALID)
            fail_msg("taken: %s", cases[i]);
    }
    struct email email;
    assert_int_equal(email_parse(S("ada@example.org\0x"), &email), RC_INVALID);
}

static void other_scripts_are_told_apart_from_mistakes(void **state)
{
    struct email email;
    (void)state;
    assert_int_equal(email_parse(S("ada@b\xc3\xbc"
                                   "cher.example"),
                                 &email),
                     RC_UNSUPPORTED);
    assert_int_equal(email_parse(S("\xe5\xbc\xa0@example.org"), &email), RC_UNSUPPORTED);
}

/* 64 before the '@', 63 a label, 254 in all. */
static void lengths_are_limited(void **state)
{
    static const struct {
        int local, label, labels;
        enum rc rc;
    } cases[] = {
        {64, 10, 1, RC_OK},     {65, 10, 1, RC_INVALID}, {1, 63, 1, RC_OK},
        {1, 64, 1, RC_INVALID}, {62, 63, 3, RC_OK},      {63, 63, 3, RC_INVALID}, /* 62 + 1 + 3 · 63 + 2 = 254 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        struct email email;
        int len = 0;
        for (int c = 0; c < cases[i].local; c++)
            text[len++] = 'a';
        text[len++] = '@';
        for (int l = 0; l < cases[i].labels; l++) {
            for (int c = 0; c < cases[i].label; c++)
                text[len++] = 'b';
            text[len++] = '.';
        }
        if (cases[i].labels < 3)
            len += snprintf(text + len, sizeof text - (size_t)len, "org");
        else
            len--; /* the last label ends it */
        assert_int_equal(email_parse(str_from(text, (size_t)len), &email), cases[i].rc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_one_form), cmocka_unit_test(an_address_has_two_parts),
        cmocka_unit_test(what_is_none_is_refused), cmocka_unit_test(other_scripts_are_told_apart_from_mistakes),
        cmocka_unit_test(lengths_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
