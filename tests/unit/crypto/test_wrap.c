/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "support/cmocka.h"

#include <sodium.h>

static struct crypto_key key, other_key, secret;

static int setup(void **state)
{
    (void)state;
    if (crypto_init() != RC_OK)
        return -1;
    crypto_key_new(env_system(), &key);
    crypto_key_new(env_system(), &other_key);
    crypto_key_new(env_system(), &secret);
    return 0;
}

static void test_4_5_a_wrapped_key_comes_back(void **state)
{
    (void)state;
    unsigned char wrapped[CRYPTO_WRAPPED_SIZE];
    struct crypto_key back;
    crypto_wrap(env_system(), &key, S("key:7"), &secret, wrapped);
    assert_memory_not_equal(wrapped + 13, secret.bytes, CRYPTO_KEY_SIZE);
    assert_int_equal(crypto_unwrap(&key, S("key:7"), str_from(wrapped, sizeof wrapped), &back), RC_OK);
    assert_memory_equal(back.bytes, secret.bytes, CRYPTO_KEY_SIZE);
}

static void no_two_wrappings_are_alike(void **state)
{
    (void)state;
    unsigned char one[CRYPTO_WRAPPED_SIZE], two[CRYPTO_WRAPPED_SIZE];
    crypto_wrap(env_system(), &key, S("key:7"), &secret, one);
    crypto_wrap(env_system(), &key, S("key:7"), &secret, two);
    assert_memory_not_equal(one + 1, two + 1, 12);
    assert_memory_not_equal(one + 13, two + 13, CRYPTO_KEY_SIZE);
}

static void what_is_not_what_was_wrapped_gives_no_key(void **state)
{
    (void)state;
    unsigned char wrapped[CRYPTO_WRAPPED_SIZE];
    struct crypto_key back = {{0}}, nothing = {{0}};
    crypto_wrap(env_system(), &key, S("key:7"), &secret, wrapped);
    str whole = str_from(wrapped, sizeof wrapped);
    assert_int_equal(crypto_unwrap(&other_key, S("key:7"), whole, &back), RC_CRYPTO);
    assert_int_equal(crypto_unwrap(&key, S("key:8"), whole, &back), RC_CRYPTO);
    assert_int_equal(crypto_unwrap(&key, S("key:7"), str_head(whole, whole.len - 1), &back), RC_CRYPTO);
    assert_int_equal(crypto_unwrap(&key, S("key:7"), STR_NONE, &back), RC_CRYPTO);
    for (size_t i = 0; i < sizeof wrapped; i++) {
        wrapped[i] ^= 1;
        assert_int_equal(crypto_unwrap(&key, S("key:7"), whole, &back), RC_CRYPTO);
        wrapped[i] ^= 1;
    }
    assert_memory_equal(back.bytes, nothing.bytes, CRYPTO_KEY_SIZE);
}

/* The form is AES-256-GCM's own: libsodium, which has it from other hands, opens it. */
static void test_4_5_another_library_opens_it(void **state)
{
    (void)state;
    unsigned char wrapped[CRYPTO_WRAPPED_SIZE], back[CRYPTO_KEY_SIZE];
    if (!crypto_aead_aes256gcm_is_available()) {
        print_message("skipped: this processor lacks the AES instructions libsodium needs\n");
        skip();
    }
    crypto_wrap(env_system(), &key, S("key:7"), &secret, wrapped);
    assert_int_equal(crypto_aead_aes256gcm_decrypt(back, NULL, NULL, wrapped + 13, sizeof wrapped - 13,
                                                   (const unsigned char *)"key:7", 5, wrapped + 1, key.bytes),
                     0);
    assert_memory_equal(back, secret.bytes, sizeof back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_4_5_a_wrapped_key_comes_back),
        cmocka_unit_test(test_4_5_another_library_opens_it),
        cmocka_unit_test(no_two_wrappings_are_alike),
        cmocka_unit_test(what_is_not_what_was_wrapped_gives_no_key),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
