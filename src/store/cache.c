/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/cache.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SHARDS = 16, TICKETS = 256 };

/* One value; in its shard's ring, the most recently used behind the head. */
struct entry {
    struct entry *next, *prev;
    const void *value;
    uint64_t nid;
    size_t weight;
};

struct shard {
    pthread_mutex_t lock;
    struct map entries;
    struct entry ring;
    size_t weight;
    uint64_t published[TICKETS]; /* when last, in publications, by the number's hash */
};

/* A name of its own, so that it outlives the snapshots that carry it. */
struct name {
    uint64_t nid;
    size_t len;
    char text[];
};

struct name_shard {
    pthread_mutex_t lock;
    struct map names;
};

struct cache {
    const struct cache_kind *kind;
    size_t shard_budget;
    _Atomic uint64_t publications;
    struct shard shards[SHARDS];
    struct name_shard names[SHARDS];
};

struct cache *cache_new(const struct cache_kind *kind, size_t budget)
{
    struct cache *cache = xcalloc(1, sizeof *cache);
    cache->kind = kind;
    cache->shard_budget = budget / SHARDS;
    for (int i = 0; i < SHARDS; i++) {
        struct shard *shard = &cache->shards[i];
        pthread_mutex_init(&shard->lock, NULL);
        pthread_mutex_init(&cache->names[i].lock, NULL);
        shard->ring.next = shard->ring.prev = &shard->ring;
    }
    return cache;
}

void cache_free(struct cache **cache_ptr)
{
    struct cache *cache = *cache_ptr;
    if (!cache)
        return;
    for (int i = 0; i < SHARDS; i++) {
        struct shard *shard = &cache->shards[i];
        for (struct entry *entry = shard->ring.next, *next; entry != &shard->ring; entry = next) {
            next = entry->next;
            cache->kind->unref(entry->value);
            free(entry);
        }
        map_fini(&shard->entries);
        size_t cursor = 0;
        for (void *name; (name = map_next(&cache->names[i].names, &cursor, NULL, NULL));)
            free(name);
        map_fini(&cache->names[i].names);
        pthread_mutex_destroy(&shard->lock);
        pthread_mutex_destroy(&cache->names[i].lock);
    }
    free(cache);
    *cache_ptr = NULL;
}

/* High bits choose the shard, the next ones the ticket: the map inside uses the low ones. */
static struct shard *shard_of(struct cache *cache, uint64_t nid, uint64_t **ret_published)
{
    uint64_t hash = hash_u64(nid);
    struct shard *shard = &cache->shards[hash >> 60];
    if (ret_published)
        *ret_published = &shard->published[(hash >> 52) % TICKETS];
    return shard;
}

static struct name_shard *name_shard_of(struct cache *cache, str name)
{
    return &cache->names[str_hash(name) >> 60];
}

static void name_add(struct cache *cache, str text, uint64_t nid)
{
    struct name *name = xmalloc(sizeof *name + text.len);
    name->nid = nid;
    name->len = text.len;
    memcpy(name->text, text.ptr, text.len);
    struct name_shard *shard = name_shard_of(cache, text);
    pthread_mutex_lock(&shard->lock);
    /* The old key's bytes go with the old value: take it out before putting the new one in. */
    void *before = map_remove_str(&shard->names, text);
    map_put_str(&shard->names, (str){name->text, name->len}, name);
    pthread_mutex_unlock(&shard->lock);
    free(before);
}

static void name_remove(struct cache *cache, str text)
{
    struct name_shard *shard = name_shard_of(cache, text);
    pthread_mutex_lock(&shard->lock);
    void *before = map_remove_str(&shard->names, text);
    pthread_mutex_unlock(&shard->lock);
    free(before);
}

static void ring_remove(struct entry *entry)
{
    entry->prev->next = entry->next;
    entry->next->prev = entry->prev;
}

static void ring_add_first(struct shard *shard, struct entry *entry)
{
    entry->next = shard->ring.next;
    entry->prev = &shard->ring;
    entry->next->prev = entry;
    shard->ring.next = entry;
}

static void entry_evict(struct cache *cache, struct shard *shard, struct entry *entry)
{
    if (cache->kind->name)
        name_remove(cache, cache->kind->name(entry->value));
    map_remove(&shard->entries, entry->nid);
    ring_remove(entry);
    shard->weight -= entry->weight;
    cache->kind->unref(entry->value);
    free(entry);
}

/* With the shard locked. */
static void entry_set(struct cache *cache, struct shard *shard, uint64_t nid, const void *value)
{
    struct entry *entry = map_get(&shard->entries, nid);
    if (entry) {
        ring_remove(entry);
        shard->weight -= entry->weight;
    } else {
        entry = xcalloc(1, sizeof *entry);
        entry->nid = nid;
        map_put(&shard->entries, nid, entry);
        if (cache->kind->name)
            name_add(cache, cache->kind->name(value), nid);
    }
    const void *before = entry->value;
    cache->kind->ref(value);
    entry->value = value;
    entry->weight = cache->kind->weight(value) + sizeof *entry;
    shard->weight += entry->weight;
    ring_add_first(shard, entry);
    if (before)
        cache->kind->unref(before);
    while (shard->weight > cache->shard_budget && shard->ring.prev != entry)
        entry_evict(cache, shard, shard->ring.prev);
}

const void *cache_get(struct cache *cache, uint64_t nid)
{
    struct shard *shard = shard_of(cache, nid, NULL);
    const void *value = NULL;
    pthread_mutex_lock(&shard->lock);
    struct entry *entry = map_get(&shard->entries, nid);
    if (entry) {
        if (shard->ring.next != entry) {
            ring_remove(entry);
            ring_add_first(shard, entry);
        }
        value = entry->value;
        cache->kind->ref(value);
    }
    pthread_mutex_unlock(&shard->lock);
    return value;
}

const void *cache_find(struct cache *cache, str text)
{
    struct name_shard *shard = name_shard_of(cache, text);
    pthread_mutex_lock(&shard->lock);
    struct name *name = map_get_str(&shard->names, text);
    uint64_t nid = name ? name->nid : 0;
    pthread_mutex_unlock(&shard->lock);
    return name ? cache_get(cache, nid) : NULL;
}

uint64_t cache_ticket(const struct cache *cache)
{
    return atomic_load_explicit(&cache->publications, memory_order_acquire);
}

void cache_fill(struct cache *cache, uint64_t nid, const void *value, uint64_t ticket)
{
    uint64_t *published;
    struct shard *shard = shard_of(cache, nid, &published);
    pthread_mutex_lock(&shard->lock);
    if (*published <= ticket)
        entry_set(cache, shard, nid, value);
    pthread_mutex_unlock(&shard->lock);
}

void cache_publish(struct cache *cache, uint64_t nid, const void *value)
{
    uint64_t *published;
    struct shard *shard = shard_of(cache, nid, &published);
    pthread_mutex_lock(&shard->lock);
    /* After the commit: a ticket that counts this publication was drawn when its commit could be read. */
    *published = atomic_fetch_add_explicit(&cache->publications, 1, memory_order_acq_rel) + 1;
    entry_set(cache, shard, nid, value);
    pthread_mutex_unlock(&shard->lock);
}

void cache_forget(struct cache *cache, uint64_t nid)
{
    uint64_t *published;
    struct shard *shard = shard_of(cache, nid, &published);
    pthread_mutex_lock(&shard->lock);
    *published = atomic_fetch_add_explicit(&cache->publications, 1, memory_order_acq_rel) + 1;
    struct entry *entry = map_get(&shard->entries, nid);
    if (entry)
        entry_evict(cache, shard, entry);
    pthread_mutex_unlock(&shard->lock);
}
