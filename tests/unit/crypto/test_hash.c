/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"
#include "support/cmocka.h"

#include <pthread.h>

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

static str sha256_hex(str bytes)
{
    unsigned char digest[CRYPTO_SHA256_SIZE];
    crypto_sha256(bytes, digest);
    return crypto_hex(&arena, str_from(digest, sizeof digest));
}

static void sha256_gives_the_known_answers(void **state)
{
    (void)state;
    /* FIPS 180-4 examples. */
    assert_string_equal(sha256_hex(STR_NONE).ptr, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(sha256_hex(S("abc")).ptr, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(sha256_hex(S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).ptr,
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void *hash_in_thread(void *ret_digest)
{
    crypto_sha256(S("abc"), ret_digest);
    return NULL;
}

static void every_thread_can_hash(void **state)
{
    (void)state;
    unsigned char mine[CRYPTO_SHA256_SIZE], theirs[4][CRYPTO_SHA256_SIZE];
    pthread_t threads[4];
    crypto_sha256(S("abc"), mine);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_in_thread, theirs[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_memory_equal(mine, theirs[i], sizeof mine);
    }
}

static void blinds_depend_on_key_use_and_value(void **state)
{
    (void)state;
    struct crypto_key key = {{1}}, other = {{2}};
    unsigned char a[CRYPTO_BLIND_SIZE], b[CRYPTO_BLIND_SIZE];
    crypto_blind(&key, "phone", S("+4915112345678"), a);
    crypto_blind(&key, "phone", S("+4915112345678"), b);
    assert_memory_equal(a, b, sizeof a);
    crypto_blind(&other, "phone", S("+4915112345678"), b);
    assert_memory_not_equal(a, b, sizeof a);
    crypto_blind(&key, "email", S("+4915112345678"), b);
    assert_memory_not_equal(a, b, sizeof a);
    crypto_blind(&key, "phone+", S("4915112345678"), b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void comparison_needs_every_byte(void **state)
{
    (void)state;
    assert_true(crypto_equal(S("same"), S("same")));
    assert_true(crypto_equal(STR_NONE, S("")));
    assert_false(crypto_equal(S("same"), S("samf")));
    assert_false(crypto_equal(S("same"), S("sam")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_known_answers),
        cmocka_unit_test(every_thread_can_hash),
        cmocka_unit_test(blinds_depend_on_key_use_and_value),
        cmocka_unit_test(comparison_needs_every_byte),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
