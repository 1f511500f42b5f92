/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What is kept in memory of the stores: number → immutable, reference-counted snapshot, bounded by weight, the least
 * recently used going first. Thread-safe.
 *
 * The writer publishes; a reader that finds nothing loads from disk and fills. What a reader loaded may be older than
 * what was published meanwhile: a fill therefore carries a ticket drawn before the view of the disk began that it was
 * read in, and is refused when something was published for that number since.
 */
#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include "base/str.h"

/* What the cache must know of the values' kind. */
struct cache_kind {
    void (*ref)(const void *value);
    void (*unref)(const void *value);
    size_t (*weight)(const void *value);
    str (*name)(const void *value); /* also findable by this, which never changes; NULL: only by number */
};

struct cache;

struct cache *cache_new(const struct cache_kind *kind, size_t budget);
void cache_free(struct cache **cache);

/* With a reference for the caller, or NULL. */
const void *cache_get(struct cache *cache, uint64_t nid);
const void *cache_find(struct cache *cache, str name);

/* Good for any number. */
uint64_t cache_ticket(const struct cache *cache);
void cache_fill(struct cache *cache, uint64_t nid, const void *value, uint64_t ticket);
void cache_publish(struct cache *cache, uint64_t nid, const void *value);
/* After a commit that made what is kept, or is being loaded, untrue: the next one to ask reads it from disk. */
void cache_forget(struct cache *cache, uint64_t nid);

#endif
