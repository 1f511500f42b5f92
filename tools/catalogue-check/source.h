/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One source file being looked through, and what is said of a place in it. */
#ifndef CATALOGUE_CHECK_SOURCE_H
#define CATALOGUE_CHECK_SOURCE_H

#include "census.h"
#include "tokens.h"

struct source {
    struct census *census;
    str path;
    struct tokens tokens;
};

/* "path:line" of the i-th token. */
str source_place(const struct source *source, size_t i);
/* A finding: what is there cannot be read off. what: the rule it breaks. */
void source_hides(const struct source *source, size_t i, const char *what);

#endif
