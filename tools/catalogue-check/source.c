/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "source.h"

str source_place(const struct source *source, size_t i)
{
    return arena_printf(&source->census->arena, "%.*s:%d", STR_ARG(source->path), token_at(&source->tokens, i).line);
}

void source_hides(const struct source *source, size_t i, const char *what)
{
    str at = source_place(source, i);
    census_find(source->census, "%.*s: %s, so that the catalogue can be held against it", STR_ARG(at), what);
}
