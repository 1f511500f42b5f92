/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the SMS says (obligation 1.8) and how a language is chosen. */
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
        cmocka_unit_test(the_header_chooses_by_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
