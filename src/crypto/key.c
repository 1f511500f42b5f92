/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto_private.h"

#include <sodium.h>

enum rc crypto_init(void)
{
    if (sodium_init() < 0)
        return RC_CRYPTO;
    return crypto_hash_init();
}

void crypto_wipe(void *ptr, size_t len)
{
    sodium_memzero(ptr, len);
}

bool crypto_equal(str a, str b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.ptr, b.ptr, a.len) == 0);
}

void crypto_key_new(struct env *env, struct crypto_key *ret_key)
{
    env_random(env, ret_key->bytes, sizeof ret_key->bytes);
}

void crypto_key_derive(const struct crypto_key *master, const char *use, struct crypto_key *ret_key)
{
    crypto_generichash(ret_key->bytes, sizeof ret_key->bytes, (const unsigned char *)use, strlen(use), master->bytes,
                       sizeof master->bytes);
}
