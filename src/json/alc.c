/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "json/alc.h"

static void *alc_malloc(void *arena, size_t size)
{
    return arena_alloc_raw(arena, size);
}

static void *alc_realloc(void *arena, void *ptr, size_t old_size, size_t size)
{
    if (size <= old_size)
        return ptr;
    void *moved = arena_alloc_raw(arena, size);
    return memcpy(moved, ptr, old_size);
}

static void alc_free(void *arena, void *ptr)
{
    (void)arena;
    (void)ptr;
}

yyjson_alc json_alc(struct arena *arena)
{
    return (yyjson_alc){.malloc = alc_malloc, .realloc = alc_realloc, .free = alc_free, .ctx = arena};
}
