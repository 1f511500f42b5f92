/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * De-identification (obligation 1.21): people are named by pseudonyms that can be linked back only with a key that is
 * kept apart from the data (store/dataset_keys.h).
 *
 * In one dataset a subject always has the same pseudonym, so that records can be joined (4.6). Each purpose and each
 * dataset has a key of its own: pseudonyms of two datasets cannot be matched without both keys. They are not made of
 * guessable values: who has no key cannot test a guess. Once the key is destroyed nobody can link back, but the
 * records of one subject still belong together: that is still not what privacy/anonymise.h does.
 *
 * A pseudonym is 32 characters base64url: a 16-byte HMAC-SHA256 of the subject's number, and the number hidden by a
 * second HMAC of the first (synthetic IV, as in RFC 5297).
 */
#ifndef PRIVACY_PSEUDONYM_H
#define PRIVACY_PSEUDONYM_H

#include "catalogue/purpose.h"
#include "crypto/crypto.h"
#include "store/tx.h"

enum { PSEUDONYM_LEN = 32 };

/* The key of one dataset, in hand: only as long as the work takes. */
struct pseudonym_key {
    struct crypto_key tag, hide;
};

/* WRITE. To make pseudonyms with: drawn at the first use. RC_INVALID: not a name for a dataset: [a-z0-9_-]{1,64}. */
enum rc pseudonym_begin(struct tx *tx, enum purpose purpose, str dataset, struct pseudonym_key *ret_key) MUST_USE;
/* To link back with. RC_NOT_FOUND: there is no key, or no longer. */
enum rc pseudonym_open(struct tx *tx, enum purpose purpose, str dataset, struct pseudonym_key *ret_key) MUST_USE;
void pseudonym_end(struct pseudonym_key *key);
/* WRITE. For good: nothing named under it is linked back again. RC_NOT_FOUND. */
enum rc pseudonym_destroy(struct tx *tx, enum purpose purpose, str dataset) MUST_USE;

str pseudonym_of(struct arena *arena, const struct pseudonym_key *key, uint64_t subject);
/* RC_INVALID: not a pseudonym made with this key. */
enum rc pseudonym_relink(const struct pseudonym_key *key, str pseudonym, uint64_t *ret_subject) MUST_USE;

#endif
