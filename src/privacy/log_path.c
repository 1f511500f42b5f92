/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/log_path.h"

/* Six groups of three digits stay below 2^63. */
enum { GROUP = 3, GROUPS_MAX = 6 };

/* Decimal, without leading zeros, at most max. */
static enum rc number_parse(str text, uint64_t max, int *ret_number)
{
    uint64_t number;
    if (text.len > 1 && text.ptr[0] == '0')
        return RC_INVALID;
    TRY(str_to_u64(text, &number));
    if (number > max)
        return RC_INVALID;
    *ret_number = (int)number;
    return RC_OK;
}

static enum rc group_parse(str group, uint64_t *index)
{
    uint64_t number;
    if (group.len != GROUP)
        return RC_INVALID;
    TRY(str_to_u64(group, &number));
    *index = *index * 1000 + number;
    return RC_OK;
}

/* "x001/x234/067" */
static enum rc index_parse(str text, uint64_t *ret_index)
{
    uint64_t index = 0;
    str group;
    for (int groups = 1; groups <= GROUPS_MAX; groups++) {
        str rest = str_split(text, '/', &group);
        if (!rest.ptr) {
            TRY(group_parse(group, &index));
            *ret_index = index;
            return RC_OK;
        }
        if (!str_starts(group, S("x")))
            return RC_INVALID;
        TRY(group_parse(str_skip(group, 1), &index));
        if (index == 0) /* a shorter path names the same */
            return RC_INVALID;
        text = rest;
    }
    return RC_INVALID;
}

enum rc log_path_parse(str path, struct log_path *ret_path)
{
    struct log_path parsed = {.kind = LOG_CHECKPOINT, .width = LOG_TILE_WIDTH};
    str word, index;
    if (str_eq(path, S("checkpoint"))) {
        *ret_path = parsed;
        return RC_OK;
    }
    if (!str_starts(path, S("tile/")))
        return RC_INVALID;
    str rest = str_split(str_skip(path, 5), '/', &word);
    if (!rest.ptr)
        return RC_INVALID;
    parsed.kind = str_eq(word, S("entries")) ? LOG_ENTRIES : LOG_TILE;
    if (parsed.kind == LOG_TILE)
        TRY(number_parse(word, LOG_LEVEL_MAX, &parsed.level));
    str partial = str_split(rest, '.', &index);
    if (partial.ptr) {
        if (!str_starts(partial, S("p/")))
            return RC_INVALID;
        TRY(number_parse(str_skip(partial, 2), LOG_TILE_WIDTH - 1, &parsed.width));
        if (parsed.width == 0)
            return RC_INVALID;
    }
    TRY(index_parse(index, &parsed.index));
    *ret_path = parsed;
    return RC_OK;
}

str log_path_text(struct arena *arena, const struct log_path *path)
{
    if (path->kind == LOG_CHECKPOINT)
        return S("checkpoint");
    str index = arena_printf(arena, "%03u", (unsigned)(path->index % 1000));
    for (uint64_t rest = path->index / 1000; rest > 0; rest /= 1000)
        index = arena_printf(arena, "x%03u/%.*s", (unsigned)(rest % 1000), STR_ARG(index));
    str level = path->kind == LOG_ENTRIES ? S("entries") : arena_printf(arena, "%d", path->level);
    str partial = path->width < LOG_TILE_WIDTH ? arena_printf(arena, ".p/%d", path->width) : S("");
    return arena_printf(arena, "tile/%.*s/%.*s%.*s", STR_ARG(level), STR_ARG(index), STR_ARG(partial));
}
