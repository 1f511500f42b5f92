/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Unpredictable bytes without a system call for each few of them: every message needs a nonce. ChaCha20 under a key
 * from the system stretches into a thread's buffer. The key is replaced by the first bytes of what it made (so that
 * nobody who sees the memory later can tell what was given out), mixed anew by the system every so often; what was
 * given out is wiped from the buffer, all of it when the thread ends. The process never forks without exec.
 */
#include "base/random.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    KEY = crypto_stream_chacha20_ietf_KEYBYTES,
    BUFFER = 1024,
    LARGE = BUFFER / 4,    /* from here on the system is asked at once */
    FILLS_PER_SEED = 1024, /* about a megabyte */
};

struct source {
    unsigned char bytes[BUFFER]; /* the next key, then what is given out */
    size_t used;                 /* 0: never filled */
    unsigned fills;
};

static void from_system(void *ret_bytes, size_t len)
{
    for (char *at = ret_bytes; len;) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0) {
            fputs("parley: the system gives no random bytes\n", stderr);
            abort();
        }
        at += got;
        len -= (size_t)got;
    }
}

static pthread_key_t at_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local struct source source;

static void wipe(void *mine)
{
    sodium_memzero(mine, sizeof(struct source));
}

static void wipe_main(void)
{
    wipe(&source);
}

static void set_up(void)
{
    if (pthread_key_create(&at_end, wipe) != 0 || atexit(wipe_main) != 0)
        abort();
}

static void fill(struct source *mine)
{
    static const unsigned char nonce[crypto_stream_chacha20_ietf_NONCEBYTES];
    unsigned char key[KEY];
    if (mine->fills % FILLS_PER_SEED == 0) {
        unsigned char seed[KEY];
        from_system(seed, KEY);
        for (size_t i = 0; i < KEY; i++)
            mine->bytes[i] ^= seed[i];
        sodium_memzero(seed, sizeof seed);
    }
    mine->fills++;
    memcpy(key, mine->bytes, KEY);
    crypto_stream_chacha20_ietf(mine->bytes, BUFFER, nonce, key);
    sodium_memzero(key, sizeof key);
    mine->used = KEY;
}

static void start(struct source *mine)
{
    pthread_once(&once, set_up);
    pthread_setspecific(at_end, mine);
    fill(mine);
}

void random_bytes(void *ret_bytes, size_t len)
{
    struct source *mine = &source;
    if (len >= LARGE) {
        from_system(ret_bytes, len);
        return;
    }
    if (!mine->used)
        start(mine);
    if (mine->used + len > BUFFER)
        fill(mine);
    memcpy(ret_bytes, mine->bytes + mine->used, len);
    sodium_memzero(mine->bytes + mine->used, len);
    mine->used += len;
}
