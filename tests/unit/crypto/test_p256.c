/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The keys are those of RFC 8291, appendix A. */
#include "crypto/p256.h"

#include "support/cmocka.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return crypto_init() == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static str decoded(str text)
{
    str bytes;
    assert_int_equal(crypto_base64_decode(&arena, text, &bytes), RC_OK);
    return bytes;
}

static struct p256_key key_of(str secret)
{
    struct crypto_key bytes;
    struct p256_key key;
    memcpy(bytes.bytes, decoded(secret).ptr, sizeof bytes.bytes);
    assert_int_equal(p256_key_from(&bytes, &key), RC_OK);
    return key;
}

static str point_of(const struct p256_key *key)
{
    return str_from(key->point, sizeof key->point);
}

static const str server_secret = STR_INIT("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
static const str browser_secret = STR_INIT("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");

static void the_public_key_follows_from_the_secret(void **state)
{
    (void)state;
    struct p256_key server = key_of(server_secret);
    str expected =
        decoded(S("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"));
    assert_true(str_eq(point_of(&server), expected));
    assert_true(p256_is_point(expected));
}

static void two_sides_agree_on_one_secret(void **state)
{
    (void)state;
    struct p256_key server = key_of(server_secret), browser = key_of(browser_secret);
    struct crypto_key one, other;
    assert_int_equal(p256_agree(&server, point_of(&browser), &one), RC_OK);
    assert_int_equal(p256_agree(&browser, point_of(&server), &other), RC_OK);
    assert_memory_equal(one.bytes, other.bytes, sizeof one.bytes);
    str expected = decoded(S("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"));
    assert_memory_equal(one.bytes, expected.ptr, expected.len);
}

static void what_is_no_point_of_the_curve_is_refused(void **state)
{
    (void)state;
    struct p256_key key = key_of(server_secret);
    struct crypto_key shared;
    unsigned char off[P256_POINT_SIZE];
    memcpy(off, key.point, sizeof off);
    off[64] ^= 1;
    const str wrong[] = {STR_NONE, str_from(off, sizeof off), str_from(key.point, 64), decoded(S("AA"))};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(p256_is_point(wrong[i]));
        assert_int_equal(p256_agree(&key, wrong[i], &shared), RC_CRYPTO);
    }
}

static void a_secret_beyond_the_order_is_none(void **state)
{
    (void)state;
    struct crypto_key secret = {0};
    struct p256_key key;
    assert_int_equal(p256_key_from(&secret, &key), RC_CRYPTO);
    memset(secret.bytes, 0xff, sizeof secret.bytes);
    assert_int_equal(p256_key_from(&secret, &key), RC_CRYPTO);
}

/* By OpenSSL alone, from the public key and the two numbers. */
static bool verifies(str point, str message, const unsigned char signature[P256_SIGNATURE_SIZE])
{
    unsigned char der[80], *at = der;
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    ECDSA_SIG_set0(numbers, BN_bin2bn(signature, 32, NULL), BN_bin2bn(signature + 32, 32, NULL));
    int len = i2d_ECDSA_SIG(numbers, &at);
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char[]){"prime256v1"}, 0),
                           OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point.ptr, point.len),
                           OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    assert_int_equal(EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key), 1);
    bool good = EVP_DigestVerify(digest, der, (size_t)len, (const unsigned char *)message.ptr, message.len) == 1;
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
    ECDSA_SIG_free(numbers);
    return good;
}

static void a_signature_verifies_for_its_message_only(void **state)
{
    (void)state;
    struct p256_key key = key_of(server_secret);
    unsigned char signature[P256_SIGNATURE_SIZE];
    for (int i = 0; i < 20; i++) { /* short numbers are filled up */
        str message = arena_printf(&arena, "message %d", i);
        assert_int_equal(p256_sign(&key, message, signature), RC_OK);
        assert_true(verifies(point_of(&key), message, signature));
        assert_false(verifies(point_of(&key), S("another"), signature));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_public_key_follows_from_the_secret),
        cmocka_unit_test(two_sides_agree_on_one_secret),
        cmocka_unit_test(what_is_no_point_of_the_curve_is_refused),
        cmocka_unit_test(a_secret_beyond_the_order_is_none),
        cmocka_unit_test(a_signature_verifies_for_its_message_only),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
