/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A waiting /sync fits the first block, and very many of them wait. */
enum { FIRST_BLOCK = 2048 - 64, LARGEST_STEP = 256 * 1024, ALIGNMENT = 16 };

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    _Alignas(ALIGNMENT) char data[];
};

struct arena_cleanup {
    struct arena_cleanup *next;
    void (*fn)(void *arg);
    void *arg;
};

static void out_of_memory(void)
{
    fputs("parley: out of memory\n", stderr);
    abort();
}

void *xmalloc(size_t size)
{
    void *ptr = malloc(size ? size : 1);
    if (!ptr)
        out_of_memory();
    return ptr;
}

void *xcalloc(size_t count, size_t size)
{
    void *ptr = calloc(count ? count : 1, size ? size : 1);
    if (!ptr)
        out_of_memory();
    return ptr;
}

void *xrealloc(void *old, size_t size)
{
    void *ptr = realloc(old, size ? size : 1);
    if (!ptr)
        out_of_memory();
    return ptr;
}

void arena_init(struct arena *arena)
{
    *arena = ARENA_INIT;
}

void arena_on_reset(struct arena *arena, void (*fn)(void *arg), void *arg)
{
    struct arena_cleanup *cleanup = arena_alloc_raw(arena, sizeof *cleanup);
    *cleanup = (struct arena_cleanup){arena->cleanups, fn, arg};
    arena->cleanups = cleanup;
}

static void run_cleanups(struct arena *arena)
{
    while (arena->cleanups) {
        struct arena_cleanup *cleanup = arena->cleanups;
        arena->cleanups = cleanup->next;
        cleanup->fn(cleanup->arg);
    }
}

void arena_fini(struct arena *arena)
{
    run_cleanups(arena);
    for (struct arena_block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    *arena = ARENA_INIT;
}

void arena_reset(struct arena *arena)
{
    run_cleanups(arena);
    struct arena_block *first = arena->blocks;
    while (first && first->next) {
        struct arena_block *next = first->next;
        free(first);
        first = next;
    }
    if (first)
        first->used = 0;
    arena->blocks = first;
    arena->used = 0;
}

static struct arena_block *block_add(struct arena *arena, size_t size)
{
    size_t step = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    if (step > LARGEST_STEP)
        step = LARGEST_STEP;
    if (step < size)
        step = size;
    struct arena_block *block = xmalloc(sizeof *block + step);
    block->next = arena->blocks;
    block->size = step;
    block->used = 0;
    arena->blocks = block;
    return block;
}

void *arena_alloc_raw(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    struct arena_block *block = arena->blocks;
    if (!block || block->size - block->used < size)
        block = block_add(arena, size);
    void *ptr = block->data + block->used;
    block->used += size;
    arena->used += size;
    return ptr;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(arena_alloc_raw(arena, size), 0, size);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        out_of_memory();
    return arena_alloc(arena, total);
}

str arena_dup(struct arena *arena, str s)
{
    return (str){arena_cstr(arena, s), s.len};
}

char *arena_cstr(struct arena *arena, str s)
{
    char *copy = arena_alloc_raw(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

str arena_printf(struct arena *arena, const char *format, ...)
{
    char most[256]; /* formatting is what takes time: nearly always once is enough */
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(most, sizeof most, format, args);
    va_end(args);
    char *text = arena_alloc_raw(arena, (size_t)len + 1);
    if ((size_t)len < sizeof most)
        memcpy(text, most, (size_t)len + 1);
    else
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return (str){text, (size_t)len};
}

str arena_concat(struct arena *arena, str a, str b, str c)
{
    char *text = arena_alloc_raw(arena, a.len + b.len + c.len + 1);
    char *at = text;
    const str parts[] = {a, b, c};
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].len)
            memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    *at = '\0';
    return (str){text, (size_t)(at - text)};
}
