/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The writer's working copies in front of a cache: what the running group commit has changed, seen by the writer only.
 * A failing job takes back its own changes, a failing commit all; a durable one publishes them to the cache.
 */
#ifndef STORE_OVERLAY_H
#define STORE_OVERLAY_H

#include "base/map.h"
#include "base/vec.h"
#include "store/cache.h"

struct overlay_undo {
    uint64_t nid;
    const void *before; /* NULL: there was none */
};

struct overlay {
    const struct cache_kind *kind;
    struct cache *cache;
    struct map values;             /* one reference each */
    VEC(struct overlay_undo) undo; /* of the running job; one reference each */
};

void overlay_init(struct overlay *overlay, const struct cache_kind *kind, struct cache *cache);
void overlay_fini(struct overlay *overlay);
/* Borrowed; NULL: unchanged in this commit. */
const void *overlay_get(const struct overlay *overlay, uint64_t nid);
/* Takes over the caller's reference. */
void overlay_put(struct overlay *overlay, uint64_t nid, const void *value);
void overlay_job_keep(struct overlay *overlay);
void overlay_job_undo(struct overlay *overlay);
void overlay_publish(struct overlay *overlay);
void overlay_drop(struct overlay *overlay);

#endif
