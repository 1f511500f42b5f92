/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "base/fold.h"

static void letters_lose_their_case_and_nothing_else(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"Ann-Marie_7", "ann-marie_7"},
        {"ÄÖÜ ß ×÷", "äöü ß ×÷"},
        {"ΟΔΥΣΣΕΥΣ ς", "οδυσσευσ σ"},
        {"ЁЖИК ёжик", "ёжик ёжик"},
        {"王小明 😀 Ａ", "王小明 😀 Ａ"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        str folded = {out, (size_t)(fold_into(out, str_of(cases[i][0])) - out)};
        if (!str_eq(folded, str_of(cases[i][1])))
            fail_msg("%s became %.*s", cases[i][0], STR_ARG(folded));
    }
}

static void a_text_may_be_folded_where_it_stands(void **state)
{
    char text[] = "ÄRZTIN АННА 王";
    (void)state;
    fold_into(text, str_of(text));
    assert_string_equal(text, "ärztin анна 王");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_lose_their_case_and_nothing_else),
        cmocka_unit_test(a_text_may_be_folded_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
