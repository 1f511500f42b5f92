/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"
#include "json/json.h"

static struct arena arena;

static int parse_sample(void **state)
{
    static yyjson_val *root;
    arena_init(&arena);
    str text = S("{\"s\":\"x\",\"i\":-7,\"b\":true,\"o\":{},\"a\":[\"p\",\"q\"],\"n\":null,\"f\":1.5,"
                 "\"mixed\":[\"p\",1],\"big\":18446744073709551615}");
    if (json_parse_object(&arena, text, false, &root, NULL) != RC_OK)
        return -1;
    *state = root;
    return 0;
}

static int forget_sample(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void absent_and_null_members_take_the_fallback(void **state)
{
    const char *keys[] = {"none", "n"};
    for (size_t k = 0; k < 2; k++) {
        str s = S("unset");
        int64_t i = 0;
        bool b = false;
        yyjson_val *v = *state;
        assert_int_equal(json_get_str(*state, keys[k], &s, NULL), RC_OK);
        assert_null(s.ptr);
        assert_int_equal(json_get_i64(*state, keys[k], 42, &i, NULL), RC_OK);
        assert_int_equal(i, 42);
        assert_int_equal(json_get_bool(*state, keys[k], true, &b, NULL), RC_OK);
        assert_true(b);
        assert_int_equal(json_get_object(*state, keys[k], &v, NULL), RC_OK);
        assert_null(v);
        assert_int_equal(json_need_str(*state, keys[k], &s, NULL), RC_BAD_JSON);
        assert_int_equal(json_need_object(*state, keys[k], &v, NULL), RC_BAD_JSON);
    }
}

static void present_members_are_read(void **state)
{
    str s, *items;
    int64_t i;
    bool b, present;
    size_t count;
    yyjson_val *v;
    assert_int_equal(json_need_str(*state, "s", &s, NULL), RC_OK);
    assert_true(str_eq(s, S("x")));
    assert_int_equal(json_get_i64(*state, "i", 0, &i, NULL), RC_OK);
    assert_int_equal(i, -7);
    assert_int_equal(json_get_bool(*state, "b", false, &b, NULL), RC_OK);
    assert_true(b);
    assert_int_equal(json_need_object(*state, "o", &v, NULL), RC_OK);
    assert_true(yyjson_is_obj(v));
    assert_int_equal(json_get_strs(&arena, *state, "a", &items, &count, &present, NULL), RC_OK);
    assert_true(present && count == 2 && str_eq(items[1], S("q")));
    assert_int_equal(json_get_strs(&arena, *state, "none", &items, &count, &present, NULL), RC_OK);
    assert_true(!present && count == 0);
}

static void a_wrong_type_names_the_key_not_the_value(void **state)
{
    struct error err;
    str s, *items;
    int64_t i;
    bool b;
    size_t count;
    yyjson_val *v;
    assert_int_equal(json_get_str(*state, "i", &s, &err), RC_BAD_JSON);
    assert_string_equal(err.text, "i must be a string");
    assert_int_equal(json_get_i64(*state, "s", 0, &i, &err), RC_BAD_JSON);
    assert_int_equal(json_get_i64(*state, "f", 0, &i, &err), RC_BAD_JSON);
    assert_int_equal(json_get_i64(*state, "big", 0, &i, &err), RC_BAD_JSON);
    assert_int_equal(json_get_bool(*state, "i", false, &b, &err), RC_BAD_JSON);
    assert_int_equal(json_get_object(*state, "a", &v, &err), RC_BAD_JSON);
    assert_int_equal(json_get_array(*state, "o", &v, &err), RC_BAD_JSON);
    assert_int_equal(json_get_strs(&arena, *state, "mixed", &items, &count, NULL, &err), RC_BAD_JSON);
}

static void depth_counts_arrays_and_objects(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int levels;
    } cases[] = {{"1", 0}, {"[]", 1}, {"{}", 1}, {"[1,[2],3]", 2}, {"{\"a\":1,\"b\":{\"c\":[{}]}}", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena scratch = ARENA_INIT;
        yyjson_val *value;
        assert_int_equal(json_parse(&scratch, str_of(cases[i].text), &value, NULL), RC_OK);
        assert_true(json_depth_fits(value, cases[i].levels));
        assert_true(cases[i].levels == 0 || !json_depth_fits(value, cases[i].levels - 1));
        arena_fini(&scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_and_null_members_take_the_fallback),
        cmocka_unit_test(present_members_are_read),
        cmocka_unit_test(a_wrong_type_names_the_key_not_the_value),
        cmocka_unit_test(depth_counts_arrays_and_objects),
    };
    return cmocka_run_group_tests(tests, parse_sample, forget_sample);
}
