/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* "Did you mean …?": the name nearest to a mistyped one. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include "base/str.h"

/* Feed every candidate to suggest_offer(); `best` is then the nearest, or NULL when none is near. */
struct suggest {
    str typed;
    const char *best;
    size_t distance;
};

void suggest_init(struct suggest *suggest, str typed);
void suggest_offer(struct suggest *suggest, const char *candidate);

#endif
