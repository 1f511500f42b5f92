/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A text as a sequence of words, as search compares them: without case, without the accents of alphabetic scripts and
 * apostrophes, in Unicode's compatibility form ("ﬁ" is "fi", full-width letters are letters, "ß" is "ss"). What is
 * written without blanks between words (Han, kana, Hangul, Thai and its neighbours) is a word a character: two
 * neighbours that touch say `touches`, so that a run of them can be looked for as it stands. So is an emoji, whatever
 * its skin.
 *
 * Pure; whatever bytes come in, nothing but valid UTF-8 comes out.
 */
#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H

#include "base/arena.h"

enum {
    WORD_MAX_BYTES = 64, /* what is longer is as long as this */
    WORDS_MAX = 8192,    /* of a text; what follows is not looked at */
};

struct word {
    str text;        /* folded; lives in the arena */
    size_t from, to; /* where it stands in the original, in bytes */
    bool single;     /* a character of a script without blanks, or an emoji */
    bool touches;    /* single, and so is the word before, right in front of it */
};

struct words {
    struct word *items;
    size_t count;
};
struct words words_of(struct arena *arena, str text);

#endif
