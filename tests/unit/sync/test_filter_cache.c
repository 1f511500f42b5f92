/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"
#include "sync/filter_cache.h"

static const struct filter *take(struct filter_cache *cache, str text)
{
    const struct filter *filter = NULL;
    assert_int_equal(filter_cache_take(cache, text, &filter, NULL), RC_OK);
    return filter;
}

static void the_same_text_is_parsed_once(void **state)
{
    (void)state;
    struct filter_cache *cache = filter_cache_new();
    char copy[] = "{\"room\":{\"timeline\":{\"limit\":7}}}";
    const struct filter *a = take(cache, str_of(copy));
    copy[0] = 'x'; /* the cache keeps no pointer into the caller's bytes */
    const struct filter *b = take(cache, S("{\"room\":{\"timeline\":{\"limit\":7}}}"));
    const struct filter *other = take(cache, S("{\"room\":{\"timeline\":{\"limit\":8}}}"));
    assert_ptr_equal(a, b);
    assert_ptr_not_equal(a, other);
    assert_int_equal(a->timeline.limit, 7);
    filter_unref(&a);
    filter_unref(&b);
    filter_unref(&other);
    filter_cache_free(&cache);
}

static void what_is_no_filter_is_refused_and_forgotten(void **state)
{
    (void)state;
    struct filter_cache *cache = filter_cache_new();
    const struct filter *filter = NULL;
    assert_int_equal(filter_cache_take(cache, S("{"), &filter, NULL), RC_NOT_JSON);
    assert_int_equal(filter_cache_take(cache, S("{\"room\":1}"), &filter, NULL), RC_BAD_JSON);
    assert_null(filter);
    filter_cache_free(&cache);
}

static void a_filter_that_is_held_outlives_many_others_and_the_cache(void **state)
{
    (void)state;
    struct filter_cache *cache = filter_cache_new();
    const struct filter *kept = take(cache, S("{\"room\":{\"timeline\":{\"limit\":5}}}"));
    for (int i = 0; i < 500; i++) {
        char text[64];
        snprintf(text, sizeof text, "{\"room\":{\"timeline\":{\"limit\":%d}}}", 100 + i);
        const struct filter *filter = take(cache, str_of(text));
        filter_unref(&filter);
    }
    const struct filter *again = take(cache, S("{\"room\":{\"timeline\":{\"limit\":5}}}"));
    assert_ptr_equal(again, kept);
    filter_unref(&again);
    filter_cache_free(&cache);
    assert_int_equal(kept->timeline.limit, 5);
    filter_unref(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_text_is_parsed_once),
        cmocka_unit_test(what_is_no_filter_is_refused_and_forgotten),
        cmocka_unit_test(a_filter_that_is_held_outlives_many_others_and_the_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
