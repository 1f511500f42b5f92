/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"

enum { TOKEN_BYTES = 32 };

str crypto_token_new(struct env *env, struct arena *arena, const char *prefix)
{
    unsigned char bytes[TOKEN_BYTES];
    env_random(env, bytes, sizeof bytes);
    str token =
        arena_concat(arena, str_of(prefix), crypto_base64(arena, str_from(bytes, sizeof bytes), true), STR_NONE);
    crypto_wipe(bytes, sizeof bytes);
    return token;
}

/* Fills n characters drawn uniformly from alphabet: a byte that would favour the first letters is drawn again. */
static void draw(struct env *env, str alphabet, size_t n, char *ret_text)
{
    const unsigned fair = 256 - 256 % (unsigned)alphabet.len;
    for (size_t done = 0; done < n;) {
        unsigned char bytes[32];
        env_random(env, bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes && done < n; i++) {
            if (bytes[i] < fair)
                ret_text[done++] = alphabet.ptr[bytes[i] % alphabet.len];
        }
    }
}

void crypto_digits(struct env *env, int n, char *ret_digits)
{
    draw(env, S("0123456789"), (size_t)n, ret_digits);
    ret_digits[n] = '\0';
}

str crypto_random_name(struct env *env, struct arena *arena, size_t n)
{
    char *name = arena_alloc_raw(arena, n + 1);
    draw(env, S("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), n, name);
    name[n] = '\0';
    return str_from(name, n);
}
