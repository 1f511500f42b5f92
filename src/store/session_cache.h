/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Sessions by access token, in memory: what nearly every request asks for. Thread-safe; a hit costs one short lock of
 * one of many shards. Bounded: a full shard forgets arbitrary entries, which only costs a look at the rows.
 *
 * Stale entries cannot stay: a reader takes a ticket before it reads the rows and may only add under it if nothing of
 * the shard was dropped in between; whoever ends a session drops it after the commit, before any reply leaves.
 */
#ifndef STORE_SESSION_CACHE_H
#define STORE_SESSION_CACHE_H

#include "base/arena.h"
#include "crypto/crypto.h"
#include "store/sessions.h"

struct session_cache;

/* What a row of the session table says. */
struct session_row {
    uint64_t nid, user_nid, device_nid;
    uint64_t predecessor; /* the session this one replaces once it is used; 0: none. Not cached */
    str device_id;
    int64_t expires_ms;
};

struct session_cache *session_cache_new(void);
void session_cache_free(struct session_cache **cache);
/* Strings go into the arena. */
bool session_cache_get(struct session_cache *cache, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE],
                       struct arena *arena, struct session_row *ret_row);
uint64_t session_cache_ticket(struct session_cache *cache, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE]);
void session_cache_add(struct session_cache *cache, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE], uint64_t ticket,
                       const struct session_row *row);
void session_cache_drop(struct session_cache *cache, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE]);

#endif
