/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The cryptography Parley uses, by the name of what it is for: libsodium for sealing, signing, keyed hashes and
 * passwords, OpenSSL for SHA-256 and AES (which use the CPU's instructions). Call crypto_init() once before anything.
 * All functions are thread-safe. Keys are wiped by whoever owns them, with crypto_wipe().
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include "base/arena.h"
#include "base/env.h"
#include "base/strbuf.h"

enum {
    CRYPTO_KEY_SIZE = 32,
    CRYPTO_SHA256_SIZE = 32,
    CRYPTO_SHA1_SIZE = 20,
    CRYPTO_BLIND_SIZE = 16,
    CRYPTO_TOKEN_HASH_SIZE = 32,
    CRYPTO_SIGNATURE_SIZE = 64,
    CRYPTO_SEAL_OVERHEAD = 1 + 24 + 16, /* format byte, nonce, tag */
    CRYPTO_WRAPPED_SIZE = 1 + 12 + CRYPTO_KEY_SIZE + 16,
};

struct crypto_key {
    unsigned char bytes[CRYPTO_KEY_SIZE];
};

enum rc crypto_init(void) MUST_USE;
void crypto_wipe(void *ptr, size_t len);
/* Constant time; lengths are not secret. */
bool crypto_equal(str a, str b);
void crypto_key_new(struct env *env, struct crypto_key *ret_key);
/* An independent key for one use, from a master key and the use's name (BLAKE2b). */
void crypto_key_derive(const struct crypto_key *master, const char *use, struct crypto_key *ret_key);

/*
 * Sealing: XChaCha20-Poly1305 with a random nonce. `context` is authenticated but not stored: name there what
 * the sealed bytes are (table, column, row), so that they cannot be moved to another place.
 * Sealed form: format byte 1, 24 bytes nonce, ciphertext, 16 bytes tag.
 */
void crypto_seal(struct env *env, const struct crypto_key *key, str context, str plain, struct strbuf *out);
/* Writes exactly plain.len + CRYPTO_SEAL_OVERHEAD bytes to ret_sealed. */
void crypto_seal_to(struct env *env, const struct crypto_key *key, str context, str plain, unsigned char *ret_sealed);
/* RC_CRYPTO when key, context or bytes are not those that were sealed. */
enum rc crypto_open(struct arena *arena, const struct crypto_key *key, str context, str sealed,
                    str *ret_plain) MUST_USE;

/*
 * Wrapping a key under another: AES-256-GCM, so that what is sealed and the key it is sealed under do not fall with one
 * algorithm (obligation 4.5). `context` as for sealing. One key wraps at most 2^32 others: its nonces are random.
 * Wrapped form: format byte 2, 12 bytes nonce, the key encrypted, 16 bytes tag.
 */
void crypto_wrap(struct env *env, const struct crypto_key *key, str context, const struct crypto_key *secret,
                 unsigned char ret_wrapped[CRYPTO_WRAPPED_SIZE]);
/* RC_CRYPTO when key, context or bytes are not those that were wrapped. */
enum rc crypto_unwrap(const struct crypto_key *key, str context, str wrapped, struct crypto_key *ret_secret) MUST_USE;

void crypto_sha256(str bytes, unsigned char ret_digest[CRYPTO_SHA256_SIZE]);
/* HMAC-SHA256 (RFC 2104) under a key of 32 bytes: a commitment that anybody with the key can check. */
void crypto_hmac_sha256(const unsigned char key[CRYPTO_KEY_SIZE], str message,
                        unsigned char ret_mac[CRYPTO_SHA256_SIZE]);
/* Keyed 16-byte hash to look a value up by without storing it. `use` separates kinds of values. */
void crypto_blind(const struct crypto_key *key, const char *use, str value, unsigned char ret_blind[CRYPTO_BLIND_SIZE]);

/* HMAC-SHA1, for those who ask for nothing newer: TURN servers. */
void crypto_hmac_sha1(str key, str message, unsigned char ret_mac[CRYPTO_SHA1_SIZE]);

/* 256 random bits as 43 base64url characters behind a prefix ("prly_"), in the arena. */
str crypto_token_new(struct env *env, struct arena *arena, const char *prefix);
/* What is stored of a token. Tokens are random: an unkeyed hash is enough. */
void crypto_token_hash(str token, unsigned char ret_hash[CRYPTO_TOKEN_HASH_SIZE]);
/* n decimal digits, uniformly drawn, NUL-terminated. */
void crypto_digits(struct env *env, int n, char *ret_digits);
/* A random identifier of n characters [a-zA-Z]. */
str crypto_random_name(struct env *env, struct arena *arena, size_t n);

/* Argon2id. SLOW: only off the loop threads. The hash is self-describing ASCII text. */
enum rc crypto_password_hash(struct arena *arena, str password, str *ret_hash) MUST_USE;
/* How much memory hashes take from now on; before there are threads. */
void crypto_password_set_memory(size_t bytes);
/* RC_FORBIDDEN when the password is not the one; with an empty hash too, after the same work. */
enum rc crypto_password_verify(str password, str hash) MUST_USE;

/* Ed25519. The seed is the secret. */
struct crypto_signer {
    unsigned char public_key[32];
    unsigned char secret_key[64];
};
void crypto_signer_from_seed(const struct crypto_key *seed, struct crypto_signer *ret_signer);
void crypto_signer_sign(const struct crypto_signer *signer, str message,
                        unsigned char ret_signature[CRYPTO_SIGNATURE_SIZE]);
enum rc crypto_verify(const unsigned char public_key[32], str message,
                      const unsigned char signature[CRYPTO_SIGNATURE_SIZE]) MUST_USE;

/* Base64 without padding; url: the URL-safe alphabet. Decoding accepts padded input of either alphabet. */
str crypto_base64(struct arena *arena, str bytes, bool url);
enum rc crypto_base64_decode(struct arena *arena, str text, str *ret_bytes) MUST_USE;
str crypto_hex(struct arena *arena, str bytes);

#endif
