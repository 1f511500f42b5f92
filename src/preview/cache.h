/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Answers of late, in memory only: a page is asked once for all who read the same message. Bounded in number and size.
 * Thread-safe.
 */
#ifndef PREVIEW_CACHE_H
#define PREVIEW_CACHE_H

#include "base/arena.h"

enum {
    PREVIEW_CACHE_SETS = 128,
    PREVIEW_CACHE_WAYS = 4,
    PREVIEW_CACHE_ANSWER_MAX = 8 * 1024, /* longer ones are not kept */
};

struct preview_cache;

struct preview_cache *preview_cache_new(void);
void preview_cache_free(struct preview_cache **cache);
/* STR_NONE: not there, or too old at now_ms. In the arena. */
str preview_cache_get(struct preview_cache *cache, str url, int64_t now_ms, struct arena *arena);
void preview_cache_put(struct preview_cache *cache, str url, str answer, int64_t until_ms);

#endif
