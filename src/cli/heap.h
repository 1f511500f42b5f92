/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How the C library's allocator is to behave in a server. */
#ifndef CLI_HEAP_H
#define CLI_HEAP_H

#include <stdbool.h>
#include <stdint.h>

enum { HEAP_LOOK_EACH_S = 5 };

/* What was seen at the last look; begins as zeroes. */
struct heap_looks {
    int64_t cpu_ms;     /* of the process */
    int64_t rest_at_ms; /* the process's CPU when there was last little to do, after more */
};

/* Once, before any thread is started. */
void heap_settle(void);
/* Every HEAP_LOOK_EACH_S. True: there is little to do, and some may have been taken since it last was. */
bool heap_look(struct heap_looks *looks);
/* Gives what is free back to the system. What bursts have left, of handshakes, large answers or searches, stays with
 * the allocator otherwise: it gives back only the end of a heap. */
void heap_give_back(void);

#endif
