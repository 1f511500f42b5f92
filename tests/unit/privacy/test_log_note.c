/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Checkpoints of the public log (obligation 4.8). */
#include "privacy/log_note.h"
#include "support/cmocka.h"

#define ORIGIN "example.org/parley-log"

static struct arena arena;
static struct crypto_signer signer;
static const struct log_head head = {.origin = STR_INIT(ORIGIN), .size = 20852163, .root = {.bytes = {1, 2, 3}}};

static int setup(void **state)
{
    (void)state;
    static const struct crypto_key seed = {{7}};
    arena_init(&arena);
    if (crypto_init() != RC_OK)
        return -1;
    crypto_signer_from_seed(&seed, &signer);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static enum rc read_note(str note, struct log_head *ret_head)
{
    return log_note_read(&arena, note, S(ORIGIN), signer.public_key, ret_head);
}

static void test_4_8_a_checkpoint_is_read_as_it_was_signed(void **state)
{
    (void)state;
    struct log_head back;
    str note = log_note_make(&arena, &head, &signer);
    assert_true(str_starts(
        note, S(ORIGIN "\n20852163\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 " ORIGIN " ")));
    assert_int_equal(read_note(note, &back), RC_OK);
    assert_int_equal(back.size, head.size);
    assert_memory_equal(&back.root, &head.root, sizeof head.root);
}

/* The key that implementations of signed notes show as their example. */
static void the_key_is_told_as_verifiers_take_it(void **state)
{
    (void)state;
    str key;
    assert_int_equal(crypto_base64_decode(&arena, S("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &key), RC_OK);
    str told = log_note_verifier(&arena, S("PeterNeumann"), (const unsigned char *)key.ptr + 1);
    assert_string_equal(told.ptr, "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
}

static void test_4_8_a_changed_checkpoint_is_refused(void **state)
{
    (void)state;
    str note = log_note_make(&arena, &head, &signer);
    for (size_t i = 0; i < note.len; i++) {
        struct log_head back;
        str bent = arena_dup(&arena, note);
        ((char *)bent.ptr)[i] ^= 1;
        assert_int_not_equal(read_note(bent, &back), RC_OK);
        assert_int_not_equal(read_note(str_head(note, i), &back), RC_OK);
    }
}

static void test_4_8_only_the_logs_own_key_and_origin_count(void **state)
{
    (void)state;
    static const struct crypto_key other_seed = {{8}};
    struct crypto_signer other;
    struct log_head back, elsewhere = head;
    crypto_signer_from_seed(&other_seed, &other);
    elsewhere.origin = S("example.net/parley-log");
    assert_int_equal(read_note(log_note_make(&arena, &head, &other), &back), RC_CRYPTO);
    assert_int_equal(read_note(log_note_make(&arena, &elsewhere, &signer), &back), RC_CRYPTO);
}

static void a_witness_may_sign_as_well(void **state)
{
    (void)state;
    struct log_head back;
    str note = log_note_make(&arena, &head, &signer), witness = S("\xe2\x80\x94 witness.example AAAAAAAAAAAA\n");
    assert_int_equal(read_note(arena_concat(&arena, note, witness, STR_NONE), &back), RC_OK);
    assert_int_equal(read_note(arena_concat(&arena, note, S("no line\n"), STR_NONE), &back), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_4_8_a_checkpoint_is_read_as_it_was_signed),
        cmocka_unit_test(the_key_is_told_as_verifiers_take_it),
        cmocka_unit_test(test_4_8_a_changed_checkpoint_is_refused),
        cmocka_unit_test(test_4_8_only_the_logs_own_key_and_origin_count),
        cmocka_unit_test(a_witness_may_sign_as_well),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
