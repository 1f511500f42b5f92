/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/lifetime.h"

static bool read_member(yyjson_val *content, const char *name, int64_t *ret_value)
{
    yyjson_val *value = yyjson_obj_get(content, name);
    *ret_value = LIFETIME_FOREVER;
    if (!value || yyjson_is_null(value))
        return true;
    if (!yyjson_is_int(value) || yyjson_get_sint(value) <= 0 || yyjson_get_sint(value) > JSON_MAX_INTEGER)
        return false;
    *ret_value = yyjson_get_sint(value);
    return true;
}

/* A lifetime shorter than the one the room wants kept at least is lengthened to it, as the proposal has it. */
int64_t lifetime_read(yyjson_val *content)
{
    int64_t most, least;
    if (!read_member(content, "max_lifetime", &most) || !read_member(content, "min_lifetime", &least))
        return LIFETIME_UNSET;
    return most != LIFETIME_FOREVER && most < least ? least : most;
}

int64_t lifetime_asked(const struct room_state *state)
{
    const struct event *policy = state ? room_state_get(state, S("m.room.retention"), S("")) : NULL;
    if (!policy && state)
        policy = room_state_get(state, S("org.matrix.msc1763.retention"), S(""));
    if (!policy)
        return LIFETIME_UNSET;
    struct arena arena = ARENA_INIT;
    yyjson_val *content;
    int64_t asked = LIFETIME_UNSET;
    if (event_content(policy, &arena, &content) == RC_OK)
        asked = lifetime_read(content);
    arena_fini(&arena);
    return asked;
}

int64_t lifetime_within(const struct lifetime_bounds *bounds, int64_t asked)
{
    int64_t lifetime = asked == LIFETIME_UNSET ? bounds->fallback : asked;
    if (bounds->most && (lifetime == LIFETIME_FOREVER || lifetime > bounds->most))
        lifetime = bounds->most;
    if (lifetime != LIFETIME_FOREVER && lifetime < bounds->least)
        lifetime = bounds->least;
    return lifetime;
}
