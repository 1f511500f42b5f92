/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/stream.h"

#include <sodium.h>

typedef crypto_secretstream_xchacha20poly1305_state stream_state;
_Static_assert(sizeof(stream_state) <= sizeof(struct crypto_stream), "the state fits");
_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct crypto_sha256), "the state fits");
_Static_assert((int)CRYPTO_STREAM_HEADER == (int)crypto_secretstream_xchacha20poly1305_HEADERBYTES, "as documented");
_Static_assert((int)CRYPTO_STREAM_OVERHEAD == (int)crypto_secretstream_xchacha20poly1305_ABYTES, "as documented");
_Static_assert((int)CRYPTO_BOX_OVERHEAD == (int)crypto_box_SEALBYTES, "as documented");

static stream_state *state_of(struct crypto_stream *stream)
{
    return (stream_state *)(void *)stream->state;
}

void crypto_stream_seal_begin(struct crypto_stream *stream, const struct crypto_key *key,
                              unsigned char ret_header[CRYPTO_STREAM_HEADER])
{
    crypto_secretstream_xchacha20poly1305_init_push(state_of(stream), ret_header, key->bytes);
}

void crypto_stream_seal(struct crypto_stream *stream, str context, str plain, bool last, unsigned char *ret_sealed)
{
    crypto_secretstream_xchacha20poly1305_push(state_of(stream), ret_sealed, NULL, (const unsigned char *)plain.ptr,
                                               plain.len, (const unsigned char *)context.ptr, context.len,
                                               last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                    : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

enum rc crypto_stream_open_begin(struct crypto_stream *stream, const struct crypto_key *key,
                                 const unsigned char header[CRYPTO_STREAM_HEADER])
{
    return crypto_secretstream_xchacha20poly1305_init_pull(state_of(stream), header, key->bytes) == 0 ? RC_OK
                                                                                                      : RC_CRYPTO;
}

enum rc crypto_stream_open(struct crypto_stream *stream, str context, str sealed, unsigned char *ret_plain,
                           bool *ret_last)
{
    unsigned char tag;
    if (sealed.len < CRYPTO_STREAM_OVERHEAD
        || crypto_secretstream_xchacha20poly1305_pull(state_of(stream), ret_plain, NULL, &tag,
                                                      (const unsigned char *)sealed.ptr, sealed.len,
                                                      (const unsigned char *)context.ptr, context.len)
               != 0)
        return RC_CRYPTO;
    *ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return RC_OK;
}

void crypto_sha256_begin(struct crypto_sha256 *hash)
{
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)hash->state);
}

void crypto_sha256_add(struct crypto_sha256 *hash, str bytes)
{
    crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)hash->state, (const unsigned char *)bytes.ptr,
                              bytes.len);
}

void crypto_sha256_end(struct crypto_sha256 *hash, unsigned char ret_digest[CRYPTO_SHA256_SIZE])
{
    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)hash->state, ret_digest);
}

void crypto_box_public(const struct crypto_key *secret, struct crypto_key *ret_public)
{
    crypto_scalarmult_base(ret_public->bytes, secret->bytes);
}

void crypto_box_seal_key(const struct crypto_key *public_key, const struct crypto_key *key,
                         unsigned char ret_sealed[CRYPTO_KEY_SIZE + CRYPTO_BOX_OVERHEAD])
{
    crypto_box_seal(ret_sealed, key->bytes, CRYPTO_KEY_SIZE, public_key->bytes);
}

enum rc crypto_box_open_key(const struct crypto_key *secret,
                            const unsigned char sealed[CRYPTO_KEY_SIZE + CRYPTO_BOX_OVERHEAD],
                            struct crypto_key *ret_key)
{
    struct crypto_key public_key;
    crypto_box_public(secret, &public_key);
    return crypto_box_seal_open(ret_key->bytes, sealed, CRYPTO_KEY_SIZE + CRYPTO_BOX_OVERHEAD, public_key.bytes,
                                secret->bytes)
                   == 0
               ? RC_OK
               : RC_CRYPTO;
}
