/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"
#include "json/json.h"

static enum rc parse(str text)
{
    struct arena arena = ARENA_INIT;
    struct error err;
    yyjson_val *root;
    enum rc rc = json_parse(&arena, text, &root, &err);
    arena_fini(&arena);
    return rc;
}

static void malformed_text_is_not_json(void **state)
{
    (void)state;
    const str bad[] = {
        S(""),
        S(" "),
        S("{"),
        S("{}x"),
        S("{} {}"),
        S("{\"a\":1,}"),
        S("[1,]"),
        S("{'a':1}"),
        S("NaN"),
        S("Infinity"),
        S("01"),
        S("+1"),
        S("\"\x01\""),
        S("\"\\x\""),
        S("// c\n{}"),
        S("\"\xff\""),
        S("\"\xed\xa0\x80\""),
        S("\xef\xbb\xbf{}"),
        S("\"\\ud800\""),
        S("\"\\udc00\""),
        S("\"\\ud800\\u0041\""),
        S("\"\\ud83d\""),
        S("{}\0"),
        S("\"\xc0\xaf\""),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(parse(bad[i]), RC_NOT_JSON);
}

static void any_top_level_value_parses(void **state)
{
    (void)state;
    const str good[] = {S("{}"), S("[]"), S("null"), S("true"), S("-1.5e3"), S("\"\\ud83d\\ude00\""), S(" {\"\":0}\n")};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(parse(good[i]), RC_OK);
}

static enum rc parse_nested(int depth)
{
    struct strbuf buf = STRBUF_INIT;
    for (int i = 0; i < depth; i++)
        strbuf_add(&buf, i % 2 ? S("[") : S("{\"a\":"));
    strbuf_add(&buf, S("1"));
    for (int i = depth; i-- > 0;)
        strbuf_add_char(&buf, i % 2 ? ']' : '}');
    enum rc rc = parse(strbuf_str(&buf));
    strbuf_fini(&buf);
    return rc;
}

static void nesting_ends_at_the_limit(void **state)
{
    (void)state;
    assert_int_equal(parse_nested(JSON_MAX_DEPTH), RC_OK);
    assert_int_equal(parse_nested(JSON_MAX_DEPTH + 1), RC_BAD_JSON);
    assert_int_equal(parse_nested(200000), RC_BAD_JSON);
}

/* {"k0":0, … } with one more key at the end. */
static enum rc parse_keys(int count, str last)
{
    struct strbuf buf = STRBUF_INIT;
    strbuf_add_char(&buf, '{');
    for (int i = 0; i < count; i++)
        strbuf_printf(&buf, "\"k%d\":%d,", i, i);
    strbuf_printf(&buf, "\"%.*s\":0}", STR_ARG(last));
    enum rc rc = parse(strbuf_str(&buf));
    strbuf_fini(&buf);
    return rc;
}

static void a_key_named_twice_is_refused(void **state)
{
    (void)state;
    assert_int_equal(parse(S("{\"a\":1,\"a\":2}")), RC_BAD_JSON);
    assert_int_equal(parse(S("{\"a\":1,\"\\u0061\":2}")), RC_BAD_JSON);
    assert_int_equal(parse(S("[{\"x\":{\"a\":1,\"b\":1,\"a\":1}}]")), RC_BAD_JSON);
    assert_int_equal(parse(S("{\"a\":1,\"A\":2,\"a\\u0000\":3}")), RC_OK);
    const int counts[] = {1, 5, 11, 12, 13, 100, 50000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        assert_int_equal(parse_keys(counts[i], S("k0")), RC_BAD_JSON);
        assert_int_equal(parse_keys(counts[i], S("other")), RC_OK);
    }
}

static void the_text_may_go_after_parsing(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    char text[] = "{\"name\":\"Ada\"}";
    yyjson_val *root;
    str name;
    assert_int_equal(json_parse(&arena, str_of(text), &root, NULL), RC_OK);
    memset(text, 'x', sizeof text);
    assert_int_equal(json_need_str(root, "name", &name, NULL), RC_OK);
    assert_true(str_eq(name, S("Ada")));
    arena_fini(&arena);
}

static void an_object_is_demanded_and_empty_may_stand_for_one(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    yyjson_val *root;
    assert_int_equal(json_parse_object(&arena, S("[]"), true, &root, NULL), RC_BAD_JSON);
    assert_int_equal(json_parse_object(&arena, S("1"), true, &root, NULL), RC_BAD_JSON);
    assert_int_equal(json_parse_object(&arena, S(""), false, &root, NULL), RC_NOT_JSON);
    assert_int_equal(json_parse_object(&arena, STR_NONE, true, &root, NULL), RC_OK);
    assert_int_equal(yyjson_obj_size(root), 0);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_text_is_not_json),
        cmocka_unit_test(any_top_level_value_parses),
        cmocka_unit_test(nesting_ends_at_the_limit),
        cmocka_unit_test(a_key_named_twice_is_refused),
        cmocka_unit_test(the_text_may_go_after_parsing),
        cmocka_unit_test(an_object_is_demanded_and_empty_may_stand_for_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
