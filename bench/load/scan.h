/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Finds the few things needed in an answer without parsing it. */
#ifndef BENCH_SCAN_H
#define BENCH_SCAN_H

#include "base/str.h"

/* The text value behind the first `"key":"`, raw (escapes kept); STR_NONE if there is none. Spaces behind ':' are fine.
 */
str scan_text(str json, const char *key);
/* Moves on to the next marker of a sent message and returns its time stamp, or 0 at the end. *cursor starts as 0. */
uint64_t scan_stamp(str json, size_t *cursor);
/* Sixteen hexadecimal digits behind the marker. */
#define STAMP_MARKER "bench:"
#define STAMP_DIGITS 16

#endif
