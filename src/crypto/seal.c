/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"

#include <sodium.h>

enum {
    FORMAT = 1,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

_Static_assert(CRYPTO_SEAL_OVERHEAD == 1 + NONCE + TAG, "the sealed form is as documented");
_Static_assert(CRYPTO_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "keys fit the cipher");

void crypto_seal_to(struct env *env, const struct crypto_key *key, str context, str plain, unsigned char *ret_sealed)
{
    unsigned char *nonce = ret_sealed + 1;
    ret_sealed[0] = FORMAT;
    env_random(env, nonce, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE, NULL, (const unsigned char *)plain.ptr, plain.len,
                                               (const unsigned char *)context.ptr, context.len, NULL, nonce,
                                               key->bytes);
}

void crypto_seal(struct env *env, const struct crypto_key *key, str context, str plain, struct strbuf *out)
{
    size_t size = plain.len + CRYPTO_SEAL_OVERHEAD;
    char *sealed = strbuf_reserve(out, size);
    crypto_seal_to(env, key, context, plain, (unsigned char *)sealed);
    sealed[size] = '\0';
    out->len += size;
}

enum rc crypto_open(struct arena *arena, const struct crypto_key *key, str context, str sealed, str *ret_plain)
{
    if (sealed.len < CRYPTO_SEAL_OVERHEAD || sealed.ptr[0] != FORMAT)
        return RC_CRYPTO;
    const unsigned char *nonce = (const unsigned char *)sealed.ptr + 1;
    size_t len = sealed.len - CRYPTO_SEAL_OVERHEAD;
    char *plain = arena_alloc_raw(arena, len + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)plain, NULL, NULL, nonce + NONCE, len + TAG,
                                                   (const unsigned char *)context.ptr, context.len, nonce, key->bytes)
        != 0)
        return RC_CRYPTO;
    plain[len] = '\0';
    *ret_plain = str_from(plain, len);
    return RC_OK;
}
