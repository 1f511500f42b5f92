/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Glob-style matching (spec: appendices, "Glob-style matching"): `*` is any number of characters, `?` exactly one.
 * Case is ignored for ASCII, Latin-1, Greek and Cyrillic letters. Time is at most pattern × text.
 */
#ifndef PUSH_GLOB_H
#define PUSH_GLOB_H

#include "base/str.h"

/* All of the text. */
bool glob_matches(str pattern, str text);
/* Any part of the text that starts and ends at a word boundary (spec: push module, "event_match" on content.body):
 * the text's start or end, or next to a character that is none of [A-Za-z0-9_]. */
bool glob_matches_words(str pattern, str text);
/* The same for plain words, in which `*` and `?` mean themselves. */
bool text_has_words(str words, str text);

#endif
