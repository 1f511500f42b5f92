/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "support/cmocka.h"

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

/* The seed and the signatures are the test vectors of the spec's appendix "Cryptographic Test Vectors". */
static void signer_of_the_spec(struct crypto_signer *ret_signer)
{
    struct crypto_key seed;
    str bytes;
    assert_int_equal(crypto_base64_decode(&arena, S("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"), &bytes), RC_OK);
    assert_int_equal(bytes.len, sizeof seed.bytes);
    memcpy(seed.bytes, bytes.ptr, bytes.len);
    crypto_signer_from_seed(&seed, ret_signer);
}

static void signatures_are_those_of_the_spec(void **state)
{
    (void)state;
    static const struct {
        str message;
        const char *signature;
    } cases[] = {
        {STR_INIT("{}"), "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"},
        {STR_INIT("{\"one\":1,\"two\":\"Two\"}"),
         "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw"},
    };
    struct crypto_signer signer;
    signer_of_the_spec(&signer);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char signature[CRYPTO_SIGNATURE_SIZE];
        crypto_signer_sign(&signer, cases[i].message, signature);
        assert_string_equal(crypto_base64(&arena, str_from(signature, sizeof signature), false).ptr,
                            cases[i].signature);
    }
}

static void a_changed_message_signature_or_key_does_not_verify(void **state)
{
    (void)state;
    struct crypto_signer signer;
    unsigned char signature[CRYPTO_SIGNATURE_SIZE];
    signer_of_the_spec(&signer);
    crypto_signer_sign(&signer, S("message"), signature);
    assert_int_equal(crypto_verify(signer.public_key, S("message"), signature), RC_OK);
    assert_int_equal(crypto_verify(signer.public_key, S("massage"), signature), RC_CRYPTO);
    signature[5] ^= 1;
    assert_int_equal(crypto_verify(signer.public_key, S("message"), signature), RC_CRYPTO);
    signature[5] ^= 1;
    signer.public_key[0] ^= 1;
    assert_int_equal(crypto_verify(signer.public_key, S("message"), signature), RC_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_those_of_the_spec),
        cmocka_unit_test(a_changed_message_signature_or_key_does_not_verify),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
