/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "search/query.h"

#include "support/cmocka.h"

struct query_case {
    const char *query, *text;
    bool matches;
};

static const struct query_case cases[] = {
    {"", "anything", false},
    {"!?", "anything", false},
    {"red", "a RED fox", true},
    {"fox red", "a red fox", true},
    {"red wolf", "a red fox", false},
    {"re", "a red fox", false},
    {"re*", "a red fox", true},
    {"re* fo*", "a red fox", true},
    {"re *", "a red fox", false},
    {"\"red fox\"", "a red fox", true},
    {"\"fox red\"", "a red fox", false},
    {"„red fox“", "a red, fox", true},
    {"\"a fox\" red", "a red fox", false},
    {"\"red", "a red fox", true},
    {"机器学习", "讨论机器学习吧", true},
    {"机器学习", "学习机器", false},
    {"机器 学习", "学习机器", true},
    {"机器", "机 器", false},
    {"机", "机器", true},
    {"「机器 学习」", "机器学习", true},
    {"か", "が", false},
    {"🎉", "ende 🎉!", true},
};

static void a_text_answers_when_every_part_is_there(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search_query query;
        query_parse(&arena, str_of(cases[i].query), &query);
        if (query_matches(&arena, &query, str_of(cases[i].text), NULL) != cases[i].matches)
            fail_msg("%s in %s", cases[i].query, cases[i].text);
    }
    arena_fini(&arena);
}

static bool has_term(const struct text_term *terms, size_t count, const struct query_term *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(terms[i].text, wanted->text) || (wanted->prefix && str_starts(terms[i].text, wanted->text)))
            return true;
    return false;
}

/* Else the index would not find what is there. */
static void whatever_answers_has_all_terms(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search_query query;
        struct text_term *terms;
        size_t count;
        const struct search_text text = {SEARCH_BODY, str_of(cases[i].text)};
        query_parse(&arena, str_of(cases[i].query), &query);
        text_terms(&arena, &text, &terms, &count);
        for (size_t t = 0; cases[i].matches && t < query.term_count; t++)
            assert_true(has_term(terms, count, &query.terms[t]));
    }
    arena_fini(&arena);
}

static void places_are_as_they_are_written(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct search_query query;
    str items[3];
    struct query_places places = {items, 0, 3};
    query_parse(&arena, S("strasse 北京"), &query);
    assert_true(query_matches(&arena, &query, S("Straße, STRASSE und straße in 北京的北京"), &places));
    assert_int_equal(places.count, 3);
    assert_true(str_eq(items[0], S("Straße")));
    assert_true(str_eq(items[1], S("STRASSE")));
    assert_true(str_eq(items[2], S("北京")));
    arena_fini(&arena);
}

static void a_query_asks_for_no_more_than_it_may(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct search_query query;
    query_parse(&arena, S("a b c d e f g h i j k l m n o p q r s t u"), &query);
    assert_int_equal(query.term_count, QUERY_MAX_TERMS);
    assert_int_equal(query.part_count, 21);
    assert_false(query_matches(&arena, &query, S("a b c d e f g h i j k l m n o p"), NULL));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_answers_when_every_part_is_there), cmocka_unit_test(whatever_answers_has_all_terms),
        cmocka_unit_test(places_are_as_they_are_written), cmocka_unit_test(a_query_asks_for_no_more_than_it_may)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
