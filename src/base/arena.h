/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A bump allocator: everything of one request lives in one arena and goes with it.
 *
 * Allocations are 16-byte aligned and never freed one by one. Memory exhaustion aborts the process:
 * a chat server that cannot get a page can only restart, and what it acknowledged is on disk.
 * An arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;
struct arena_cleanup;

struct arena {
    struct arena_block *blocks;     /* newest first */
    size_t used;                    /* bytes handed out, for accounting */
    struct arena_cleanup *cleanups; /* newest first */
};

#define ARENA_INIT ((struct arena){NULL, 0, NULL})

void arena_init(struct arena *arena);
/* Frees everything; the arena can be used again. */
void arena_fini(struct arena *arena);
/* Forgets everything but keeps the first block for reuse. */
void arena_reset(struct arena *arena);
/* Calls fn(arg) when the arena is reset or freed, newest first, before any memory goes: for references that are
 * held as long as the arena. fn must not allocate from the arena. */
void arena_on_reset(struct arena *arena, void (*fn)(void *arg), void *arg);

/* Zeroed memory. */
void *arena_alloc(struct arena *arena, size_t size);
/* Memory with undefined content. */
void *arena_alloc_raw(struct arena *arena, size_t size);
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

str arena_dup(struct arena *arena, str s);
/* NUL-terminated copy, for a library's border. */
char *arena_cstr(struct arena *arena, str s);
str arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* a followed by b (and c). */
str arena_concat(struct arena *arena, str a, str b, str c);

/* malloc and friends that abort instead of returning NULL. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *ptr, size_t size);

#endif
