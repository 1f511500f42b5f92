/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What messages say (obligation 1.8) and how a language is chosen. */
#include "notify/templates.h"
#include "support/cmocka.h"

static void the_last_line_is_bound_to_the_origin(void **state)
{
    (void)state;
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        struct strbuf text = STRBUF_INIT;
        template_code_sms(&text, (enum language)i, S("Example"), S("chat.example.org"), S("012345"));
        assert_true(str_ends(strbuf_str(&text), S("\n@chat.example.org #012345")));
        assert_true(str_contains(strbuf_str(&text), S("Example")));
        strbuf_fini(&text);
    }
}

static void a_mail_has_one_line_of_subject_and_says_who_writes(void **state)
{
    (void)state;
    for (int kind = MAIL_REGISTER; kind <= MAIL_TAKEN; kind++)
        for (int i = 0; i < LANGUAGE_COUNT; i++) {
            struct strbuf subject = STRBUF_INIT, text = STRBUF_INIT;
            struct mail_words words = {.kind = (enum mail_kind)kind,
                                       .language = (enum language)i,
                                       .operator_name = S("Example"),
                                       .host = S("chat.example.org")};
            if (kind != MAIL_TAKEN) {
                words.code = S("012345");
                words.link = S("https://chat.example.org/confirm?token=abc");
            }
            template_mail(&subject, &text, &words);
            assert_true(str_starts(strbuf_str(&subject), S("Example")));
            assert_false(str_contains(strbuf_str(&subject), S("\n")));
            assert_int_equal(str_contains(strbuf_str(&text), S("012345")), kind != MAIL_TAKEN);
            /* On a line of its own, so that every reader makes it a link. */
            assert_int_equal(str_contains(strbuf_str(&text), S("\nhttps://chat.example.org/confirm?token=abc\n")),
                             kind != MAIL_TAKEN);
            assert_true(str_ends(strbuf_str(&text), S("\n-- \nExample\nchat.example.org\n")));
            strbuf_fini(&subject);
            strbuf_fini(&text);
        }
}

static void the_header_chooses_by_weight(void **state)
{
    static const struct {
        const char *header;
        enum language language;
    } cases[] = {
        {"", LANGUAGE_EN},
        {"zh-CN", LANGUAGE_ZH_CN},
        {"zh", LANGUAGE_ZH_CN},
        {"de, fr;q=0.5", LANGUAGE_EN},
        {"de, zh-TW;q=0.3", LANGUAGE_ZH_CN},
        {"en;q=0.4, zh;q=0.8", LANGUAGE_ZH_CN},
        {"en;q=0.9, zh;q=0.8", LANGUAGE_EN},
        {"zh;q=0, en", LANGUAGE_EN},
        {",,;q=,", LANGUAGE_EN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(language_of_header(str_of(cases[i].header)), cases[i].language);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_line_is_bound_to_the_origin),
        cmocka_unit_test(a_mail_has_one_line_of_subject_and_says_who_writes),
        cmocka_unit_test(the_header_chooses_by_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
