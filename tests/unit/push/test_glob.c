/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "push/glob.h"

#include "base/arena.h"
#include "support/cmocka.h"

#include <stdlib.h>

struct glob_case {
    const char *pattern, *text;
    bool matches;
};

static void a_pattern_matches_the_whole_text(void **state)
{
    (void)state;
    static const struct glob_case cases[] = {
        {"lunc?*", "Lunch plans", true},
        {"lunc?*", "LUNCH", true},
        {"lunc?*", " lunch", false},
        {"lunc?*", "lunc", false},
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "anything", true},
        {"?", "", false},
        {"?", "ü", true},
        {"?", "😀", true},
        {"??", "😀", false},
        {"a*b*c", "aXbYbZc", true},
        {"a*b*c", "aXbYbZ", false},
        {"*.parley.test", "chat.parley.test", true},
        {"*.parley.test", "parley.test", false},
        {"**a", "bca", true},
        {"ÄÖ", "äö", true},
        {"ПРИВЕТ", "привет", true},
        {"m.room.member", "m.room.members", false},
        {"a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (glob_matches(str_of(cases[i].pattern), str_of(cases[i].text)) != cases[i].matches)
            fail_msg("\"%s\" on \"%s\"", cases[i].pattern, cases[i].text);
}

static void a_pattern_matches_words_of_the_text(void **state)
{
    (void)state;
    static const struct glob_case cases[] = {
        {"ex*ple", "An example event.", true},
        {"ex*ple", "exple", true},
        {"ex*ple", "An exciting triple-whammy", true},
        {"ex*ple", "examples", false},
        {"ex*ple", "an_example", false},
        {"cake", "CAKE!", true},
        {"cake", "cakes", false},
        {"cake", "cheesecake", false},
        {"cake", "cakes and cake", true},
        {"cake*lie", "the cake is a lie", true},
        {"cake*lie", "the cake is a lier", false},
        {"@room", "hey @room!", true},
        {"@room", "hey @roommate", false},
        {"cake", "", false},
        {"t?a", "some tea", true},
        {"t?a", "some tibia", false},
        {"tea", "grünertea", false},
        {"tea", "grün tea", true},
        {"a*", "b abc", true},
        {"*a", "xa b", true},
        {"*", "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (glob_matches_words(str_of(cases[i].pattern), str_of(cases[i].text)) != cases[i].matches)
            fail_msg("\"%s\" in \"%s\"", cases[i].pattern, cases[i].text);
}

static void plain_words_have_no_wildcards(void **state)
{
    (void)state;
    assert_true(text_has_words(S("Bob (*)"), S("hello bob (*), tea?")));
    assert_false(text_has_words(S("B*b"), S("hello bob")));
    assert_false(text_has_words(S("Bob"), S("hello bobby")));
}

/* Backtracking over each start and each star would take hours here. */
static void long_texts_take_no_long_time(void **state)
{
    (void)state;
    enum { LEN = 60000 };
    char *text = xmalloc(LEN);
    for (size_t i = 0; i < LEN; i++)
        text[i] = i % 2 ? 'a' : ' ';
    assert_false(glob_matches_words(S("a*a*a*a*a*b"), str_from(text, LEN)));
    assert_false(glob_matches(S("*a*a*a*a*a*b"), str_from(text, LEN)));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_matches_the_whole_text),
        cmocka_unit_test(a_pattern_matches_words_of_the_text),
        cmocka_unit_test(plain_words_have_no_wildcards),
        cmocka_unit_test(long_texts_take_no_long_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
