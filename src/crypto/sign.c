/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"

#include <sodium.h>

void crypto_signer_from_seed(const struct crypto_key *seed, struct crypto_signer *ret_signer)
{
    crypto_sign_seed_keypair(ret_signer->public_key, ret_signer->secret_key, seed->bytes);
}

void crypto_signer_sign(const struct crypto_signer *signer, str message,
                        unsigned char ret_signature[CRYPTO_SIGNATURE_SIZE])
{
    crypto_sign_detached(ret_signature, NULL, (const unsigned char *)message.ptr, message.len, signer->secret_key);
}

enum rc crypto_verify(const unsigned char public_key[32], str message,
                      const unsigned char signature[CRYPTO_SIGNATURE_SIZE])
{
    int bad = crypto_sign_verify_detached(signature, (const unsigned char *)message.ptr, message.len, public_key);
    return bad ? RC_CRYPTO : RC_OK;
}
