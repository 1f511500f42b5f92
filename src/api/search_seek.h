/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Asking the index on threads of its own: it may take a second, and whoever else the loop serves does not wait for it.
 * Searches wait for each other.
 */
#ifndef API_SEARCH_SEEK_H
#define API_SEARCH_SEEK_H

#include "api/call.h"
#include "store/search_find.h"

enum { SEARCH_THREADS = 2 };

/* What was found, in order. Lives as long as the call's arena. */
typedef enum rc (*search_then)(struct call *call, struct search_found *found, void *ctx);

/* PARK: what run() returns. The question, with what it points to, and ctx are in the call's arena. then() is called on
 * the loop once the caller has been authenticated anew; its result is the answer's. */
enum rc search_seek(struct call *call, const struct search_question *question, int (*order)(const void *, const void *),
                    search_then then, void *ctx) MUST_USE;

#endif
