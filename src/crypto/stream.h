/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A long text sealed in pieces (libsodium's secretstream: XChaCha20-Poly1305): each piece is authenticated, and so are
 * their order and the end. And the key of such a text, sealed so that only the holder of a recovery key opens it
 * (X25519 sealed box): who makes backups need not be able to read them.
 */
#ifndef CRYPTO_STREAM_H
#define CRYPTO_STREAM_H

#include "crypto/crypto.h"

enum {
    CRYPTO_STREAM_HEADER = 24,
    CRYPTO_STREAM_OVERHEAD = 17,
    CRYPTO_BOX_OVERHEAD = 48,
};

struct crypto_stream {
    _Alignas(16) unsigned char state[64];
};

/* context: authenticated with every piece, not stored. */
void crypto_stream_seal_begin(struct crypto_stream *stream, const struct crypto_key *key,
                              unsigned char ret_header[CRYPTO_STREAM_HEADER]);
/* Writes plain.len + CRYPTO_STREAM_OVERHEAD bytes. Nothing can follow the last piece. */
void crypto_stream_seal(struct crypto_stream *stream, str context, str plain, bool last, unsigned char *ret_sealed);
enum rc crypto_stream_open_begin(struct crypto_stream *stream, const struct crypto_key *key,
                                 const unsigned char header[CRYPTO_STREAM_HEADER]) MUST_USE;
/* Writes sealed.len − CRYPTO_STREAM_OVERHEAD bytes. RC_CRYPTO: not the piece that was sealed next. */
enum rc crypto_stream_open(struct crypto_stream *stream, str context, str sealed, unsigned char *ret_plain,
                           bool *ret_last) MUST_USE;

/* SHA-256 of bytes that come in pieces. */
struct crypto_sha256 {
    _Alignas(16) unsigned char state[128];
};
void crypto_sha256_begin(struct crypto_sha256 *hash);
void crypto_sha256_add(struct crypto_sha256 *hash, str bytes);
void crypto_sha256_end(struct crypto_sha256 *hash, unsigned char ret_digest[CRYPTO_SHA256_SIZE]);

/* The public half of a recovery key. */
void crypto_box_public(const struct crypto_key *secret, struct crypto_key *ret_public);
void crypto_box_seal_key(const struct crypto_key *public_key, const struct crypto_key *key,
                         unsigned char ret_sealed[CRYPTO_KEY_SIZE + CRYPTO_BOX_OVERHEAD]);
enum rc crypto_box_open_key(const struct crypto_key *secret,
                            const unsigned char sealed[CRYPTO_KEY_SIZE + CRYPTO_BOX_OVERHEAD],
                            struct crypto_key *ret_key) MUST_USE;

#endif
