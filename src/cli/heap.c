/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/heap.h"

#ifdef __GLIBC__
#include <malloc.h>
#include <sys/resource.h>

enum {
    /* A request takes and gives back some pages. With the default of 128 KiB the heaps of the writer and the loops were
     * cut and grown again all the time, each time with a system call and fresh pages to clear. */
    KEPT = 4 << 20,
    GROWN_BY = 256 << 10,
    /* Answers of this size come and go too often for a mapping each; larger ones go back to the system at once. */
    MAPPED = 1 << 20,
    /* The default, eight a core, spreads what is free over as many heaps. */
    HEAPS = 4,
    QUIET_MS = HEAP_LOOK_EACH_S * 1000 / 20, /* of CPU between two looks: whoever allocates meanwhile hardly waits */
    WORTH_MS = 100,                          /* of CPU since then: before, little can have been taken */
};

void heap_settle(void)
{
    mallopt(M_TRIM_THRESHOLD, KEPT);
    mallopt(M_TOP_PAD, GROWN_BY);
    mallopt(M_MMAP_THRESHOLD, MAPPED);
    mallopt(M_ARENA_MAX, HEAPS);
}

static int64_t cpu_ms(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (int64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000
           + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000;
}

bool heap_look(struct heap_looks *looks)
{
    int64_t now = cpu_ms(), used = now - looks->cpu_ms;
    looks->cpu_ms = now;
    if (used >= QUIET_MS || now - looks->rest_at_ms < WORTH_MS)
        return false;
    looks->rest_at_ms = now;
    return true;
}

void heap_give_back(void)
{
    malloc_trim(0);
}
#else
void heap_settle(void)
{
}

bool heap_look(struct heap_looks *looks)
{
    (void)looks;
    return false;
}

void heap_give_back(void)
{
}
#endif
