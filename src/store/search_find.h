/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Asking the index: which places of some rooms have all the words of a query. What is not in the index yet is read from
 * the stream's end. What is found is a candidate: whether its text answers, and whether the reader may see it, is for
 * the caller to ask of the event.
 *
 * The work is bounded, by rows of the index opened, places found, events read, and time; with the newest first, so that
 * what goes missing in a bounded answer is old.
 */
#ifndef STORE_SEARCH_FIND_H
#define STORE_SEARCH_FIND_H

#include "search/query.h"
#include "store/events.h"

enum {
    SEARCH_MAX_ROWS = 20000,
    SEARCH_MAX_PLACES = 200000,
    SEARCH_MAX_BEHIND = 65536, /* of the stream's end, numbers looked at; */
    SEARCH_MAX_TAIL = 2000,    /* and events read */
    SEARCH_MAX_MS = 1000,      /* whoever else searches waits meanwhile */
};

struct search_candidate {
    int64_t pos, score;
    uint64_t room, subject;
    enum search_key key;
};
struct search_found {
    struct search_candidate *items; /* in no order; in the arena */
    size_t count;
    bool bounded; /* there may be more */
};

struct search_question {
    const struct search_query *query;
    const uint64_t *rooms;
    size_t room_count;
    uint32_t keys; /* 1 << enum search_key */
    int64_t upto;  /* nothing newer */
};
/* With search_view over it: the tx's search connection must not be in a transaction. */
enum rc search_find(struct tx *tx, const struct search_question *question, struct search_found *ret_found) MUST_USE;

#endif
