/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How the C library's allocator is to behave in a server; called once, before any thread is started. */
#ifndef CLI_HEAP_H
#define CLI_HEAP_H

void heap_settle(void);

#endif
