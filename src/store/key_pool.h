/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Unwrapped data keys: reference-counted, in memory that is not swapped and not dumped (as far as the system's limit on
 * locked memory allows), wiped when the last reference goes. Thread-safe.
 */
#ifndef STORE_KEY_POOL_H
#define STORE_KEY_POOL_H

#include "crypto/crypto.h"
#include "store/cache.h"

#include <stdatomic.h>

struct key_pool;

struct data_key {
    _Atomic uint32_t refs;
    bool destroyed; /* known to be gone: remembered, so that asking again costs nothing */
    struct crypto_key key;
    struct key_pool *pool;
    struct data_key *next_free;
};

struct key_pool *key_pool_new(void);
/* After every key has gone. */
void key_pool_free(struct key_pool **pool);
/* With one reference; key NULL: a destroyed one. */
struct data_key *data_key_new(struct key_pool *pool, const struct crypto_key *key);
void data_key_unref(const struct data_key **key);

extern const struct cache_kind data_key_kind;

#endif
