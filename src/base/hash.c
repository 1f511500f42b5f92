/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/hash.h"

#include <string.h>
#include <sys/random.h>

static uint64_t key[2];

/* Before main, so that no thread can race it. A failing getrandom leaves addresses as a weak key. */
__attribute__((constructor)) static void key_draw(void)
{
    if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key) {
        key[0] = (uint64_t)(uintptr_t)&key;
        key[1] = (uint64_t)(uintptr_t)__builtin_frame_address(0);
    }
}

static inline uint64_t rotate(uint64_t x, int b)
{
    return (x << b) | (x >> (64 - b));
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

uint64_t hash_bytes(const void *ptr, size_t len)
{
    const unsigned char *p = ptr;
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du, key[0] ^ 0x6c7967656e657261u,
                     key[1] ^ 0x7465646279746573u};
    uint64_t word, last = (uint64_t)len << 56;
    size_t left = len;
    for (; left >= 8; left -= 8, p += 8) {
        memcpy(&word, p, 8);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    word = 0;
    if (left)
        memcpy(&word, p, left);
    last |= word;
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t hash_u64(uint64_t value)
{
    value ^= key[0];
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    return value ^ (value >> 32) ^ key[1];
}
