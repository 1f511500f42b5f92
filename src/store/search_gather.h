/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The words of events that are to be indexed: as they were committed, where those are at hand, else as their rows are
 * now. Gathering is most of the work and holds up nobody; what is forgotten meanwhile is dropped before anything is
 * written (search_build.c).
 */
#ifndef STORE_SEARCH_GATHER_H
#define STORE_SEARCH_GATHER_H

#include "base/vec.h"
#include "search/segment.h"
#include "store/search_fresh.h"
#include "store/tx.h"

typedef VEC(struct posting) posting_vec;

/* What one event says. */
struct gathered_text {
    uint64_t room, subject;
    int64_t pos;
    size_t first, count; /* of the postings */
};

/* Ended by gathered_fini(). */
struct gathered {
    VEC(struct gathered_text) texts;
    posting_vec postings;
    struct arena words;
    size_t bytes; /* of text */
};
#define GATHERED_INIT ((struct gathered){.words = ARENA_INIT})
void gathered_fini(struct gathered *gathered);

/* Events after `from`, not past `upto`, in order, as many as a turn takes (SEARCH_TURN, and a bound in bytes).
 * *ret_done: everything up to there has been looked at. */
enum rc gather_stream(struct tx *tx, int64_t from, int64_t upto, struct gathered *gathered, int64_t *ret_done) MUST_USE;
/* The same of what is fresh, up to its end. */
void gather_fresh(const struct search_fresh *fresh, int64_t from, struct gathered *gathered, int64_t *ret_done);
/* The event at a place, if there is one that says something. */
enum rc gather_place(struct tx *tx, uint64_t room, int64_t pos, struct gathered *gathered) MUST_USE;

#endif
