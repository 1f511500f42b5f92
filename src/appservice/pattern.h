/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A regular expression of a namespace, compiled. It comes from the operator's files, but what it is matched against
 * comes from anybody: matching has bounds of time and memory.
 */
#ifndef APPSERVICE_PATTERN_H
#define APPSERVICE_PATTERN_H

#include "base/arena.h"

struct appservice_pattern;

/* Lives as long as the arena. RC_INVALID: err says what is wrong, without naming a place. */
enum rc pattern_new(struct arena *arena, str regex, struct appservice_pattern **ret_pattern,
                    struct error *err) MUST_USE;

enum pattern_match { PATTERN_NO, PATTERN_YES, PATTERN_UNDECIDED /* it took too long, or the text is not UTF-8 */ };
/* From the beginning of text. Thread-safe. */
enum pattern_match pattern_match(const struct appservice_pattern *pattern, str text);

#endif
