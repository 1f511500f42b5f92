/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * When a transaction ends SQLite tells the cache to drop the pages beyond the database's end. The cache knows the
 * highest number it was ever asked for, and walks all of its slots if that lies beyond. It nearly always does: whenever
 * the pages of a tree are put in order, one of them is called PENDING_BYTE_PAGE for a moment, a number of a gigabyte.
 * At 64 MiB of cache the walk was a tenth of the writer's time. Here such a moment is remembered for what it is, and
 * SQLite's cache is asked to drop pages only when it has some to drop.
 */
#include "db/page_cache.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>

struct cache {
    sqlite3_pcache *pages;
    unsigned highest; /* no page has a number above it, but the one that may be parked */
    unsigned parked;  /* the number a page has for a moment; 0: none has */
};

static sqlite3_pcache_methods2 own; /* SQLite's */

static struct cache *of(sqlite3_pcache *handle)
{
    return (struct cache *)handle;
}

static sqlite3_pcache *create(int page_bytes, int extra_bytes, int purgeable)
{
    struct cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->pages = own.xCreate(page_bytes, extra_bytes, purgeable);
    if (cache->pages)
        return (sqlite3_pcache *)cache;
    free(cache);
    return NULL;
}

static void destroy(sqlite3_pcache *handle)
{
    own.xDestroy(of(handle)->pages);
    free(of(handle));
}

static sqlite3_pcache_page *fetch(sqlite3_pcache *handle, unsigned number, int may_create)
{
    struct cache *cache = of(handle);
    sqlite3_pcache_page *page = own.xFetch(cache->pages, number, may_create);
    if (page && number > cache->highest)
        cache->highest = number;
    return page;
}

static void rekey(sqlite3_pcache *handle, sqlite3_pcache_page *page, unsigned from, unsigned to)
{
    struct cache *cache = of(handle);
    own.xRekey(cache->pages, page, from, to);
    if (from == cache->parked)
        cache->parked = 0;
    if (to <= cache->highest)
        return;
    if (cache->parked)
        cache->highest = to > cache->parked ? to : cache->parked;
    else
        cache->parked = to;
}

static void drop_beyond(sqlite3_pcache *handle, unsigned first)
{
    struct cache *cache = of(handle);
    if (cache->highest < first && cache->parked < first)
        return;
    own.xTruncate(cache->pages, first);
    if (cache->highest >= first)
        cache->highest = first ? first - 1 : 0;
    if (cache->parked >= first)
        cache->parked = 0;
}

/* ---- Passed on ---- */

static void set_size(sqlite3_pcache *handle, int pages)
{
    own.xCachesize(of(handle)->pages, pages);
}

static int count(sqlite3_pcache *handle)
{
    return own.xPagecount(of(handle)->pages);
}

static void unpin(sqlite3_pcache *handle, sqlite3_pcache_page *page, int discard)
{
    own.xUnpin(of(handle)->pages, page, discard);
}

static void shrink(sqlite3_pcache *handle)
{
    own.xShrink(of(handle)->pages);
}

void page_cache_install(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &own) != SQLITE_OK)
        return;
    sqlite3_pcache_methods2 methods = own;
    methods.xCreate = create;
    methods.xCachesize = set_size;
    methods.xPagecount = count;
    methods.xFetch = fetch;
    methods.xUnpin = unpin;
    methods.xRekey = rekey;
    methods.xTruncate = drop_beyond;
    methods.xDestroy = destroy;
    methods.xShrink = shrink;
    (void)sqlite3_config(SQLITE_CONFIG_PCACHE2, &methods);
    /* Else each connection begins with twenty pages, which most never fill: there is one to every part of the store for
     * every reading thread. */
    (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}
