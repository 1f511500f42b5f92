/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The curve P-256, for those who speak no other: Web Push (RFC 8291, RFC 8292). Points are in the uncompressed form
 * (SEC 1, 2.3.3). OpenSSL behind it; thread-safe.
 */
#ifndef CRYPTO_P256_H
#define CRYPTO_P256_H

#include "crypto/crypto.h"

enum { P256_POINT_SIZE = 65, P256_SIGNATURE_SIZE = 64 };

struct p256_key {
    unsigned char secret[CRYPTO_KEY_SIZE];
    unsigned char point[P256_POINT_SIZE]; /* the public key */
};

/* RC_CRYPTO when the 32 bytes are no secret key, which of random ones one in 2^32 is. */
enum rc p256_key_from(const struct crypto_key *secret, struct p256_key *ret_key) MUST_USE;
/* RC_CRYPTO only when OpenSSL fails. */
enum rc p256_key_new(struct env *env, struct p256_key *ret_key) MUST_USE;
/* Whether the bytes are a point of the curve. */
bool p256_is_point(str bytes);
/* ECDH: the x coordinate. RC_CRYPTO: `point` is none. */
enum rc p256_agree(const struct p256_key *key, str point, struct crypto_key *ret_shared) MUST_USE;
/* ECDSA with SHA-256, as JWS wants it: r and s, 32 bytes each (RFC 7518, 3.4). */
enum rc p256_sign(const struct p256_key *key, str message, unsigned char ret_signature[P256_SIGNATURE_SIZE]) MUST_USE;

#endif
