/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"

#include <sodium.h>
#include <stdio.h>

enum { PASSES = 2 };

/* Two passes over 64 MiB: above what OWASP asks of Argon2id, about 0.1 s. Written before there are threads. */
static size_t memory = crypto_pwhash_MEMLIMIT_INTERACTIVE;

void crypto_password_set_memory(size_t bytes)
{
    memory = bytes;
}

enum rc crypto_password_hash(struct arena *arena, str password, str *ret_hash)
{
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(hash, password.ptr ? password.ptr : "", password.len, PASSES, memory,
                              crypto_pwhash_ALG_ARGON2ID13)
        != 0)
        return RC_NOMEM;
    *ret_hash = arena_dup(arena, str_of(hash));
    return RC_OK;
}

/* Of a password nobody knows, made at the same cost as real ones. */
static void nobodys_hash(char text[crypto_pwhash_STRBYTES])
{
    snprintf(text, crypto_pwhash_STRBYTES,
             "$argon2id$v=19$m=%zu,t=%d,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
             memory / 1024, PASSES);
}

enum rc crypto_password_verify(str password, str hash)
{
    char text[crypto_pwhash_STRBYTES] = {0};
    if (hash.len >= sizeof text)
        return RC_FORBIDDEN;
    if (hash.len)
        memcpy(text, hash.ptr, hash.len);
    else
        nobodys_hash(text);
    bool fits = crypto_pwhash_str_verify(text, password.ptr ? password.ptr : "", password.len) == 0;
    return fits && hash.len ? RC_OK : RC_FORBIDDEN;
}
