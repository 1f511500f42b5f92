/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Hash tables from a number or a string to a pointer. Open addressing, at most 3/4 full, not thread-safe.
 *
 * A string key is not copied: its bytes must live as long as the entry (they usually live in the value).
 * Values are never NULL. While walking with map_next() nothing may be added; the entry just returned may
 * be removed only by map_filter().
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map_slot {
    uint64_t hash; /* of the key */
    uint64_t number;
    str text;
    void *value; /* NULL: free slot */
};

struct map {
    struct map_slot *slots;
    size_t count, capacity; /* capacity is 0 or a power of two */
};

#define MAP_INIT ((struct map){NULL, 0, 0})

void map_fini(struct map *map);
void map_clear(struct map *map);

void *map_get(const struct map *map, uint64_t key);
/* Sets or replaces; returns the value that stood there before, or NULL. */
void *map_put(struct map *map, uint64_t key, void *value);
/* Returns the removed value, or NULL. */
void *map_remove(struct map *map, uint64_t key);

void *map_get_str(const struct map *map, str key);
void *map_put_str(struct map *map, str key, void *value);
void *map_remove_str(struct map *map, str key);

/* Walks all entries: start with *cursor = 0; NULL at the end. Either ret may be NULL. */
void *map_next(const struct map *map, size_t *cursor, uint64_t *ret_number, str *ret_text);
/* Removes each entry for which keep() returns false; keep owns what happens to such a value. */
void map_filter(struct map *map, bool (*keep)(void *value, void *ctx), void *ctx);

#endif
