/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "preview/cache.h"

static struct arena arena = ARENA_INIT;

static int make(void **state)
{
    *state = preview_cache_new();
    return 0;
}

static int unmake(void **state)
{
    struct preview_cache *cache = *state;
    preview_cache_free(&cache);
    arena_fini(&arena);
    return 0;
}

#define CHECK_KEPT(url, now, expected) assert_true(str_eq(preview_cache_get(*state, url, now, &arena), expected))

static void an_answer_is_kept_until_its_time(void **state)
{
    preview_cache_put(*state, S("https://a.test/"), S("{}"), 1000);
    CHECK_KEPT(S("https://a.test/"), 999, S("{}"));
    CHECK_KEPT(S("https://a.test/"), 1000, STR_NONE);
    CHECK_KEPT(S("https://a.test"), 999, STR_NONE);
}

static void a_newer_answer_takes_the_place_of_the_older(void **state)
{
    preview_cache_put(*state, S("https://a.test/"), S("{\"a\":1}"), 1000);
    preview_cache_put(*state, S("https://a.test/"), S("{\"a\":2}"), 2000);
    CHECK_KEPT(S("https://a.test/"), 1500, S("{\"a\":2}"));
}

static void it_holds_so_many_and_no_more(void **state)
{
    enum { MANY = PREVIEW_CACHE_SETS * PREVIEW_CACHE_WAYS * 4 };
    size_t kept = 0;
    for (int i = 0; i < MANY; i++)
        preview_cache_put(*state, arena_printf(&arena, "https://a.test/%d", i), S("{}"), 1000 + i);
    for (int i = 0; i < MANY; i++)
        kept += preview_cache_get(*state, arena_printf(&arena, "https://a.test/%d", i), 0, &arena).len > 0;
    assert_in_range(kept, PREVIEW_CACHE_SETS, PREVIEW_CACHE_SETS * PREVIEW_CACHE_WAYS);
    /* What ends last is still there. */
    CHECK_KEPT(arena_printf(&arena, "https://a.test/%d", MANY - 1), 0, S("{}"));
}

static void what_is_too_long_is_not_kept(void **state)
{
    static char much[PREVIEW_CACHE_ANSWER_MAX + 1];
    preview_cache_put(*state, S("https://a.test/"), str_from(much, sizeof much), 1000);
    CHECK_KEPT(S("https://a.test/"), 0, STR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_is_kept_until_its_time, make, unmake),
        cmocka_unit_test_setup_teardown(a_newer_answer_takes_the_place_of_the_older, make, unmake),
        cmocka_unit_test_setup_teardown(it_holds_so_many_and_no_more, make, unmake),
        cmocka_unit_test_setup_teardown(what_is_too_long_is_not_kept, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
