/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT = 2, NONCE = 12, TAG = 16 };

_Static_assert(CRYPTO_WRAPPED_SIZE == 1 + NONCE + CRYPTO_KEY_SIZE + TAG, "the wrapped form is as documented");

static EVP_CIPHER_CTX *begin(const struct crypto_key *key, const unsigned char *nonce, str context, int encrypt)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int len;
    /* The library can refuse only for want of memory or of the algorithm itself. */
    if (!cipher || EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, key->bytes, nonce, encrypt) != 1
        || EVP_CipherUpdate(cipher, NULL, &len, (const unsigned char *)context.ptr, (int)context.len) != 1)
        abort();
    return cipher;
}

void crypto_wrap(struct env *env, const struct crypto_key *key, str context, const struct crypto_key *secret,
                 unsigned char ret_wrapped[CRYPTO_WRAPPED_SIZE])
{
    unsigned char *nonce = ret_wrapped + 1, *text = nonce + NONCE, *tag = text + CRYPTO_KEY_SIZE;
    int len;
    ret_wrapped[0] = FORMAT;
    env_random(env, nonce, NONCE);
    EVP_CIPHER_CTX *cipher = begin(key, nonce, context, 1);
    if (EVP_CipherUpdate(cipher, text, &len, secret->bytes, CRYPTO_KEY_SIZE) != 1
        || EVP_CipherFinal_ex(cipher, tag, &len) != 1
        || EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG, tag) != 1)
        abort();
    EVP_CIPHER_CTX_free(cipher);
}

enum rc crypto_unwrap(const struct crypto_key *key, str context, str wrapped, struct crypto_key *ret_secret)
{
    if (wrapped.len != CRYPTO_WRAPPED_SIZE || wrapped.ptr[0] != FORMAT)
        return RC_CRYPTO;
    const unsigned char *nonce = (const unsigned char *)wrapped.ptr + 1, *text = nonce + NONCE;
    unsigned char tag[TAG];
    struct crypto_key secret;
    int len;
    memcpy(tag, text + CRYPTO_KEY_SIZE, TAG);
    EVP_CIPHER_CTX *cipher = begin(key, nonce, context, 0);
    bool genuine = EVP_CipherUpdate(cipher, secret.bytes, &len, text, CRYPTO_KEY_SIZE) == 1
                   && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1
                   && EVP_CipherFinal_ex(cipher, tag, &len) == 1;
    EVP_CIPHER_CTX_free(cipher);
    if (genuine)
        *ret_secret = secret;
    crypto_wipe(&secret, sizeof secret);
    return genuine ? RC_OK : RC_CRYPTO;
}
