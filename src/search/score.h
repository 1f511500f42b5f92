/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How well a text answers. A weight is what the index keeps of a word in a text: how often (up to three times), how
 * long the text is (by powers of two), and which key of which event it stands in. A score is made of weights alone, so
 * that it is the same on every page of an answer, whatever has been written or removed meanwhile, and tells nothing of
 * what the reader may not see: BM25 with the length of a word in the place of how rare it is here.
 */
#ifndef SEARCH_SCORE_H
#define SEARCH_SCORE_H

#include <stddef.h>
#include <stdint.h>

/* The keys that can be searched. Stored numbers. */
enum search_key { SEARCH_BODY, SEARCH_NAME, SEARCH_TOPIC, SEARCH_KEY_COUNT };

uint8_t weight_of(enum search_key key, size_t times, size_t words);
enum search_key weight_key(uint8_t weight);
/* Of a word of so many bytes, found whole or only its beginning; in millionths. Summed over a query's words. */
int64_t weight_score(uint8_t weight, size_t word_bytes, int whole);

#endif
