/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "e2ee/published_keys.h"
#include "support/cmocka.h"

static struct arena arena;

static void names_have_an_algorithm_and_an_id(void **state)
{
    (void)state;
    static const struct {
        const char *name, *algorithm, *id;
    } cases[] = {
        {"signed_curve25519:AAAAHg", "signed_curve25519", "AAAAHg"},
        {"ed25519:a:b", "ed25519", "a:b"},
        {"a:b+/=", "a", "b+/="},
        {"ed25519", NULL, NULL},
        {"ed25519:", NULL, NULL},
        {":AAAAHg", NULL, NULL},
        {"", NULL, NULL},
        {"a b:c", NULL, NULL},
        {"a:b\n", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        str algorithm, id;
        enum rc rc = key_name_split(str_of(cases[i].name), &algorithm, &id);
        bool fits = cases[i].id ? rc == RC_OK && str_eq(algorithm, str_of(cases[i].algorithm))
                                      && str_eq(id, str_of(cases[i].id))
                                : rc == RC_INVALID;
        if (!fits)
            fail_msg("%s", cases[i].name);
    }
    char name[KEY_NAME_MAX + 1];
    str algorithm, id;
    memset(name, 'a', sizeof name);
    name[KEY_ALGORITHM_MAX] = ':';
    assert_int_equal(key_name_split(str_from(name, KEY_NAME_MAX), &algorithm, &id), RC_OK);
    assert_int_equal(key_name_split(str_from(name, KEY_NAME_MAX + 1), &algorithm, &id), RC_INVALID);
    name[KEY_ALGORITHM_MAX] = 'a';
    name[KEY_ALGORITHM_MAX + 1] = ':';
    assert_int_equal(key_name_split(str_from(name, KEY_NAME_MAX), &algorithm, &id), RC_INVALID);
}

static enum rc read_device_keys(str text, str *ret_text)
{
    struct error err = {0};
    yyjson_val *object;
    assert_int_equal(json_parse(&arena, text, &object, NULL), RC_OK);
    return device_keys_read(&arena, object, S("@a:b"), S("DEV"), ret_text, &err);
}

#define KEYS "\"keys\":{\"ed25519:DEV\":\"abc\"}"
#define OWN "\"user_id\":\"@a:b\",\"device_id\":\"DEV\""

static void a_devices_keys_are_its_own_and_of_their_form(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum rc rc;
    } cases[] = {
        {"{" OWN ",\"algorithms\":[\"x\"]," KEYS ",\"signatures\":{}}", RC_OK},
        {"{" OWN ",\"algorithms\":[],\"keys\":{},\"signatures\":{}}", RC_OK},
        {"{\"user_id\":\"@c:b\",\"device_id\":\"DEV\",\"algorithms\":[]," KEYS ",\"signatures\":{}}", RC_FORBIDDEN},
        {"{\"user_id\":\"@a:b\",\"device_id\":\"X\",\"algorithms\":[]," KEYS ",\"signatures\":{}}", RC_FORBIDDEN},
        {"{\"device_id\":\"DEV\",\"algorithms\":[]," KEYS ",\"signatures\":{}}", RC_BAD_JSON},
        {"{" OWN "," KEYS ",\"signatures\":{}}", RC_BAD_JSON},
        {"{" OWN ",\"algorithms\":[1]," KEYS ",\"signatures\":{}}", RC_BAD_JSON},
        {"{" OWN ",\"algorithms\":[],\"signatures\":{}}", RC_BAD_JSON},
        {"{" OWN ",\"algorithms\":[],\"keys\":{\"ed25519\":\"abc\"},\"signatures\":{}}", RC_INVALID},
        {"{" OWN ",\"algorithms\":[],\"keys\":{\"ed25519:DEV\":1},\"signatures\":{}}", RC_INVALID},
        {"{" OWN ",\"algorithms\":[]," KEYS "}", RC_BAD_JSON},
        {"{" OWN ",\"algorithms\":[]," KEYS ",\"signatures\":{\"@a:b\":1}}", RC_BAD_JSON},
        {"{" OWN ",\"algorithms\":[]," KEYS ",\"signatures\":{\"@a:b\":{\"k\":1}}}", RC_BAD_JSON},
        {"{" OWN ",\"algorithms\":[]," KEYS ",\"signatures\":{},\"more\":1.5}", RC_BAD_JSON},
    };
    str text;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (read_device_keys(str_of(cases[i].text), &text) != cases[i].rc)
            fail_msg("%s", cases[i].text);
    assert_int_equal(read_device_keys(S("{\"unsigned\":{},\"more\":1," OWN ",\"algorithms\":[],\"keys\":{},"
                                        "\"signatures\":{\"@c:d\":{\"k\":\"s\"},\"@a:b\":{\"k\":\"t\"}}}"),
                                      &text),
                     RC_OK);
    assert_true(str_eq(text, S("{\"algorithms\":[],\"device_id\":\"DEV\",\"keys\":{},\"more\":1,"
                               "\"signatures\":{\"@a:b\":{\"k\":\"t\"}},\"user_id\":\"@a:b\"}")));
}

static str text_of_length(const char *before, size_t len, const char *after)
{
    struct strbuf buf = STRBUF_INIT;
    strbuf_add(&buf, str_of(before));
    for (size_t i = strlen(before) + strlen(after); i < len; i++)
        strbuf_add_char(&buf, 'x');
    strbuf_add(&buf, str_of(after));
    str text = strbuf_to_arena(&buf, &arena);
    strbuf_fini(&buf);
    return text;
}

static void a_devices_keys_have_a_bound(void **state)
{
    (void)state;
    static const char before[] = "{\"algorithms\":[],\"device_id\":\"DEV\",\"keys\":{},\"more\":\"",
                      after[] = "\",\"signatures\":{},\"user_id\":\"@a:b\"}";
    str text;
    assert_int_equal(read_device_keys(text_of_length(before, DEVICE_KEYS_MAX, after), &text), RC_OK);
    assert_int_equal(read_device_keys(text_of_length(before, DEVICE_KEYS_MAX + 1, after), &text), RC_TOO_LARGE);
}

static enum rc read_one_time_key(str json, str *ret_text)
{
    struct error err = {0};
    yyjson_val *value;
    assert_int_equal(json_parse(&arena, json, &value, NULL), RC_OK);
    return one_time_key_read(&arena, value, ret_text, &err);
}

static void a_one_time_key_is_a_string_or_signed(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"\"abc\"", "\"abc\""},
        {"{\"signatures\":{\"@a:b\":{\"k\":\"s\"}},\"key\":\"abc\"}",
         "{\"key\":\"abc\",\"signatures\":{\"@a:b\":{\"k\":\"s\"}}}"},
        {"{\"key\":\"abc\"}", NULL},
        {"{\"signatures\":{}}", NULL},
        {"{\"key\":1,\"signatures\":{}}", NULL},
        {"{\"key\":\"abc\",\"signatures\":{\"@a:b\":\"s\"}}", NULL},
        {"7", NULL},
        {"[]", NULL},
        {"null", NULL},
    };
    str text;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum rc rc = read_one_time_key(str_of(cases[i].json), &text);
        if (cases[i].text ? rc != RC_OK || !str_eq(text, str_of(cases[i].text)) : rc != RC_BAD_JSON)
            fail_msg("%s", cases[i].json);
    }
    assert_int_equal(read_one_time_key(text_of_length("\"", ONE_TIME_KEY_MAX, "\""), &text), RC_OK);
    assert_int_equal(read_one_time_key(text_of_length("\"", ONE_TIME_KEY_MAX + 1, "\""), &text), RC_TOO_LARGE);
}

#define PUBLIC "SogYyrkTldLz0BXP+GYWs0qaYacUI0RleEqNT8J3riQ"

static void a_cross_signing_key_is_named_after_itself(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum rc rc;
    } cases[] = {
        {"{\"user_id\":\"@a:b\",\"usage\":[\"master\"],\"keys\":{\"ed25519:" PUBLIC "\":\"" PUBLIC "\"}}", RC_OK},
        {"{\"user_id\":\"@c:b\",\"usage\":[\"master\"],\"keys\":{\"ed25519:" PUBLIC "\":\"" PUBLIC "\"}}",
         RC_FORBIDDEN},
        {"{\"user_id\":\"@a:b\",\"usage\":[\"x\"],\"keys\":{\"ed25519:" PUBLIC "\":\"" PUBLIC "\"}}", RC_INVALID},
        {"{\"user_id\":\"@a:b\",\"keys\":{\"ed25519:" PUBLIC "\":\"" PUBLIC "\"}}", RC_INVALID},
        {"{\"user_id\":\"@a:b\",\"usage\":[\"master\"],\"keys\":{\"x:" PUBLIC "\":\"" PUBLIC "\"}}", RC_INVALID},
        {"{\"user_id\":\"@a:b\",\"usage\":[\"master\"],\"keys\":{\"ed25519:" PUBLIC "=\":\"" PUBLIC "=\"}}",
         RC_INVALID},
        {"{\"user_id\":\"@a:b\",\"usage\":[\"master\"],\"keys\":{\"ed25519:abc\":\"abc\"}}", RC_INVALID},
        {"{\"user_id\":\"@a:b\",\"usage\":[\"master\"],\"keys\":{\"ed25519:" PUBLIC "\":7}}", RC_INVALID},
        {"{\"user_id\":\"@a:b\",\"usage\":[\"master\"],\"keys\":{}}", RC_INVALID},
        {"{\"user_id\":\"@a:b\",\"usage\":[\"master\"]}", RC_BAD_JSON},
        {"{\"user_id\":\"@a:b\",\"usage\":\"master\",\"keys\":{\"ed25519:" PUBLIC "\":\"" PUBLIC "\"}}", RC_BAD_JSON},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = {0};
        str public_key, text;
        yyjson_val *object;
        assert_int_equal(json_parse(&arena, str_of(cases[i].text), &object, NULL), RC_OK);
        enum rc rc = cross_signing_key_read(&arena, object, S("@a:b"), S("master"), &public_key, &text, &err);
        if (rc != cases[i].rc || (rc == RC_OK && !str_eq(public_key, S(PUBLIC))))
            fail_msg("%s", cases[i].text);
    }
}

static int set_up(void **state)
{
    (void)state;
    return crypto_init();
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_have_an_algorithm_and_an_id),
        cmocka_unit_test(a_devices_keys_are_its_own_and_of_their_form),
        cmocka_unit_test(a_devices_keys_have_a_bound),
        cmocka_unit_test(a_one_time_key_is_a_string_or_signed),
        cmocka_unit_test(a_cross_signing_key_is_named_after_itself),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
