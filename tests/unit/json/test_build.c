/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"
#include "json/json.h"

static void a_built_document_is_written_compactly(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    yyjson_mut_doc *doc = json_new(&arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc), *list = yyjson_mut_arr(doc);
    json_set_str(doc, object, "text", S("a\"\n"));
    json_set_str(doc, object, "empty", STR_NONE);
    json_set_i64(doc, object, "number", -5);
    json_set_bool(doc, object, "yes", true);
    json_set_raw(doc, object, "raw", S("{\"z\":1,\"a\":2}"));
    yyjson_mut_arr_append(list, json_mut_str(doc, S("x")));
    json_set(doc, object, "list", list);
    str want = S("{\"text\":\"a\\\"\\n\",\"empty\":\"\",\"number\":-5,\"yes\":true,\"raw\":{\"z\":1,\"a\":2},"
                 "\"list\":[\"x\"]}");
    assert_true(str_eq(json_mut_text(&arena, object), want));
    arena_fini(&arena);
}

static void parsed_values_are_written_as_they_were(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct strbuf buf = STRBUF_INIT;
    yyjson_val *root;
    assert_int_equal(json_parse(&arena, S(" {\"b\" : [1, 2.5], \"a\":\"\\u00e9\"} "), &root, NULL), RC_OK);
    str want = S("{\"b\":[1,2.5],\"a\":\"\xc3\xa9\"}");
    assert_true(str_eq(json_text(&arena, root), want));
    strbuf_add_char(&buf, '=');
    json_add_text(&buf, root);
    assert_true(str_eq(str_skip(strbuf_str(&buf), 1), want));
    strbuf_fini(&buf);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_built_document_is_written_compactly),
        cmocka_unit_test(parsed_values_are_written_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
