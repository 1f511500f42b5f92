/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/filter_cache.h"

#include "base/container.h"
#include "base/map.h"

#include <stdlib.h>

enum { UNUSED_MAX = 64 };

struct shared_filter {
    struct filter filter;
    struct arena arena; /* the text and what the filter points to */
    str text;
    struct filter_cache *cache; /* NULL: it has gone */
    size_t refs;
};

struct filter_cache {
    struct map by_text;
    size_t unused;
};

static void shared_free(struct shared_filter *shared)
{
    arena_fini(&shared->arena);
    free(shared);
}

struct filter_cache *filter_cache_new(void)
{
    return xcalloc(1, sizeof(struct filter_cache));
}

void filter_cache_free(struct filter_cache **cache)
{
    struct shared_filter *shared;
    if (!*cache)
        return;
    for (size_t cursor = 0; (shared = map_next(&(*cache)->by_text, &cursor, NULL, NULL));) {
        shared->cache = NULL;
        if (!shared->refs)
            shared_free(shared);
    }
    map_fini(&(*cache)->by_text);
    free(*cache);
    *cache = NULL;
}

static enum rc shared_new(struct filter_cache *cache, str text, struct shared_filter **ret_shared, struct error *err)
{
    struct shared_filter *shared = xcalloc(1, sizeof *shared);
    yyjson_val *object;
    shared->cache = cache;
    shared->text = arena_dup(&shared->arena, text);
    enum rc rc = json_parse_object(&shared->arena, shared->text, false, &object, err);
    if (rc == RC_OK)
        rc = filter_parse(&shared->arena, object, &shared->filter, err);
    if (rc == RC_OK)
        *ret_shared = shared;
    else
        shared_free(shared);
    return rc;
}

enum rc filter_cache_take(struct filter_cache *cache, str text, const struct filter **ret_filter, struct error *err)
{
    struct shared_filter *shared = map_get_str(&cache->by_text, text);
    if (!shared) {
        TRY(shared_new(cache, text, &shared, err));
        map_put_str(&cache->by_text, shared->text, shared);
    } else if (!shared->refs) {
        cache->unused--;
    }
    shared->refs++;
    *ret_filter = &shared->filter;
    return RC_OK;
}

static bool is_used(void *value, void *ctx)
{
    struct shared_filter *shared = value;
    (void)ctx;
    if (shared->refs)
        return true;
    shared_free(shared);
    return false;
}

static struct shared_filter *shared_of(const struct filter *filter)
{
    return CONTAINER_OF((struct filter *)filter, struct shared_filter, filter);
}

const struct filter *filter_ref(const struct filter *filter)
{
    shared_of(filter)->refs++;
    return filter;
}

void filter_unref(const struct filter **filter)
{
    if (!*filter)
        return;
    struct shared_filter *shared = shared_of(*filter);
    struct filter_cache *cache = shared->cache;
    *filter = NULL;
    if (--shared->refs)
        return;
    if (!cache) {
        shared_free(shared);
    } else if (++cache->unused > UNUSED_MAX) {
        map_filter(&cache->by_text, is_used, NULL);
        cache->unused = 0;
    }
}
