/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents the server puts its name to (obligations 0.2, 1.17). */
#include "privacy/signed.h"
#include "support/stores.h"

static str sign(struct stores *stores, enum signing_use use, str words)
{
    yyjson_mut_doc *doc = json_new(&stores->arena);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    str text;
    json_set_str(doc, root, "words", words);
    json_set_i64(doc, root, "at", 1700000000000);
    yyjson_mut_doc_set_root(doc, root);
    assert_int_equal(signed_document(stores->store, use, &stores->arena, doc, &text), RC_OK);
    return text;
}

static void public_key(struct stores *stores, enum signing_use use, unsigned char ret_key[32])
{
    struct crypto_signer signer;
    signing_signer(stores->store, use, &signer);
    memcpy(ret_key, signer.public_key, 32);
}

static enum rc verify(struct stores *stores, str text, const unsigned char *key)
{
    struct error err = {0};
    enum rc rc = signed_verify(&stores->arena, text, SIGNING_RECEIPT, key, &err);
    /* Whoever is refused is told why. */
    assert_true(rc == RC_OK || (err.rc == rc && err.text[0]));
    return rc;
}

static void what_was_signed_verifies_under_the_public_key(void **state)
{
    struct stores *stores = *state;
    unsigned char key[32], other[32];
    public_key(stores, SIGNING_RECEIPT, key);
    public_key(stores, SIGNING_LOG, other);
    str text = sign(stores, SIGNING_RECEIPT, S("yes"));
    assert_int_equal(verify(stores, text, key), RC_OK);
    assert_int_equal(verify(stores, text, NULL), RC_OK);
    assert_int_equal(verify(stores, text, other), RC_CRYPTO);
}

static void any_changed_byte_is_noticed(void **state)
{
    struct stores *stores = *state;
    unsigned char key[32];
    public_key(stores, SIGNING_RECEIPT, key);
    str text = sign(stores, SIGNING_RECEIPT, S("yes"));
    for (size_t i = 0; i < text.len; i++) {
        str changed = arena_dup(&stores->arena, text);
        ((char *)changed.ptr)[i] ^= 1;
        assert_int_not_equal(verify(stores, changed, key), RC_OK);
    }
}

static void each_use_has_its_own_key(void **state)
{
    struct stores *stores = *state;
    assert_int_equal(verify(stores, sign(stores, SIGNING_CERTIFICATE, S("yes")), NULL), RC_CRYPTO);
    for (int a = 0; a < SIGNING_USE_COUNT; a++)
        for (int b = 0; b < a; b++) {
            unsigned char one[32], other[32];
            public_key(stores, (enum signing_use)a, one);
            public_key(stores, (enum signing_use)b, other);
            assert_memory_not_equal(one, other, 32);
        }
}

static void the_keys_outlive_a_restart(void **state)
{
    struct stores *stores = *state;
    unsigned char before[32], after[32];
    public_key(stores, SIGNING_RECEIPT, before);
    stores_restart(stores);
    public_key(stores, SIGNING_RECEIPT, after);
    assert_memory_equal(before, after, 32);
    assert_int_equal(signing_key_id(&stores->arena, after).len, 16);
}

static void what_is_not_a_signed_document_is_called_so(void **state)
{
    struct stores *stores = *state;
    static const char *const texts[] = {
        "",
        "[]",
        "{",
        "{}",
        "{\"signature\":1}",
        "{\"signature\":{\"algorithm\":\"none\"}}",
        "{\"signature\":{\"algorithm\":\"Ed25519\",\"key\":\"receipt:0\",\"public_key\":\"AAAA\",\"value\":\"AAAA\"}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(verify(stores, str_of(texts[i]), NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(what_was_signed_verifies_under_the_public_key),
        STORES_TEST(any_changed_byte_is_noticed),
        STORES_TEST(each_use_has_its_own_key),
        STORES_TEST(the_keys_outlive_a_restart),
        STORES_TEST(what_is_not_a_signed_document_is_called_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
