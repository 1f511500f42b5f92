/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A piece of the index in plain form: the words of some texts in order, each with the places it stands at. What is here
 * is what the texts say; it is sealed before it is stored (store/search_rows.h).
 *
 *     per word:   bytes shared with the word before (1), further bytes (1), those bytes, varint count, postings
 *     per posting: varint distance to the place before (the first: to 0), weight (1)
 *
 * Readers take whatever bytes there are: what does not parse ends the reading.
 */
#ifndef SEARCH_SEGMENT_H
#define SEARCH_SEGMENT_H

#include "base/strbuf.h"

struct posting {
    str word; /* at most WORD_MAX_BYTES + one more character for a pair */
    int64_t pos;
    uint8_t weight;
};

/* Appends the segment of postings in any order, which are sorted in place. A word twice at one place counts once. */
void segment_write(struct posting *postings, size_t count, struct strbuf *buf);
/* Calls fn for each posting, by word and place; false from fn ends it. False: the bytes are not a segment. The word
 * is valid during the call. */
bool segment_each(str segment, bool (*fn)(void *ctx, const struct posting *posting), void *ctx);
/* The same for those of one word, or of all words that begin with it. */
bool segment_find(str segment, str word, bool prefix, bool (*fn)(void *ctx, const struct posting *posting), void *ctx);

#endif
