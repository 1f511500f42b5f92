/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/sliding/connections.h"

#include <stdlib.h>
#include <string.h>

/* ---- configs ---- */

static str put(char **at, str s)
{
    if (s.len)
        memcpy(*at, s.ptr, s.len);
    str copy = {*at, s.len};
    *at += s.len;
    return copy;
}

struct kept_config *kept_config_new(const struct sliding_config *config)
{
    size_t texts = 0;
    for (size_t i = 0; i < config->state_count; i++)
        texts += config->state[i].type.len + config->state[i].key.len;
    struct kept_config *kept = xmalloc(sizeof *kept + config->state_count * sizeof *kept->state + texts);
    kept->refs = 1;
    kept->timeline_limit = config->timeline_limit;
    kept->lazy_members = config->lazy_members;
    kept->count = config->state_count;
    char *at = (char *)&kept->state[kept->count];
    for (size_t i = 0; i < kept->count; i++) {
        kept->state[i].type = put(&at, config->state[i].type);
        kept->state[i].key = put(&at, config->state[i].key);
    }
    return kept;
}

void kept_config_unref(struct kept_config **config_ptr)
{
    struct kept_config *config = *config_ptr;
    *config_ptr = NULL;
    if (config && atomic_fetch_sub_explicit(&config->refs, 1, memory_order_acq_rel) == 1)
        free(config);
}

/* A pattern stands for another when it matches all that one does; "*" matches "*" as well. */
static bool covers_pattern(const struct kept_config *kept, const struct state_pattern *pattern)
{
    for (size_t i = 0; i < kept->count; i++)
        if (state_pattern_matches(&kept->state[i], pattern->type, pattern->key))
            return true;
    return false;
}

bool kept_config_covers(const struct kept_config *kept, const struct sliding_config *config)
{
    if (config->lazy_members && !kept->lazy_members)
        return false;
    for (size_t i = 0; i < config->state_count; i++)
        if (!covers_pattern(kept, &config->state[i]))
            return false;
    return true;
}

/* ---- views ---- */

struct sliding_view *sliding_view_new(size_t count)
{
    struct sliding_view *view = xcalloc(1, sizeof *view + count * sizeof *view->sent);
    view->refs = 1;
    view->count = count;
    return view;
}

void sliding_view_unref(const struct sliding_view **view_ptr)
{
    struct sliding_view *view = (struct sliding_view *)*view_ptr;
    *view_ptr = NULL;
    if (!view || atomic_fetch_sub_explicit(&view->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < view->count; i++)
        kept_config_unref(&view->sent[i].config);
    free(view);
}

static int by_room(const void *key, const void *entry)
{
    uint64_t room_nid = *(const uint64_t *)key, other = ((const struct sliding_sent *)entry)->room_nid;
    return (room_nid > other) - (room_nid < other);
}

const struct sliding_sent *sliding_view_find(const struct sliding_view *view, uint64_t room_nid)
{
    return view ? bsearch(&room_nid, view->sent, view->count, sizeof *view->sent, by_room) : NULL;
}
