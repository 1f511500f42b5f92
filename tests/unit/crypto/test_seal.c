/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "support/cmocka.h"

static struct arena arena;
static struct crypto_key key, other_key;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    if (crypto_init() != RC_OK)
        return -1;
    crypto_key_new(env_system(), &key);
    crypto_key_new(env_system(), &other_key);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void what_was_sealed_opens(void **state)
{
    (void)state;
    const str plains[] = {S("hello"), S(""), STR_NONE, S("with\0nul")};
    for (size_t i = 0; i < sizeof plains / sizeof *plains; i++) {
        struct strbuf sealed = STRBUF_INIT;
        str plain;
        strbuf_add(&sealed, S("before"));
        crypto_seal(env_system(), &key, S("context"), plains[i], &sealed);
        assert_int_equal(sealed.len, 6 + plains[i].len + CRYPTO_SEAL_OVERHEAD);
        assert_int_equal(crypto_open(&arena, &key, S("context"), str_skip(strbuf_str(&sealed), 6), &plain), RC_OK);
        assert_true(str_eq(plain, plains[i]));
        strbuf_fini(&sealed);
    }
}

static void another_key_or_context_does_not_open(void **state)
{
    (void)state;
    unsigned char sealed[5 + CRYPTO_SEAL_OVERHEAD];
    str plain, bytes = str_from(sealed, sizeof sealed);
    crypto_seal_to(env_system(), &key, S("users.phone.7"), S("12345"), sealed);
    assert_int_equal(crypto_open(&arena, &other_key, S("users.phone.7"), bytes, &plain), RC_CRYPTO);
    assert_int_equal(crypto_open(&arena, &key, S("users.phone.8"), bytes, &plain), RC_CRYPTO);
    assert_int_equal(crypto_open(&arena, &key, STR_NONE, bytes, &plain), RC_CRYPTO);
    assert_int_equal(crypto_open(&arena, &key, S("users.phone.7"), bytes, &plain), RC_OK);
}

static void no_bit_can_be_flipped_and_no_byte_cut(void **state)
{
    (void)state;
    unsigned char sealed[5 + CRYPTO_SEAL_OVERHEAD];
    str plain;
    crypto_seal_to(env_system(), &key, S("c"), S("12345"), sealed);
    for (size_t bit = 0; bit < sizeof sealed * 8; bit++) {
        sealed[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_int_equal(crypto_open(&arena, &key, S("c"), str_from(sealed, sizeof sealed), &plain), RC_CRYPTO);
        sealed[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t len = 0; len < sizeof sealed; len++)
        assert_int_equal(crypto_open(&arena, &key, S("c"), str_from(sealed, len), &plain), RC_CRYPTO);
}

static void the_same_text_is_sealed_differently_each_time(void **state)
{
    (void)state;
    unsigned char a[CRYPTO_SEAL_OVERHEAD + 5], b[CRYPTO_SEAL_OVERHEAD + 5];
    crypto_seal_to(env_system(), &key, S("c"), S("12345"), a);
    crypto_seal_to(env_system(), &key, S("c"), S("12345"), b);
    assert_memory_not_equal(a + 25, b + 25, 5 + 16);
}

static void the_sealed_form_stays_readable(void **state)
{
    (void)state;
    /* draft-irtf-cfrg-xchacha-03, appendix A.3.1, behind our format byte. */
    static const unsigned char nonce[24] = {0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b,
                                            0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57};
    static const unsigned char aad[] = {0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7};
    static const unsigned char cipher[] = {
        0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b, 0x95, 0x76, 0x57, 0x94, 0x93, 0xc0, 0xe9, 0x39, 0x57,
        0x2a, 0x17, 0x00, 0x25, 0x2b, 0xfa, 0xcc, 0xbe, 0xd2, 0x90, 0x2c, 0x21, 0x39, 0x6c, 0xbb, 0x73, 0x1c,
        0x7f, 0x1b, 0x0b, 0x4a, 0xa6, 0x44, 0x0b, 0xf3, 0xa8, 0x2f, 0x4e, 0xda, 0x7e, 0x39, 0xae, 0x64, 0xc6,
        0x70, 0x8c, 0x54, 0xc2, 0x16, 0xcb, 0x96, 0xb7, 0x2e, 0x12, 0x13, 0xb4, 0x52, 0x2f, 0x8c, 0x9b, 0xa4,
        0x0d, 0xb5, 0xd9, 0x45, 0xb1, 0x1b, 0x69, 0xb9, 0x82, 0xc1, 0xbb, 0x9e, 0x3f, 0x3f, 0xac, 0x2b, 0xc3,
        0x69, 0x48, 0x8f, 0x76, 0xb2, 0x38, 0x35, 0x65, 0xd3, 0xff, 0xf9, 0x21, 0xf9, 0x66, 0x4c, 0x97, 0x63,
        0x7d, 0xa9, 0x76, 0x88, 0x12, 0xf6, 0x15, 0xc6, 0x8b, 0x13, 0xb5, 0x2e, 0xc0, 0x87, 0x59, 0x24, 0xc1,
        0xc7, 0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a, 0xcf, 0x49};
    struct crypto_key known;
    for (int i = 0; i < CRYPTO_KEY_SIZE; i++)
        known.bytes[i] = (unsigned char)(0x80 + i);
    unsigned char sealed[1 + sizeof nonce + sizeof cipher] = {1};
    memcpy(sealed + 1, nonce, sizeof nonce);
    memcpy(sealed + 1 + sizeof nonce, cipher, sizeof cipher);
    str plain;
    assert_int_equal(crypto_open(&arena, &known, str_from(aad, sizeof aad), str_from(sealed, sizeof sealed), &plain),
                     RC_OK);
    assert_true(str_eq(plain, S("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
                                "future, sunscreen would be it.")));
}

static void derived_keys_differ_by_use_and_master(void **state)
{
    (void)state;
    struct crypto_key a, b, c, again;
    crypto_key_derive(&key, "vault", &a);
    crypto_key_derive(&key, "media", &b);
    crypto_key_derive(&other_key, "vault", &c);
    crypto_key_derive(&key, "vault", &again);
    assert_memory_not_equal(&a, &b, sizeof a);
    assert_memory_not_equal(&a, &c, sizeof a);
    assert_memory_equal(&a, &again, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens),
        cmocka_unit_test(another_key_or_context_does_not_open),
        cmocka_unit_test(no_bit_can_be_flipped_and_no_byte_cut),
        cmocka_unit_test(the_same_text_is_sealed_differently_each_time),
        cmocka_unit_test(the_sealed_form_stays_readable),
        cmocka_unit_test(derived_keys_differ_by_use_and_master),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
