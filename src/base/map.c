/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/map.h"

#include "base/arena.h"
#include "base/hash.h"

#include <stdlib.h>

/* A key of either kind; text.ptr is NULL for numbers. */
struct key {
    uint64_t hash, number;
    str text;
};

static struct key key_number(uint64_t number)
{
    return (struct key){hash_u64(number), number, STR_NONE};
}

static struct key key_text(str text)
{
    return (struct key){str_hash(text), 0, text};
}

void map_fini(struct map *map)
{
    free(map->slots);
    *map = MAP_INIT;
}

void map_clear(struct map *map)
{
    if (map->slots)
        memset(map->slots, 0, map->capacity * sizeof *map->slots);
    map->count = 0;
}

static bool slot_is(const struct map_slot *slot, const struct key *key)
{
    return slot->hash == key->hash && slot->number == key->number && str_eq(slot->text, key->text);
}

/* The slot of the key, or the free one where it would go. */
static struct map_slot *slot_find(const struct map *map, const struct key *key)
{
    size_t mask = map->capacity - 1;
    for (size_t i = key->hash & mask;; i = (i + 1) & mask) {
        struct map_slot *slot = &map->slots[i];
        if (!slot->value || slot_is(slot, key))
            return slot;
    }
}

static void map_grow(struct map *map)
{
    struct map old = *map;
    map->capacity = old.capacity ? old.capacity * 2 : 16;
    map->slots = xcalloc(map->capacity, sizeof *map->slots);
    for (size_t i = 0; i < old.capacity; i++) {
        const struct map_slot *slot = &old.slots[i];
        if (slot->value)
            *slot_find(map, &(struct key){slot->hash, slot->number, slot->text}) = *slot;
    }
    free(old.slots);
}

static void *get(const struct map *map, struct key key)
{
    return map->count ? slot_find(map, &key)->value : NULL;
}

static void *put(struct map *map, struct key key, void *value)
{
    if (4 * (map->count + 1) > 3 * map->capacity)
        map_grow(map);
    struct map_slot *slot = slot_find(map, &key);
    void *before = slot->value;
    if (!before)
        map->count++;
    *slot = (struct map_slot){key.hash, key.number, key.text, value};
    return before;
}

/* Backward-shift deletion: what follows moves up, so that there are never tombstones. */
static void slot_free(struct map *map, size_t hole)
{
    size_t mask = map->capacity - 1;
    for (size_t i = (hole + 1) & mask; map->slots[i].value; i = (i + 1) & mask) {
        size_t home = map->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            map->slots[hole] = map->slots[i];
            hole = i;
        }
    }
    map->slots[hole].value = NULL;
    map->count--;
}

static void *take(struct map *map, struct key key)
{
    if (!map->count)
        return NULL;
    struct map_slot *slot = slot_find(map, &key);
    void *value = slot->value;
    if (value)
        slot_free(map, (size_t)(slot - map->slots));
    return value;
}

void *map_get(const struct map *map, uint64_t key)
{
    return get(map, key_number(key));
}

void *map_put(struct map *map, uint64_t key, void *value)
{
    return put(map, key_number(key), value);
}

void *map_remove(struct map *map, uint64_t key)
{
    return take(map, key_number(key));
}

void *map_get_str(const struct map *map, str key)
{
    return get(map, key_text(key));
}

void *map_put_str(struct map *map, str key, void *value)
{
    return put(map, key_text(key), value);
}

void *map_remove_str(struct map *map, str key)
{
    return take(map, key_text(key));
}

void *map_next(const struct map *map, size_t *cursor, uint64_t *ret_number, str *ret_text)
{
    while (*cursor < map->capacity) {
        const struct map_slot *slot = &map->slots[(*cursor)++];
        if (!slot->value)
            continue;
        if (ret_number)
            *ret_number = slot->number;
        if (ret_text)
            *ret_text = slot->text;
        return slot->value;
    }
    return NULL;
}

void map_filter(struct map *map, bool (*keep)(void *value, void *ctx), void *ctx)
{
    struct map old = *map;
    *map = MAP_INIT;
    for (size_t i = 0; i < old.capacity; i++) {
        const struct map_slot *slot = &old.slots[i];
        if (slot->value && keep(slot->value, ctx))
            put(map, (struct key){slot->hash, slot->number, slot->text}, slot->value);
    }
    free(old.slots);
}
