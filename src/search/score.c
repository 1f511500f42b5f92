/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "search/score.h"

/* Two bits key, two bits times, four bits length. */
enum { KEY_SHIFT = 6, TIMES_SHIFT = 4, TIMES_MAX = 3, LENGTH_MASK = 15 };

uint8_t weight_of(enum search_key key, size_t times, size_t words)
{
    unsigned length = 0;
    while (words > 1 && length < LENGTH_MASK) {
        words >>= 1;
        length++;
    }
    if (times > TIMES_MAX)
        times = TIMES_MAX;
    return (uint8_t)((unsigned)key << KEY_SHIFT | (unsigned)times << TIMES_SHIFT | length);
}

enum search_key weight_key(uint8_t weight)
{
    return (enum search_key)(weight >> KEY_SHIFT);
}

int64_t weight_score(uint8_t weight, size_t word_bytes, int whole)
{
    static const double k1 = 1.2, b = 0.75, usual_words = 16;
    double times = (weight >> TIMES_SHIFT) & TIMES_MAX, words = (double)(1u << (weight & LENGTH_MASK));
    double saturated = times * (k1 + 1) / (times + k1 * (1 - b + b * words / usual_words));
    /* Longer words are rarer ones; a name is chosen with more care than a message. */
    double rare = 1 + (double)(word_bytes < 24 ? word_bytes : 24) / 8;
    double chosen = weight_key(weight) == SEARCH_BODY ? 1 : 1.5;
    return (int64_t)(saturated * rare * chosen * (whole ? 1 : 0.6) * 1e6);
}
