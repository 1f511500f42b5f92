/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/sliding/question.h"

#include <string.h>

static bool is_any(str s)
{
    return str_eq(s, S("*"));
}

bool state_pattern_matches(const struct state_pattern *pattern, str type, str key)
{
    return (is_any(pattern->type) || str_eq(pattern->type, type))
           && (is_any(pattern->key) || str_eq(pattern->key, key));
}

static bool has(const struct sliding_config *config, const struct state_pattern *pattern)
{
    for (size_t i = 0; i < config->state_count; i++)
        if (str_eq(config->state[i].type, pattern->type) && str_eq(config->state[i].key, pattern->key))
            return true;
    return false;
}

const struct sliding_config *sliding_config_join(struct arena *arena, const struct sliding_config *a,
                                                 const struct sliding_config *b)
{
    if (!a || a == b)
        return b;
    struct sliding_config *both = arena_new(arena, struct sliding_config);
    *both = *a;
    both->state = arena_array(arena, struct state_pattern, a->state_count + b->state_count + 1);
    if (a->state_count)
        memcpy(both->state, a->state, a->state_count * sizeof *a->state);
    for (size_t i = 0; i < b->state_count; i++)
        if (!has(both, &b->state[i]))
            both->state[both->state_count++] = b->state[i];
    if (b->timeline_limit > both->timeline_limit)
        both->timeline_limit = b->timeline_limit;
    both->lazy_members |= b->lazy_members;
    return both;
}
