/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/map.h"
#include "support/cmocka.h"

static void removing_keeps_everything_else_findable(void **state)
{
    (void)state;
    struct map map = MAP_INIT;
    static int values[5000];
    for (uint64_t i = 0; i < 5000; i++)
        assert_null(map_put(&map, i, &values[i]));
    for (uint64_t i = 0; i < 5000; i += 3)
        assert_ptr_equal(map_remove(&map, i), &values[i]);
    for (uint64_t i = 0; i < 5000; i++)
        assert_ptr_equal(map_get(&map, i), i % 3 ? &values[i] : NULL);
    map_fini(&map);
}

static void text_and_number_keys_do_not_meet(void **state)
{
    (void)state;
    struct map map = MAP_INIT;
    int a, b;
    map_put_str(&map, S("1"), &a);
    map_put(&map, 1, &b);
    assert_ptr_equal(map_get_str(&map, S("1")), &a);
    assert_ptr_equal(map_get(&map, 1), &b);
    assert_null(map_get_str(&map, S("2")));
    map_fini(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removing_keeps_everything_else_findable),
        cmocka_unit_test(text_and_number_keys_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
