/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Rule 10: m.room.power_levels. Numbers as in v12; v10 and v11 lack its 10.4. Up to v9 only `users` has a shape to keep
 * (10.3), and a level may be a string; what is no level in any way counts as not being there.
 */
#include "room/auth_private.h"
#include "room/power_number.h"

static const char *const plain_levels[] = {"users_default", "events_default", "state_default", "ban",
                                           "redact",        "kick",           "invite"};
enum { PLAIN_LEVELS = sizeof plain_levels / sizeof plain_levels[0] };

/* A level that may be missing. */
struct level {
    bool present;
    int64_t value;
};

static bool strings_too(const struct auth_case *c)
{
    return !room_state_version(c->state)->integer_power_levels;
}

static struct level level_of(const struct auth_case *c, yyjson_val *value)
{
    struct level level = {0};
    level.present = power_number(value, strings_too(c), &level.value);
    return level;
}

/* Absent, or an object of levels. */
static bool is_level_map(const struct auth_case *c, yyjson_val *map)
{
    if (map && !yyjson_is_obj(map))
        return false;
    yyjson_obj_iter iter = yyjson_obj_iter_with(map);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));)
        if (!level_of(c, yyjson_obj_iter_get_val(key)).present)
            return false;
    return true;
}

/* 10.3 and 10.4 */
static enum rc check_users(const struct auth_case *c, yyjson_val *users)
{
    if (!is_level_map(c, users))
        return error_set(c->err, RC_BAD_JSON, "`users` must be an object of integers");
    bool privileged = room_state_version(c->state)->privileged_creators;
    yyjson_obj_iter iter = yyjson_obj_iter_with(users);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));) {
        str user = json_str_of(key);
        if (!user_id_is_valid(user))
            return error_set(c->err, RC_BAD_JSON, "`users` names something that is no user id");
        if (privileged && room_state_is_creator(c->state, user))
            return error_set(c->err, RC_BAD_JSON, "power levels cannot name a creator of the room");
    }
    return RC_OK;
}

/* 10.1 and 10.2, since v10 */
static enum rc check_integers(const struct auth_case *c)
{
    for (int i = 0; i < PLAIN_LEVELS; i++) {
        yyjson_val *level = yyjson_obj_get(c->content, plain_levels[i]);
        if (level && !level_of(c, level).present)
            return error_set(c->err, RC_BAD_JSON, "`%s` must be an integer", plain_levels[i]);
    }
    if (!is_level_map(c, yyjson_obj_get(c->content, "events"))
        || !is_level_map(c, yyjson_obj_get(c->content, "notifications")))
        return error_set(c->err, RC_BAD_JSON, "`events` and `notifications` must be objects of integers");
    return RC_OK;
}

/* Added, changed or removed. */
static bool is_altered(struct level before, struct level after)
{
    return before.present != after.present || before.value != after.value;
}

static bool exceeds(struct level level, int64_t power)
{
    return level.present && level.value > power;
}

/* 10.6 */
static enum rc check_plain(const struct auth_case *c, yyjson_val *old, int64_t power)
{
    for (int i = 0; i < PLAIN_LEVELS; i++) {
        struct level before = level_of(c, yyjson_obj_get(old, plain_levels[i]));
        struct level after = level_of(c, yyjson_obj_get(c->content, plain_levels[i]));
        if (is_altered(before, after) && (exceeds(before, power) || exceeds(after, power)))
            return auth_refuse(c, "changing `%s` needs more power", plain_levels[i]);
    }
    return RC_OK;
}

/* One entry of `events`, `notifications` or `users`. */
static bool entry_may_change(const struct auth_case *c, bool is_users, str name, struct level before,
                             struct level after, int64_t power)
{
    if (!is_altered(before, after))
        return true;
    if (exceeds(after, power)) /* 10.8, 10.10 */
        return false;
    if (!is_users || str_eq(name, c->event->sender)) /* 10.7 */
        return !exceeds(before, power);
    return !before.present || before.value < power; /* 10.9: not even of one's equals */
}

/* 10.7 to 10.10: each entry that is in the old map or the new one. */
static enum rc check_map(const struct auth_case *c, yyjson_val *old, const char *name, int64_t power)
{
    yyjson_val *before = yyjson_obj_get(old, name), *after = yyjson_obj_get(c->content, name);
    bool is_users = strcmp(name, "users") == 0;
    yyjson_val *const maps[] = {before, after};
    for (int i = 0; i < 2; i++) {
        yyjson_obj_iter iter = yyjson_obj_iter_with(maps[i]);
        for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));) {
            str entry = json_str_of(key);
            if (!entry_may_change(c, is_users, entry, level_of(c, yyjson_obj_getn(before, entry.ptr, entry.len)),
                                  level_of(c, yyjson_obj_getn(after, entry.ptr, entry.len)), power))
                return auth_refuse(c, "changing an entry of `%s` needs more power", name);
        }
    }
    return RC_OK;
}

enum rc auth_check_power_levels(const struct auth_case *c)
{
    const struct room_version *version = room_state_version(c->state);
    if (version->integer_power_levels)
        TRY(check_integers(c));
    TRY(check_users(c, yyjson_obj_get(c->content, "users")));
    const struct event *current = room_state_get(c->state, S("m.room.power_levels"), S(""));
    /* 10.5. An event with a state key of its own is no power levels of the room, but is held to the same rules. */
    if (!current)
        return RC_OK;
    yyjson_val *old;
    TRY(event_content(current, c->arena, &old));
    int64_t power = room_state_power_of(c->state, c->event->sender);
    TRY(check_plain(c, old, power));
    TRY(check_map(c, old, "events", power));
    if (version->notification_levels)
        TRY(check_map(c, old, "notifications", power));
    return check_map(c, old, "users", power);
}
