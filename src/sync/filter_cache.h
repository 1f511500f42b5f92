/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Parsed filters, shared by all who use the same one: clients of one make all send the same text, and each of them
 * with every request. One cache per loop, touched by its thread only.
 *
 * A filter that is held lives on when the cache goes; one that nobody holds stays until there are too many.
 */
#ifndef SYNC_FILTER_CACHE_H
#define SYNC_FILTER_CACHE_H

#include "sync/filter.h"

struct filter_cache;

struct filter_cache *filter_cache_new(void);
void filter_cache_free(struct filter_cache **cache);

/* The filter of that JSON text, with a reference for the caller. RC_NOT_JSON, RC_BAD_JSON. */
enum rc filter_cache_take(struct filter_cache *cache, str text, const struct filter **ret_filter,
                          struct error *err) MUST_USE;
const struct filter *filter_ref(const struct filter *filter);
void filter_unref(const struct filter **filter);

#endif
