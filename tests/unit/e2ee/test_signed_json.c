/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "e2ee/signed_json.h"
#include "support/cmocka.h"

static struct arena arena;

static yyjson_val *parse(const char *text)
{
    yyjson_val *root;
    assert_int_equal(json_parse(&arena, str_of(text), &root, NULL), RC_OK);
    return root;
}

static void assert_text(str text, const char *expected)
{
    if (!str_eq(text, str_of(expected)))
        fail_msg("%.*s is not %s", STR_ARG(text), expected);
}

/* The seed and signatures of the specification's appendix "Cryptographic Test Vectors". */
static str public_key(void)
{
    struct crypto_key seed;
    struct crypto_signer signer;
    str bytes;
    assert_int_equal(crypto_base64_decode(&arena, S("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"), &bytes), RC_OK);
    memcpy(seed.bytes, bytes.ptr, sizeof seed.bytes);
    crypto_signer_from_seed(&seed, &signer);
    return crypto_base64(&arena, str_from(signer.public_key, sizeof signer.public_key), false);
}

static void the_specifications_signatures_are_good(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "{\"signatures\":{\"domain\":{\"ed25519:1\":\"K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/"
        "7Xg4ahLwYGYZzuHGZKM5ZAQ\"}}}",
        "{\"two\":\"Two\",\"unsigned\":{\"x\":1.5},\"one\":1,\"signatures\":{\"domain\":{\"ed25519:1\":\"KqmLSbO39/"
        "Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw\"}}}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        yyjson_val *object = parse(cases[i]);
        str message, signature = signed_json_signature(object, S("domain"), S("ed25519:1"));
        assert_int_equal(signed_json_message(&arena, object, &message, NULL), RC_OK);
        assert_true(signature_is_good(&arena, message, signature, public_key()));
        assert_false(signature_is_good(&arena, S("{\"three\":3}"), signature, public_key()));
    }
}

static void what_is_no_signature_or_key_is_not_good(void **state)
{
    (void)state;
    static const char good[] = "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ";
    str key = public_key();
    assert_true(signature_is_good(&arena, S("{}"), str_of(good), key));
    assert_false(signature_is_good(&arena, S("{}"), str_of(good), str_head(key, key.len - 2)));
    assert_false(signature_is_good(&arena, S("{}"), str_of(good), S("!")));
    assert_false(signature_is_good(&arena, S("{}"), S("!"), key));
    assert_false(signature_is_good(&arena, S("{}"), str_head(str_of(good), 40), key));
    assert_false(signature_is_good(&arena, S("{}"), STR_NONE, key));
}

static void signatures_are_found_by_person_and_key(void **state)
{
    (void)state;
    yyjson_val *object = parse("{\"signatures\":{\"@a:b\":{\"ed25519:X\":\"abc\",\"n\":7}}}");
    assert_text(signed_json_signature(object, S("@a:b"), S("ed25519:X")), "abc");
    assert_null(signed_json_signature(object, S("@a:b"), S("ed25519:Y")).ptr);
    assert_null(signed_json_signature(object, S("@a:b"), S("n")).ptr);
    assert_null(signed_json_signature(object, S("@c:d"), S("ed25519:X")).ptr);
    assert_null(signed_json_signature(parse("{}"), S("@a:b"), S("ed25519:X")).ptr);
}

static void one_persons_signatures_are_kept(void **state)
{
    (void)state;
    str text;
    yyjson_val *object = parse(
        "{\"unsigned\":{\"x\":1},\"b\":1,\"a\":2,\"signatures\":{\"@c:d\":{\"k\":\"s\"},\"@a:b\":{\"k\":\"t\"}}}");
    assert_int_equal(signed_json_of_user(&arena, object, S("@a:b"), &text, NULL), RC_OK);
    assert_text(text, "{\"a\":2,\"b\":1,\"signatures\":{\"@a:b\":{\"k\":\"t\"}}}");
    assert_int_equal(signed_json_of_user(&arena, object, S("@e:f"), &text, NULL), RC_OK);
    assert_text(text, "{\"a\":2,\"b\":1,\"signatures\":{}}");
}

static void signatures_are_put_beside_those_there_are(void **state)
{
    (void)state;
    yyjson_mut_doc *doc = json_new(&arena);
    yyjson_mut_val *object = yyjson_val_mut_copy(doc, parse("{\"signatures\":{\"@a:b\":{\"k\":\"s\"}}}"));
    signed_json_add(doc, object, S("@a:b"), S("l"), S("t"));
    signed_json_add(doc, object, S("@c:d"), S("m"), S("u"));
    signed_json_add(doc, object, S("@c:d"), S("m"), S("v"));
    assert_text(json_mut_text(&arena, object),
                "{\"signatures\":{\"@a:b\":{\"k\":\"s\",\"l\":\"t\"},\"@c:d\":{\"m\":\"v\"}}}");
    object = yyjson_mut_obj(doc);
    signed_json_add(doc, object, S("@a:b"), S("k"), S("s"));
    assert_text(json_mut_text(&arena, object), "{\"signatures\":{\"@a:b\":{\"k\":\"s\"}}}");
}

static void numbers_without_a_canonical_form_are_refused(void **state)
{
    (void)state;
    str text;
    struct error err = {0};
    assert_int_equal(signed_json_message(&arena, parse("{\"a\":1.5}"), &text, &err), RC_BAD_JSON);
    assert_int_equal(signed_json_of_user(&arena, parse("{\"a\":1.5}"), S("@a:b"), &text, &err), RC_BAD_JSON);
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
        cmocka_unit_test(the_specifications_signatures_are_good),
        cmocka_unit_test(what_is_no_signature_or_key_is_not_good),
        cmocka_unit_test(signatures_are_found_by_person_and_key),
        cmocka_unit_test(one_persons_signatures_are_kept),
        cmocka_unit_test(signatures_are_put_beside_those_there_are),
        cmocka_unit_test(numbers_without_a_canonical_form_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
