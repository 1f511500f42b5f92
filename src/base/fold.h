/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Letters without their case: of ASCII, Latin-1, Greek and Cyrillic; all others are as they are written. */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/str.h"

/* The code point at *at of a UTF-8 text, which moves behind it. */
uint32_t fold_next_char(str s, size_t *at);
uint32_t fold_char(uint32_t c);
/* The UTF-8 text s folded, which has the same length; returns the end. `at` may be s.ptr itself. */
char *fold_into(char *at, str s);

#endif
