/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tree of the public log (obligation 4.8). Entries and roots are the test vectors that implementations of RFC 6962
 * have shared since the first one; the plain definition of the RFC is the second witness. */
#include "crypto/merkle.h"
#include "support/cmocka.h"

enum { LEAVES_MAX = 40, LEVELS = 7 };

/* Nodes in memory, which may be written once. */
struct memory {
    struct merkle_hash nodes[LEVELS][LEAVES_MAX];
    bool there[LEVELS][LEAVES_MAX];
};

static enum rc memory_get(void *ctx, int level, uint64_t index, struct merkle_hash *ret_hash)
{
    struct memory *memory = ctx;
    if (level >= LEVELS || index >= LEAVES_MAX || !memory->there[level][index])
        return RC_NOT_FOUND;
    *ret_hash = memory->nodes[level][index];
    return RC_OK;
}

static enum rc memory_put(void *ctx, int level, uint64_t index, const struct merkle_hash *hash)
{
    struct memory *memory = ctx;
    assert_false(memory->there[level][index]);
    memory->there[level][index] = true;
    memory->nodes[level][index] = *hash;
    return RC_OK;
}

static struct arena arena;
static struct memory memory;
static const struct merkle_nodes nodes = {&memory, memory_get, memory_put};
static struct merkle_hash leaves[LEAVES_MAX];

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

static void grow(const str *entries, size_t count)
{
    memset(&memory, 0, sizeof memory);
    for (size_t i = 0; i < count; i++) {
        merkle_leaf(entries[i], &leaves[i]);
        assert_int_equal(merkle_append(&nodes, i, &leaves[i]), RC_OK);
    }
}

static void grow_numbers(size_t count)
{
    str entries[LEAVES_MAX];
    for (size_t i = 0; i < count; i++)
        entries[i] = arena_printf(&arena, "entry %zu", i);
    grow(entries, count);
}

static struct merkle_hash root_of(uint64_t size)
{
    struct merkle_hash root;
    assert_int_equal(merkle_root(&nodes, size, &root), RC_OK);
    return root;
}

static const char *hex(const struct merkle_hash *hash)
{
    return crypto_hex(&arena, str_from(hash->bytes, sizeof hash->bytes)).ptr;
}

/* ---- roots ---- */

static void test_4_8_roots_are_the_known_ones(void **state)
{
    (void)state;
    static const str entries[] = {
        STR_INIT(""),
        STR_INIT("\x00"),
        STR_INIT("\x10"),
        STR_INIT("\x20\x21"),
        STR_INIT("\x30\x31"),
        STR_INIT("\x40\x41\x42\x43"),
        STR_INIT("\x50\x51\x52\x53\x54\x55\x56\x57"),
        STR_INIT("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"),
    };
    static const char *const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    grow(entries, sizeof entries / sizeof *entries);
    for (size_t size = 0; size < sizeof roots / sizeof *roots; size++) {
        struct merkle_hash root = root_of(size);
        assert_string_equal(hex(&root), roots[size]);
    }
}

/* MTH as the RFC writes it, from the leaves. */
static void plain_root(size_t from, size_t count, struct merkle_hash *ret_root)
{
    if (count == 1) {
        *ret_root = leaves[from];
        return;
    }
    size_t left = 1;
    while (2 * left < count)
        left *= 2;
    struct merkle_hash a, b;
    plain_root(from, left, &a);
    plain_root(from + left, count - left, &b);
    merkle_node(&a, &b, ret_root);
}

static void roots_follow_from_complete_subtrees(void **state)
{
    (void)state;
    grow_numbers(LEAVES_MAX);
    for (size_t size = 1; size <= LEAVES_MAX; size++) {
        struct merkle_hash expected, root = root_of(size);
        plain_root(0, size, &expected);
        assert_memory_equal(&root, &expected, sizeof root);
    }
}

/* ---- proofs ---- */

static void test_4_8_every_entry_is_proved_to_be_in_every_tree_that_has_it(void **state)
{
    (void)state;
    struct merkle_proof proof;
    grow_numbers(LEAVES_MAX);
    for (uint64_t size = 1; size <= LEAVES_MAX; size++) {
        struct merkle_hash root = root_of(size);
        for (uint64_t index = 0; index < size; index++) {
            assert_int_equal(merkle_inclusion(&nodes, index, size, &proof), RC_OK);
            assert_int_equal(merkle_inclusion_verify(&proof, index, size, &leaves[index], &root), RC_OK);
            for (uint64_t other = 0; other < size; other++)
                if (other != index) {
                    assert_int_equal(merkle_inclusion_verify(&proof, other, size, &leaves[index], &root), RC_CRYPTO);
                    assert_int_equal(merkle_inclusion_verify(&proof, index, size, &leaves[other], &root), RC_CRYPTO);
                }
        }
        assert_int_equal(merkle_inclusion(&nodes, size, size, &proof), RC_INVALID);
    }
}

static void test_4_8_every_tree_is_proved_to_begin_with_every_earlier_one(void **state)
{
    (void)state;
    struct merkle_proof proof;
    grow_numbers(LEAVES_MAX);
    for (uint64_t size = 1; size <= LEAVES_MAX; size++) {
        struct merkle_hash root = root_of(size);
        for (uint64_t old = 1; old <= size; old++) {
            struct merkle_hash before = root_of(old), forked = before;
            assert_int_equal(merkle_consistency(&nodes, old, size, &proof), RC_OK);
            assert_int_equal(merkle_consistency_verify(&proof, old, size, &before, &root), RC_OK);
            forked.bytes[31] ^= 1;
            assert_int_equal(merkle_consistency_verify(&proof, old, size, &forked, &root), RC_CRYPTO);
            assert_int_equal(merkle_consistency_verify(&proof, size, old, &root, &before),
                             old == size ? RC_OK : RC_CRYPTO);
        }
    }
    assert_int_equal(merkle_consistency(&nodes, 0, 1, &proof), RC_INVALID);
    assert_int_equal(merkle_consistency(&nodes, 3, 2, &proof), RC_INVALID);
}

static void a_proof_with_a_hash_more_less_or_changed_proves_nothing(void **state)
{
    (void)state;
    enum { SIZE = 21, OLD = 6, INDEX = 13 };
    struct merkle_proof in, on, bent;
    grow_numbers(SIZE);
    struct merkle_hash root = root_of(SIZE), before = root_of(OLD);
    assert_int_equal(merkle_inclusion(&nodes, INDEX, SIZE, &in), RC_OK);
    assert_int_equal(merkle_consistency(&nodes, OLD, SIZE, &on), RC_OK);
    for (int change = -1; change <= 1; change++) {
        for (size_t i = 0; i < (change ? 1 : in.count); i++) {
            bent = in;
            bent.count += (size_t)change;
            bent.hashes[change ? in.count : i].bytes[0] ^= 1;
            assert_int_equal(merkle_inclusion_verify(&bent, INDEX, SIZE, &leaves[INDEX], &root), RC_CRYPTO);
        }
        for (size_t i = 0; i < (change ? 1 : on.count); i++) {
            bent = on;
            bent.count += (size_t)change;
            bent.hashes[change ? on.count : i].bytes[0] ^= 1;
            assert_int_equal(merkle_consistency_verify(&bent, OLD, SIZE, &before, &root), RC_CRYPTO);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_4_8_roots_are_the_known_ones),
        cmocka_unit_test(roots_follow_from_complete_subtrees),
        cmocka_unit_test(test_4_8_every_entry_is_proved_to_be_in_every_tree_that_has_it),
        cmocka_unit_test(test_4_8_every_tree_is_proved_to_begin_with_every_earlier_one),
        cmocka_unit_test(a_proof_with_a_hash_more_less_or_changed_proves_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
