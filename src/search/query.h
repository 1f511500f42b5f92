/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What somebody looks for: every part has to be there, in any order. A part is a word; a word's beginning ("vers*"); a
 * run of characters of a script without blanks, as it stands; or what stands between quotation marks, word by word.
 *
 * The index is asked for terms: words, single characters, and pairs of such that touch. What it finds is a candidate; a
 * text answers when query_matches() says so.
 */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "search/score.h"
#include "search/words.h"

enum { QUERY_MAX_BYTES = 512, QUERY_MAX_TERMS = 16 };

struct query_term {
    str text;
    bool prefix;
};
struct query_part {
    struct word *words;
    size_t count;
    bool prefix;
};
struct search_query {
    struct query_part *parts;
    size_t part_count;
    struct query_term terms[QUERY_MAX_TERMS]; /* of more parts than this, those of the first */
    size_t term_count;
};

/* In the arena, like what is found. No parts: there is nothing in it to look for. */
void query_parse(struct arena *arena, str text, struct search_query *ret_query);

/* A text to be put into the index, or to be asked: its words and the terms they come to, by key. */
struct search_text {
    enum search_key key;
    str text;
};
struct text_term {
    str text;
    uint8_t weight;
};
/* The terms of a text, each once. */
void text_terms(struct arena *arena, const struct search_text *text, struct text_term **ret_terms, size_t *ret_count);

/* Where in a text the query's parts stand, for highlighting: as they are written there. */
struct query_places {
    str *items;
    size_t count, max;
};
/* ret_places may be NULL, or has room for max more. */
bool query_matches(struct arena *arena, const struct search_query *query, str text, struct query_places *ret_places);

#endif
