/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Signatures people put on keys after these were published (spec "Cross-signing"): on their own devices and master key,
 * which everybody sees, and on the master keys of others, which only they themselves see. Sealed under the signer's
 * key.
 */
#ifndef STORE_KEY_SIGNATURES_H
#define STORE_KEY_SIGNATURES_H

#include "store/tx.h"

struct key_signature {
    str item;      /* what is signed: a device's id, or a public key */
    str key_id;    /* "ed25519:…" of the signer's */
    str signature; /* base64 */
};

/* WRITE. Replaces the one by the same key; of another person's keys, the only one the signer has signed stays. Tells
 * who sees it, unless it is there. */
enum rc key_signatures_add(struct tx *tx, uint64_t signer, uint64_t target,
                           const struct key_signature *signature) MUST_USE;
/* What the signer put on keys of the target, in the arena. */
enum rc key_signatures_by(struct tx *tx, uint64_t signer, uint64_t target, struct key_signature **ret_signatures,
                          size_t *ret_count) MUST_USE;
/* Whose keys the signer has signed in from < pos ≤ to, but for their own. */
enum rc key_signatures_targets(struct tx *tx, uint64_t signer, int64_t from, int64_t to, uint64_t **ret_nids,
                               size_t *ret_count) MUST_USE;

/* WRITE. Everything the signer made; what they made with one key; what they put on a key of their own. */
enum rc key_signatures_drop_all(struct tx *tx, uint64_t signer) MUST_USE;
enum rc key_signatures_drop_by(struct tx *tx, uint64_t signer, str key_id) MUST_USE;
enum rc key_signatures_drop_on(struct tx *tx, uint64_t signer, str item) MUST_USE;

#endif
