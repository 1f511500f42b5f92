/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "preview/cache.h"

#include <pthread.h>
#include <stdlib.h>

struct kept {
    int64_t until_ms; /* 0: nothing */
    size_t url_len, answer_len;
    char *bytes; /* the url, then the answer */
};

struct preview_cache {
    pthread_mutex_t lock;
    struct kept kept[PREVIEW_CACHE_SETS][PREVIEW_CACHE_WAYS];
};

struct preview_cache *preview_cache_new(void)
{
    struct preview_cache *cache = xcalloc(1, sizeof *cache);
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void preview_cache_free(struct preview_cache **cache)
{
    if (!*cache)
        return;
    for (size_t i = 0; i < PREVIEW_CACHE_SETS; i++)
        for (size_t k = 0; k < PREVIEW_CACHE_WAYS; k++)
            free((*cache)->kept[i][k].bytes);
    pthread_mutex_destroy(&(*cache)->lock);
    free(*cache);
    *cache = NULL;
}

static struct kept *set_of(struct preview_cache *cache, str url)
{
    return cache->kept[str_hash(url) % PREVIEW_CACHE_SETS];
}

static struct kept *find(struct kept *set, str url)
{
    for (size_t i = 0; i < PREVIEW_CACHE_WAYS; i++)
        if (set[i].bytes && str_eq(str_from(set[i].bytes, set[i].url_len), url))
            return &set[i];
    return NULL;
}

str preview_cache_get(struct preview_cache *cache, str url, int64_t now_ms, struct arena *arena)
{
    str answer = STR_NONE;
    pthread_mutex_lock(&cache->lock);
    const struct kept *kept = find(set_of(cache, url), url);
    if (kept && kept->until_ms > now_ms)
        answer = arena_dup(arena, str_from(kept->bytes + kept->url_len, kept->answer_len));
    pthread_mutex_unlock(&cache->lock);
    return answer;
}

/* Its own place, or that of what ends first. */
static struct kept *place_for(struct kept *set, str url)
{
    struct kept *place = find(set, url);
    for (size_t i = 0; !place && i < PREVIEW_CACHE_WAYS; i++)
        if (!set[i].bytes)
            return &set[i];
    if (place)
        return place;
    place = &set[0];
    for (size_t i = 1; i < PREVIEW_CACHE_WAYS; i++)
        if (set[i].until_ms < place->until_ms)
            place = &set[i];
    return place;
}

void preview_cache_put(struct preview_cache *cache, str url, str answer, int64_t until_ms)
{
    if (answer.len > PREVIEW_CACHE_ANSWER_MAX)
        return;
    char *bytes = xmalloc(url.len + answer.len);
    memcpy(bytes, url.ptr, url.len);
    memcpy(bytes + url.len, answer.ptr, answer.len);
    pthread_mutex_lock(&cache->lock);
    struct kept *place = place_for(set_of(cache, url), url);
    free(place->bytes);
    *place = (struct kept){.until_ms = until_ms, .url_len = url.len, .answer_len = answer.len, .bytes = bytes};
    pthread_mutex_unlock(&cache->lock);
}
