/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The Merkle tree of RFC 6962, section 2.1 (RFC 9162 repeats it and says how proofs are checked): an append-only list
 * whose root commits to every entry and its place, with short proofs that an entry is in it and that a longer list
 * begins with a shorter one.
 *
 * Kept are the roots of complete subtrees alone: node `index` of `level` covers the 2^level leaves from
 * index * 2^level on. They never change once written, so that appending writes two nodes on average and a proof reads a
 * handful. Where they are kept is the caller's business.
 */
#ifndef CRYPTO_MERKLE_H
#define CRYPTO_MERKLE_H

#include "crypto/crypto.h"

enum { MERKLE_PROOF_MAX = 64 };

struct merkle_hash {
    unsigned char bytes[CRYPTO_SHA256_SIZE];
};

struct merkle_nodes {
    void *ctx;
    enum rc (*get)(void *ctx, int level, uint64_t index, struct merkle_hash *ret_hash);
    enum rc (*put)(void *ctx, int level, uint64_t index, const struct merkle_hash *hash); /* only merkle_append() */
};

struct merkle_proof {
    struct merkle_hash hashes[MERKLE_PROOF_MAX];
    size_t count;
};

void merkle_leaf(str entry, struct merkle_hash *ret_hash);
void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret_hash);

/* Writes leaf number `size` and every subtree it completes. */
enum rc merkle_append(const struct merkle_nodes *nodes, uint64_t size, const struct merkle_hash *leaf) MUST_USE;
/* Of the first `size` leaves. An empty tree has a root too. */
enum rc merkle_root(const struct merkle_nodes *nodes, uint64_t size, struct merkle_hash *ret_root) MUST_USE;
/* That leaf `index` is in the tree of `size` leaves. RC_INVALID unless index < size. */
enum rc merkle_inclusion(const struct merkle_nodes *nodes, uint64_t index, uint64_t size,
                         struct merkle_proof *ret_proof) MUST_USE;
/* That the tree of `new_size` begins with the tree of `old_size`. RC_INVALID unless 0 < old_size <= new_size. */
enum rc merkle_consistency(const struct merkle_nodes *nodes, uint64_t old_size, uint64_t new_size,
                           struct merkle_proof *ret_proof) MUST_USE;

/* A tree of which no nodes are kept, for whoever reads all leaves in order. Starts zeroed. */
struct merkle_fold {
    uint64_t size;
    struct merkle_hash peaks[MERKLE_PROOF_MAX]; /* roots of the complete subtrees, the largest first */
};
void merkle_fold_add(struct merkle_fold *fold, const struct merkle_hash *leaf);
void merkle_fold_root(const struct merkle_fold *fold, struct merkle_hash *ret_root);

/* RC_CRYPTO when the proof does not prove it (RFC 9162, sections 2.1.3.2 and 2.1.4.2). */
enum rc merkle_inclusion_verify(const struct merkle_proof *proof, uint64_t index, uint64_t size,
                                const struct merkle_hash *leaf, const struct merkle_hash *root) MUST_USE;
enum rc merkle_consistency_verify(const struct merkle_proof *proof, uint64_t old_size, uint64_t new_size,
                                  const struct merkle_hash *old_root, const struct merkle_hash *new_root) MUST_USE;

#endif
