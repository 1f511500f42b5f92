/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/suggest.h"

enum { LONGEST = 40 };

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time; both at most LONGEST long. */
static size_t distance(str a, str b)
{
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t above = row[j];
            row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a.ptr[i - 1] != b.ptr[j - 1]));
            diagonal = above;
        }
    }
    return row[b.len];
}

void suggest_init(struct suggest *suggest, str typed)
{
    *suggest = (struct suggest){.typed = typed};
}

void suggest_offer(struct suggest *suggest, const char *candidate)
{
    str name = str_of(candidate), typed = suggest->typed;
    if (name.len > LONGEST || typed.len > LONGEST || typed.len == 0)
        return;
    size_t far = distance(typed, name);
    /* A beginning is as good as a typing error; otherwise a third of the letters may be wrong. */
    if (typed.len >= 3 && str_starts(name, typed))
        far = 1;
    else if (far > 1 + name.len / 4)
        return;
    if (!suggest->best || far < suggest->distance) {
        suggest->best = candidate;
        suggest->distance = far;
    }
}
