/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto_private.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

/* Fetched once and immutable from then on: EVP_sha256() would look the algorithm up anew for every hash. */
static EVP_MD *sha256;
/* One context a thread, freed with it: making one costs as much as hashing a small event. */
static pthread_key_t sha256_context;

static void context_free(void *context)
{
    EVP_MD_CTX_free(context);
}

enum rc crypto_hash_init(void)
{
    if (sha256)
        return RC_OK;
    EVP_MD *fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!fetched)
        return RC_CRYPTO;
    if (pthread_key_create(&sha256_context, context_free) != 0) {
        EVP_MD_free(fetched);
        return RC_NOMEM;
    }
    sha256 = fetched;
    return RC_OK;
}

static EVP_MD_CTX *thread_context(void)
{
    EVP_MD_CTX *context = pthread_getspecific(sha256_context);
    if (!context) {
        context = EVP_MD_CTX_new();
        if (!context || pthread_setspecific(sha256_context, context) != 0)
            abort(); /* out of memory: as in xmalloc() */
    }
    return context;
}

void crypto_sha256(str bytes, unsigned char ret_digest[CRYPTO_SHA256_SIZE])
{
    EVP_MD_CTX *context = thread_context();
    if (!EVP_DigestInit_ex2(context, sha256, NULL) || !EVP_DigestUpdate(context, bytes.ptr, bytes.len)
        || !EVP_DigestFinal_ex(context, ret_digest, NULL))
        abort(); /* hashing memory cannot fail but for memory */
}

void crypto_hmac_sha256(const unsigned char key[CRYPTO_KEY_SIZE], str message,
                        unsigned char ret_mac[CRYPTO_SHA256_SIZE])
{
    _Static_assert((int)crypto_auth_hmacsha256_KEYBYTES == (int)CRYPTO_KEY_SIZE, "the header promises the size");
    crypto_auth_hmacsha256(ret_mac, (const unsigned char *)message.ptr, message.len, key);
}

void crypto_hmac_sha1(str key, str message, unsigned char ret_mac[CRYPTO_SHA1_SIZE])
{
    unsigned len = CRYPTO_SHA1_SIZE;
    if (!HMAC(EVP_sha1(), key.ptr, (int)key.len, (const unsigned char *)message.ptr, message.len, ret_mac, &len))
        abort(); /* as above */
}

void crypto_blind(const struct crypto_key *key, const char *use, str value, unsigned char ret_blind[CRYPTO_BLIND_SIZE])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, key->bytes, sizeof key->bytes, CRYPTO_BLIND_SIZE);
    /* With its NUL, so that no use and value read like another pair. */
    crypto_generichash_update(&state, (const unsigned char *)use, strlen(use) + 1);
    crypto_generichash_update(&state, (const unsigned char *)value.ptr, value.len);
    crypto_generichash_final(&state, ret_blind, CRYPTO_BLIND_SIZE);
    crypto_wipe(&state, sizeof state);
}

void crypto_token_hash(str token, unsigned char ret_hash[CRYPTO_TOKEN_HASH_SIZE])
{
    crypto_sha256(token, ret_hash);
}
