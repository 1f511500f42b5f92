/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What was said since the index was brought up, as it was committed, so that its rows need not be read and opened
 * again. It is let go when there is too much of it, and read from the rows after all.
 */
#ifndef STORE_SEARCH_FRESH_H
#define STORE_SEARCH_FRESH_H

#include "base/vec.h"
#include "room/event.h"
#include "store/store.h"

struct search_fresh {
    int64_t from, upto; /* of the stream: what may say something there is here. upto 0: nothing was told yet */
    VEC(const struct event *) events;
    size_t bytes; /* of them, about */
};

/* The writer's next commit. */
void search_fresh_add(struct search_fresh *fresh, const struct notice *notice);
/* Their order in the stream. */
void search_fresh_sort(struct search_fresh *fresh);
/* Lets go of all: what comes next begins after `from`. */
void search_fresh_clear(struct search_fresh *fresh, int64_t from);
void search_fresh_fini(struct search_fresh *fresh);

#endif
