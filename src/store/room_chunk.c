/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/rooms_private.h"

#include <stdlib.h>

struct room_chunk *room_chunk_new(void)
{
    struct room_chunk *chunk = xcalloc(1, sizeof *chunk);
    chunk->refs = 1;
    return chunk;
}

struct room_chunk *room_chunk_ref(struct room_chunk *chunk)
{
    if (chunk)
        atomic_fetch_add_explicit(&chunk->refs, 1, memory_order_relaxed);
    return chunk;
}

void room_chunk_unref(struct room_chunk **chunk_ptr)
{
    struct room_chunk *chunk = *chunk_ptr;
    *chunk_ptr = NULL;
    if (!chunk || atomic_fetch_sub_explicit(&chunk->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < chunk->filled; i++)
        event_unref(&chunk->events[i]);
    free(chunk);
}

struct room_chunk *room_chunk_copy(const struct room_chunk *chunk, size_t count)
{
    struct room_chunk *copy = room_chunk_new();
    for (; copy->filled < count; copy->filled++)
        copy->events[copy->filled] = event_ref(chunk->events[copy->filled]);
    return copy;
}
