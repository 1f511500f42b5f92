/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/session_cache.h"

#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 64, SHARD_ENTRIES = 2048 };

struct entry {
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    struct session_row row; /* device_id points behind the struct */
    char device_id[];
};

struct shard {
    pthread_mutex_t lock;
    struct map entries;
    uint64_t drops; /* the ticket: how often something was dropped */
} __attribute__((aligned(64)));

struct session_cache {
    struct shard shards[SHARDS];
};

struct session_cache *session_cache_new(void)
{
    struct session_cache *cache = aligned_alloc(64, sizeof *cache);
    if (!cache)
        abort();
    memset(cache, 0, sizeof *cache);
    for (size_t i = 0; i < SHARDS; i++)
        pthread_mutex_init(&cache->shards[i].lock, NULL);
    return cache;
}

static bool forget(void *value, void *ctx)
{
    (void)ctx;
    free(value);
    return false;
}

void session_cache_free(struct session_cache **cache)
{
    if (!*cache)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &(*cache)->shards[i];
        map_filter(&shard->entries, forget, NULL);
        map_fini(&shard->entries);
        pthread_mutex_destroy(&shard->lock);
    }
    free(*cache);
    *cache = NULL;
}

/* Hashes of random tokens are spread evenly as they are. */
static struct shard *shard_of(struct session_cache *cache, const unsigned char *hash)
{
    return &cache->shards[hash[0] % SHARDS];
}

static str key_of(const unsigned char *hash)
{
    return str_from(hash, CRYPTO_TOKEN_HASH_SIZE);
}

bool session_cache_get(struct session_cache *cache, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE],
                       struct arena *arena, struct session_row *ret_row)
{
    struct shard *shard = shard_of(cache, hash);
    pthread_mutex_lock(&shard->lock);
    struct entry *entry = map_get_str(&shard->entries, key_of(hash));
    if (entry) {
        *ret_row = entry->row;
        ret_row->device_id = arena_dup(arena, entry->row.device_id);
    }
    pthread_mutex_unlock(&shard->lock);
    return entry != NULL;
}

uint64_t session_cache_ticket(struct session_cache *cache, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE])
{
    struct shard *shard = shard_of(cache, hash);
    pthread_mutex_lock(&shard->lock);
    uint64_t ticket = shard->drops;
    pthread_mutex_unlock(&shard->lock);
    return ticket;
}

/* Every other entry goes: cheap, and those in use come back by themselves. */
static bool keep_every_other(void *value, void *ctx)
{
    bool *keep = ctx;
    *keep = !*keep;
    if (!*keep)
        free(value);
    return *keep;
}

void session_cache_add(struct session_cache *cache, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE], uint64_t ticket,
                       const struct session_row *row)
{
    struct shard *shard = shard_of(cache, hash);
    struct entry *entry = xmalloc(sizeof *entry + row->device_id.len);
    memcpy(entry->hash, hash, sizeof entry->hash);
    memcpy(entry->device_id, row->device_id.ptr, row->device_id.len);
    entry->row = *row;
    entry->row.device_id.ptr = entry->device_id;
    entry->row.predecessor = 0;
    pthread_mutex_lock(&shard->lock);
    if (shard->drops == ticket) {
        bool keep = false;
        if (shard->entries.count >= SHARD_ENTRIES)
            map_filter(&shard->entries, keep_every_other, &keep);
        free(map_remove_str(&shard->entries, key_of(hash)));
        map_put_str(&shard->entries, key_of(entry->hash), entry);
        entry = NULL;
    }
    pthread_mutex_unlock(&shard->lock);
    free(entry);
}

void session_cache_drop(struct session_cache *cache, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE])
{
    struct shard *shard = shard_of(cache, hash);
    pthread_mutex_lock(&shard->lock);
    struct entry *entry = map_remove_str(&shard->entries, key_of(hash));
    shard->drops++;
    pthread_mutex_unlock(&shard->lock);
    free(entry);
}
