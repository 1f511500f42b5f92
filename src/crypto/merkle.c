/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/merkle.h"

/* ---- hashes: leaves and nodes begin differently, so that neither can pass for the other ---- */

void merkle_leaf(str entry, struct merkle_hash *ret_hash)
{
    struct strbuf text = STRBUF_INIT;
    strbuf_add_char(&text, 0);
    strbuf_add(&text, entry);
    crypto_sha256(strbuf_str(&text), ret_hash->bytes);
    strbuf_fini(&text);
}

void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret_hash)
{
    unsigned char text[1 + 2 * CRYPTO_SHA256_SIZE] = {1};
    memcpy(text + 1, left->bytes, sizeof left->bytes);
    memcpy(text + 1 + sizeof left->bytes, right->bytes, sizeof right->bytes);
    crypto_sha256(str_from(text, sizeof text), ret_hash->bytes);
}

static bool same(const struct merkle_hash *a, const struct merkle_hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* ---- the tree ---- */

/* Of `count` leaves, more than one: those of the left subtree, the largest power of two below count. */
static uint64_t left_part(uint64_t count)
{
    return (uint64_t)1 << (63 - __builtin_clzll(count - 1));
}

/* MTH(D[from : from + count]); from is a multiple of the power of two that count reaches. */
static enum rc subtree(const struct merkle_nodes *nodes, uint64_t from, uint64_t count, struct merkle_hash *ret_hash)
{
    if ((count & (count - 1)) == 0) {
        int level = __builtin_ctzll(count);
        return nodes->get(nodes->ctx, level, from >> level, ret_hash);
    }
    uint64_t left = left_part(count);
    struct merkle_hash a, b;
    TRY(subtree(nodes, from, left, &a));
    TRY(subtree(nodes, from + left, count - left, &b));
    merkle_node(&a, &b, ret_hash);
    return RC_OK;
}

enum rc merkle_append(const struct merkle_nodes *nodes, uint64_t size, const struct merkle_hash *leaf)
{
    struct merkle_hash hash = *leaf, left;
    uint64_t index = size;
    TRY(nodes->put(nodes->ctx, 0, index, &hash));
    for (int level = 0; index & 1; level++) {
        TRY(nodes->get(nodes->ctx, level, index - 1, &left));
        merkle_node(&left, &hash, &hash);
        index >>= 1;
        TRY(nodes->put(nodes->ctx, level + 1, index, &hash));
    }
    return RC_OK;
}

enum rc merkle_root(const struct merkle_nodes *nodes, uint64_t size, struct merkle_hash *ret_root)
{
    if (size > 0)
        return subtree(nodes, 0, size, ret_root);
    crypto_sha256(STR_NONE, ret_root->bytes);
    return RC_OK;
}

/* ---- the tree without nodes ---- */

void merkle_fold_add(struct merkle_fold *fold, const struct merkle_hash *leaf)
{
    struct merkle_hash hash = *leaf;
    int top = __builtin_popcountll(fold->size);
    for (uint64_t size = fold->size; size & 1; size >>= 1)
        merkle_node(&fold->peaks[--top], &hash, &hash);
    fold->peaks[top] = hash;
    fold->size++;
}

void merkle_fold_root(const struct merkle_fold *fold, struct merkle_hash *ret_root)
{
    int top = __builtin_popcountll(fold->size);
    if (top == 0) {
        crypto_sha256(STR_NONE, ret_root->bytes);
        return;
    }
    *ret_root = fold->peaks[--top];
    while (top > 0)
        merkle_node(&fold->peaks[--top], ret_root, ret_root);
}

/* ---- proofs, made: deepest hash first, as the checks below take them ---- */

static enum rc proof_add(const struct merkle_nodes *nodes, uint64_t from, uint64_t count, struct merkle_proof *proof)
{
    if (proof->count == MERKLE_PROOF_MAX)
        return RC_TOO_LARGE;
    return subtree(nodes, from, count, &proof->hashes[proof->count++]);
}

/* PATH(index, D[from : from + count]) */
static enum rc path(const struct merkle_nodes *nodes, uint64_t index, uint64_t from, uint64_t count,
                    struct merkle_proof *proof)
{
    if (count == 1)
        return RC_OK;
    uint64_t left = left_part(count);
    if (index < left) {
        TRY(path(nodes, index, from, left, proof));
        return proof_add(nodes, from + left, count - left, proof);
    }
    TRY(path(nodes, index - left, from + left, count - left, proof));
    return proof_add(nodes, from, left, proof);
}

/* SUBPROOF(old, D[from : from + count], known): known while the old tree's root is what the verifier has. */
static enum rc subproof(const struct merkle_nodes *nodes, uint64_t old, uint64_t from, uint64_t count, bool known,
                        struct merkle_proof *proof)
{
    if (old == count)
        return known ? RC_OK : proof_add(nodes, from, count, proof);
    uint64_t left = left_part(count);
    if (old <= left) {
        TRY(subproof(nodes, old, from, left, known, proof));
        return proof_add(nodes, from + left, count - left, proof);
    }
    TRY(subproof(nodes, old - left, from + left, count - left, false, proof));
    return proof_add(nodes, from, left, proof);
}

enum rc merkle_inclusion(const struct merkle_nodes *nodes, uint64_t index, uint64_t size,
                         struct merkle_proof *ret_proof)
{
    ret_proof->count = 0;
    return index < size ? path(nodes, index, 0, size, ret_proof) : RC_INVALID;
}

enum rc merkle_consistency(const struct merkle_nodes *nodes, uint64_t old_size, uint64_t new_size,
                           struct merkle_proof *ret_proof)
{
    ret_proof->count = 0;
    if (old_size == 0 || old_size > new_size)
        return RC_INVALID;
    return subproof(nodes, old_size, 0, new_size, true, ret_proof);
}

/* ---- proofs, checked ---- */

enum rc merkle_inclusion_verify(const struct merkle_proof *proof, uint64_t index, uint64_t size,
                                const struct merkle_hash *leaf, const struct merkle_hash *root)
{
    if (index >= size)
        return RC_CRYPTO;
    uint64_t node = index, last = size - 1;
    struct merkle_hash hash = *leaf;
    for (size_t i = 0; i < proof->count; i++) {
        if (last == 0)
            return RC_CRYPTO;
        if (node & 1 || node == last) {
            merkle_node(&proof->hashes[i], &hash, &hash);
            /* The rightmost node has no sibling on the levels where it is a left child: they are skipped. */
            while (!(node & 1) && node != 0)
                node >>= 1, last >>= 1;
        } else {
            merkle_node(&hash, &proof->hashes[i], &hash);
        }
        node >>= 1, last >>= 1;
    }
    return last == 0 && same(&hash, root) ? RC_OK : RC_CRYPTO;
}

enum rc merkle_consistency_verify(const struct merkle_proof *proof, uint64_t old_size, uint64_t new_size,
                                  const struct merkle_hash *old_root, const struct merkle_hash *new_root)
{
    if (old_size == 0 || old_size > new_size)
        return RC_CRYPTO;
    if (old_size == new_size)
        return proof->count == 0 && same(old_root, new_root) ? RC_OK : RC_CRYPTO;
    /* A complete old tree is itself the first node of the way: its root is not sent. */
    bool complete = (old_size & (old_size - 1)) == 0;
    size_t next = 0;
    if (!complete && proof->count == 0)
        return RC_CRYPTO;
    struct merkle_hash start = complete ? *old_root : proof->hashes[next++], of_old = start, of_new = start;
    uint64_t node = old_size - 1, last = new_size - 1;
    while (node & 1)
        node >>= 1, last >>= 1;
    for (; next < proof->count; next++) {
        const struct merkle_hash *sibling = &proof->hashes[next];
        if (last == 0)
            return RC_CRYPTO;
        if (node & 1 || node == last) {
            merkle_node(sibling, &of_old, &of_old);
            merkle_node(sibling, &of_new, &of_new);
            while (!(node & 1) && node != 0)
                node >>= 1, last >>= 1;
        } else {
            merkle_node(&of_new, sibling, &of_new);
        }
        node >>= 1, last >>= 1;
    }
    return last == 0 && same(&of_old, old_root) && same(&of_new, new_root) ? RC_OK : RC_CRYPTO;
}
