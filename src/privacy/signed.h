/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Documents the server puts its name to: consent receipts, erasure certificates, policy records. A JSON object in
 * canonical form with a member "signature": {"algorithm": "Ed25519", "key": "<use>:<id>", "public_key": …, "value": …}
 * over the canonical form without that member. Anyone can check one offline, with the public key from
 * /_parley/v1/keys or kept from an earlier visit.
 */
#ifndef PRIVACY_SIGNED_H
#define PRIVACY_SIGNED_H

#include "crypto/crypto.h"
#include "store/store.h"
#include "json/json.h"

enum signing_use {
    SIGNING_RECEIPT,
    SIGNING_CERTIFICATE,
    SIGNING_LOG,
    SIGNING_POLICY,
    SIGNING_INVITE,
    SIGNING_USE_COUNT
};
const char *signing_use_name(enum signing_use use);

/* Each use has a key pair of its own, derived from the operator's key. Wipe it after use. */
void signing_signer(const struct store *store, enum signing_use use, struct crypto_signer *ret_signer);
/* The same without a store: from the operator's key. */
void signing_signer_of(const struct crypto_key *master, enum signing_use use, struct crypto_signer *ret_signer);
/* The first 8 bytes of the public key's SHA-256, hex. */
str signing_key_id(struct arena *arena, const unsigned char public_key[32]);

/* How documents call their subject: the same on all, and no help in finding out who it is. */
str signed_pseudonym(struct tx *tx, uint64_t subject);

/* doc's root is an object without "signature". The text lives in the arena. */
enum rc signed_document(const struct store *store, enum signing_use use, struct arena *arena, yyjson_mut_doc *doc,
                        str *ret_text) MUST_USE;
/* RC_INVALID: not such a document; RC_CRYPTO: not signed by that key for that use. public_key NULL: the key named
 * inside, which proves only that nothing was changed since. */
enum rc signed_verify(struct arena *arena, str text, enum signing_use use, const unsigned char *public_key,
                      struct error *err) MUST_USE;

#endif
