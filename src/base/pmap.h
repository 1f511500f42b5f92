/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A persistent map: immutable once made, so that a snapshot costs one reference and readers take no lock.
 * A hash trie, 32-way. pmap_with() copies the few nodes on the way to one entry and shares all others with
 * the map it came from.
 *
 * A value carries its own key, so that an entry costs one pointer; the map holds a reference on each value.
 * Reference counts are atomic: maps that share nodes may be used and dropped by different threads, but one
 * `struct pmap` belongs to one owner. There is no removal: nothing that is kept here ever needs it.
 */
#ifndef BASE_PMAP_H
#define BASE_PMAP_H

#include "base/str.h"

/* Names live in spaces; a map that needs only one space leaves it empty. */
struct pmap_key {
    str space, name;
};

/* What a map must know of its values. Static. */
struct pmap_type {
    struct pmap_key (*key)(const void *value); /* never changes while the value is in a map */
    uint64_t (*hash)(struct pmap_key key);     /* usually pmap_key_hash */
    void (*ref)(const void *value);
    void (*unref)(const void *value);
};

struct pmap_node;

struct pmap {
    const struct pmap_type *type;
    const struct pmap_node *root; /* NULL when empty */
    size_t count;
};

#define PMAP_INIT(type) ((struct pmap){(type), NULL, 0})

/* Keyed per process, like str_hash(). */
uint64_t pmap_key_hash(struct pmap_key key);

/* The map of these values; of several with the same key the last one counts. Linear in count. */
struct pmap pmap_from(const struct pmap_type *type, const void *const *values, size_t count);
/* The map with the value in it, in place of the one with the same key, which *ret_replaced (may be NULL) names
 * if there was one; it lives as long as `map` does. */
struct pmap pmap_with(const struct pmap *map, const void *value, const void **ret_replaced);
/* One more owner of the same content. */
struct pmap pmap_share(const struct pmap *map);
void pmap_fini(struct pmap *map);

/* NULL when there is none. Valid as long as the map. */
const void *pmap_get(const struct pmap *map, struct pmap_key key);
/* Calls visit for each value, in no order, until it returns false; false if it did. */
bool pmap_each(const struct pmap *map, bool (*visit)(const void *value, void *ctx), void *ctx);

#endif
