/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"

#include <sodium.h>

enum rc crypto_password_hash(struct arena *arena, str password, str *ret_hash)
{
    char hash[crypto_pwhash_STRBYTES];
    /* 64 MiB and two passes: above what OWASP asks of Argon2id, about 0.1 s. */
    if (crypto_pwhash_str_alg(hash, password.ptr ? password.ptr : "", password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13)
        != 0)
        return RC_NOMEM;
    *ret_hash = arena_dup(arena, str_of(hash));
    return RC_OK;
}

enum rc crypto_password_verify(str password, str hash)
{
    char text[crypto_pwhash_STRBYTES] = {0};
    if (hash.len == 0 || hash.len >= sizeof text)
        return RC_FORBIDDEN;
    memcpy(text, hash.ptr, hash.len);
    return crypto_pwhash_str_verify(text, password.ptr ? password.ptr : "", password.len) == 0 ? RC_OK : RC_FORBIDDEN;
}
