/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"
#include "sync/filter.h"

static struct arena arena;

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static struct filter parse(const char *text)
{
    struct filter filter;
    struct error err;
    yyjson_val *object;
    assert_int_equal(json_parse_object(&arena, str_of(text), false, &object, &err), RC_OK);
    assert_int_equal(filter_parse(&arena, object, &filter, &err), RC_OK);
    return filter;
}

static void no_filter_lets_everything_through(void **state)
{
    (void)state;
    struct filter filter = parse("{}");
    assert_true(filter.timeline.plain);
    assert_int_equal(filter.timeline.limit, FILTER_DEFAULT_LIMIT);
    assert_true(event_filter_allows_type(&filter.timeline, S("m.room.message"), S("@a:b")));
    assert_true(filter_allows_room(&filter, S("!r")));
}

static void an_empty_list_means_nothing(void **state)
{
    (void)state;
    struct filter filter = parse("{\"room\":{\"rooms\":[],\"timeline\":{\"types\":[]}}}");
    assert_false(filter_allows_room(&filter, S("!r")));
    assert_false(event_filter_allows_type(&filter.timeline, S("m.room.message"), S("@a:b")));
}

static void exclusion_wins_and_stars_match_any_run(void **state)
{
    (void)state;
    struct filter filter = parse("{\"room\":{\"timeline\":{\"types\":[\"m.room.*\"],\"not_types\":[\"m.*.topic\"]}}}");
    assert_true(event_filter_allows_type(&filter.timeline, S("m.room.name"), S("")));
    assert_false(event_filter_allows_type(&filter.timeline, S("m.room.topic"), S("")));
    assert_false(event_filter_allows_type(&filter.timeline, S("m.sticker"), S("")));
}

static void wrong_shapes_are_refused(void **state)
{
    (void)state;
    const char *const bad[] = {
        "{\"room\":[]}",
        "{\"room\":{\"timeline\":{\"limit\":\"10\"}}}",
        "{\"room\":{\"timeline\":{\"limit\":-1}}}",
        "{\"room\":{\"timeline\":{\"types\":\"m.room.message\"}}}",
        "{\"presence\":{\"senders\":[1]}}",
        "{\"event_format\":\"other\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct filter filter;
        struct error err;
        yyjson_val *object;
        assert_int_equal(json_parse_object(&arena, str_of(bad[i]), false, &object, &err), RC_OK);
        assert_int_equal(filter_parse(&arena, object, &filter, &err), RC_BAD_JSON);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_filter_lets_everything_through),
        cmocka_unit_test(an_empty_list_means_nothing),
        cmocka_unit_test(exclusion_wins_and_stars_match_any_run),
        cmocka_unit_test(wrong_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
