/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The examples are those of the spec's appendix "Canonical JSON". */
#include "support/cmocka.h"
#include "json/json.h"

/* The canonical form of text, written once from the parsed and once from a built document. */
static enum rc canonical(str text, struct strbuf *buf)
{
    struct arena arena = ARENA_INIT;
    struct strbuf built = STRBUF_INIT;
    yyjson_val *root;
    assert_int_equal(json_parse(&arena, text, &root, NULL), RC_OK);
    enum rc rc = json_canonical(buf, root, NULL);
    yyjson_mut_doc *doc = json_new(&arena);
    assert_int_equal(json_mut_canonical(&built, yyjson_val_mut_copy(doc, root), NULL), rc);
    if (rc == RC_OK)
        assert_true(str_eq(strbuf_str(buf), strbuf_str(&built)));
    strbuf_fini(&built);
    arena_fini(&arena);
    return rc;
}

static void canonical_is(const char *text, const char *want)
{
    struct strbuf buf = STRBUF_INIT;
    assert_int_equal(canonical(str_of(text), &buf), RC_OK);
    assert_string_equal(buf.ptr, want);
    strbuf_fini(&buf);
}

static void the_examples_of_the_spec_hold(void **state)
{
    (void)state;
    canonical_is("{}", "{}");
    canonical_is("{\"one\": 1, \"two\": \"Two\"}", "{\"one\":1,\"two\":\"Two\"}");
    canonical_is("{\"b\": \"2\", \"a\": \"1\"}", "{\"a\":\"1\",\"b\":\"2\"}");
    canonical_is("{\"auth\": {\"success\": true, \"mxid\": \"@john.doe:example.com\", \"profile\": {\"display_name\": "
                 "\"John Doe\", \"three_pids\": [{\"medium\": \"email\", \"address\": \"john.doe@example.org\"}, "
                 "{\"medium\": \"msisdn\", \"address\": \"123456789\"}]}}}",
                 "{\"auth\":{\"mxid\":\"@john.doe:example.com\",\"profile\":{\"display_name\":\"John Doe\","
                 "\"three_pids\":[{\"address\":\"john.doe@example.org\",\"medium\":\"email\"},{\"address\":"
                 "\"123456789\",\"medium\":\"msisdn\"}]},\"success\":true}}");
    canonical_is("{\"a\": \"日本語\"}", "{\"a\":\"日本語\"}");
    canonical_is("{\"本\": 2, \"日\": 1}", "{\"日\":1,\"本\":2}");
    canonical_is("{\"a\": \"\\u65E5\"}", "{\"a\":\"日\"}");
    canonical_is("{\"a\": null}", "{\"a\":null}");
    canonical_is("{\"a\": -0, \"b\": 1e10}", "{\"a\":0,\"b\":10000000000}");
}

static void keys_sort_by_code_point(void **state)
{
    (void)state;
    /* UTF-16 order would put the emoji (U+1F600) before U+FFFD. */
    canonical_is("{\"\xf0\x9f\x98\x80\":1,\"\xef\xbf\xbd\":2}", "{\"\xef\xbf\xbd\":2,\"\xf0\x9f\x98\x80\":1}");
    canonical_is("{\"abcdefghi\":1,\"abcdefgh\":2,\"abcdefg\":3,\"\":4,\"abcdefgha\":5}",
                 "{\"\":4,\"abcdefg\":3,\"abcdefgh\":2,\"abcdefgha\":5,\"abcdefghi\":1}");
    canonical_is("{\"a\\u0000\":1,\"a\":2}", "{\"a\":2,\"a\\u0000\":1}");
}

static void large_objects_sort_too(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT, want = STRBUF_INIT, got = STRBUF_INIT;
    strbuf_add_char(&text, '{');
    strbuf_add_char(&want, '{');
    for (int i = 0; i < 1000; i++) {
        strbuf_printf(&text, "%s\"key%03d\":%d", i ? "," : "", 999 - i, i);
        strbuf_printf(&want, "%s\"key%03d\":%d", i ? "," : "", i, 999 - i);
    }
    strbuf_add_char(&text, '}');
    strbuf_add_char(&want, '}');
    assert_int_equal(canonical(strbuf_str(&text), &got), RC_OK);
    assert_true(str_eq(strbuf_str(&got), strbuf_str(&want)));
    strbuf_fini(&text);
    strbuf_fini(&want);
    strbuf_fini(&got);
}

static void only_what_must_be_is_escaped(void **state)
{
    (void)state;
    canonical_is("\"\\b\\t\\n\\f\\r\\\"\\\\\\/\\u0001\\u001F\\u007f\\u2028\"",
                 "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0001\\u001f\x7f\xe2\x80\xa8\"");
    /* At every offset of the eight bytes that are looked at together. */
    canonical_is("\"0123456\\n89abcdef\\\"12345678\\\\\"", "\"0123456\\n89abcdef\\\"12345678\\\\\"");
    canonical_is("\"\\n\\n\\n\\n\\n\\n\\n\\n\\n\"", "\"\\n\\n\\n\\n\\n\\n\\n\\n\\n\"");
}

static void numbers_are_integers_of_53_bits(void **state)
{
    (void)state;
    canonical_is("[9007199254740991,-9007199254740991,0,1.0,-2e3]", "[9007199254740991,-9007199254740991,0,1,-2000]");
    const str bad[] = {S("9007199254740992"),
                       S("-9007199254740992"),
                       S("1.5"),
                       S("1e300"),
                       S("1e-1"),
                       S("1e16"),
                       S("18446744073709551615"),
                       S("-9223372036854775808"),
                       S("123456789012345678901234567890")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct strbuf buf = STRBUF_INIT;
        assert_int_equal(canonical(bad[i], &buf), RC_BAD_JSON);
        strbuf_fini(&buf);
    }
}

static void spliced_text_is_put_in_order(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct strbuf buf = STRBUF_INIT;
    yyjson_mut_doc *doc = json_new(&arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_raw(doc, object, "raw", S("{\"z\": 1, \"a\": 2}"));
    assert_int_equal(json_mut_canonical(&buf, object, NULL), RC_OK);
    assert_string_equal(buf.ptr, "{\"raw\":{\"a\":2,\"z\":1}}");
    strbuf_fini(&buf);
    arena_fini(&arena);
}

static void what_is_written_can_be_parsed_again(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct strbuf buf = STRBUF_INIT;
    yyjson_mut_doc *doc = json_new(&arena);
    yyjson_mut_val *value = yyjson_mut_obj(doc);
    for (int i = 1; i < JSON_MAX_DEPTH; i++) {
        yyjson_mut_val *outer = yyjson_mut_obj(doc);
        json_set(doc, outer, "a", value);
        value = outer;
    }
    assert_int_equal(json_mut_canonical(&buf, value, NULL), RC_OK);
    yyjson_val *root;
    assert_int_equal(json_parse(&arena, strbuf_str(&buf), &root, NULL), RC_OK);
    yyjson_mut_val *outer = yyjson_mut_obj(doc);
    json_set(doc, outer, "a", value);
    assert_int_equal(json_mut_canonical(&buf, outer, NULL), RC_BAD_JSON);
    strbuf_fini(&buf);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_spec_hold),
        cmocka_unit_test(keys_sort_by_code_point),
        cmocka_unit_test(large_objects_sort_too),
        cmocka_unit_test(only_what_must_be_is_escaped),
        cmocka_unit_test(numbers_are_integers_of_53_bits),
        cmocka_unit_test(spliced_text_is_put_in_order),
        cmocka_unit_test(what_is_written_can_be_parsed_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
