/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/overlay.h"

void overlay_init(struct overlay *overlay, const struct cache_kind *kind, struct cache *cache)
{
    *overlay = (struct overlay){.kind = kind, .cache = cache, .values = MAP_INIT};
}

void overlay_fini(struct overlay *overlay)
{
    overlay_drop(overlay);
    map_fini(&overlay->values);
    vec_fini(&overlay->undo);
}

const void *overlay_get(const struct overlay *overlay, uint64_t nid)
{
    return map_get(&overlay->values, nid);
}

void overlay_put(struct overlay *overlay, uint64_t nid, const void *value)
{
    const void *before = map_put(&overlay->values, nid, (void *)value);
    vec_push(&overlay->undo, ((struct overlay_undo){nid, before}));
}

void overlay_job_keep(struct overlay *overlay)
{
    for (size_t i = 0; i < overlay->undo.count; i++)
        if (overlay->undo.items[i].before)
            overlay->kind->unref(overlay->undo.items[i].before);
    overlay->undo.count = 0;
}

void overlay_job_undo(struct overlay *overlay)
{
    while (overlay->undo.count) {
        struct overlay_undo undo = overlay->undo.items[--overlay->undo.count];
        const void *value = undo.before ? map_put(&overlay->values, undo.nid, (void *)undo.before)
                                        : map_remove(&overlay->values, undo.nid);
        overlay->kind->unref(value);
    }
}

void overlay_publish(struct overlay *overlay)
{
    size_t cursor = 0;
    uint64_t nid;
    for (const void *value; (value = map_next(&overlay->values, &cursor, &nid, NULL));)
        cache_publish(overlay->cache, nid, value);
    overlay_drop(overlay);
}

void overlay_drop(struct overlay *overlay)
{
    overlay_job_undo(overlay);
    size_t cursor = 0;
    for (const void *value; (value = map_next(&overlay->values, &cursor, NULL, NULL));)
        overlay->kind->unref(value);
    map_clear(&overlay->values);
}
