/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/heap.h"

#ifdef __GLIBC__
#include <malloc.h>

enum {
    /* A request takes and gives back some pages. With the default of 128 KiB the heaps of the writer and the loops were
     * cut and grown again all the time, each time with a system call and fresh pages to clear. */
    KEPT = 4 << 20,
    GROWN_BY = 256 << 10,
    /* Answers of this size come and go too often for a mapping each; larger ones go back to the system at once. */
    MAPPED = 1 << 20,
    /* The default, eight a core, spreads what is free over as many heaps. */
    HEAPS = 4,
};

void heap_settle(void)
{
    mallopt(M_TRIM_THRESHOLD, KEPT);
    mallopt(M_TOP_PAD, GROWN_BY);
    mallopt(M_MMAP_THRESHOLD, MAPPED);
    mallopt(M_ARENA_MAX, HEAPS);
}
#else
void heap_settle(void)
{
}
#endif
