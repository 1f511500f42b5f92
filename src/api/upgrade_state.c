/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/upgrade_state.h"

#include "api/policy_lists.h"
#include "api/room_access.h"
#include "base/vec.h"
#include "room/facts.h"
#include "room/power_number.h"

enum { ADMIN_POWER = 100, TOMBSTONE_POWER = 150 };

/* The spec's recommendation, and what is this server's own. m.room.power_levels, which it names too, is no copy. */
static const str carried_types[] = {
    STR_INIT("m.room.server_acl"),
    STR_INIT("m.room.encryption"),
    STR_INIT("m.room.name"),
    STR_INIT("m.room.avatar"),
    STR_INIT("m.room.topic"),
    STR_INIT("m.room.guest_access"),
    STR_INIT("m.room.history_visibility"),
    STR_INIT("m.room.join_rules"),
    STR_INIT(SLOW_MODE_TYPE),
    STR_INIT(PREVIEWS_TYPE),
    STR_INIT("m.room.retention"),
    STR_INIT("org.matrix.msc1763.retention"),
    STR_INIT(POLICY_LISTS_TYPE),
};

static enum rc send_state(struct call *call, const struct room **room_in_out, str type, str state_key, str content)
{
    struct room_send send = {.draft = {.type = type, .state_key = state_key, .content = content}};
    const struct event *event;
    str event_id;
    return room_send_as_caller(call, room_in_out, &send, &event, &event_id);
}

/* ---- bans, and the children of a space ---- */

typedef VEC(const struct event *) event_vec;

static bool collect_ban(const struct event *event, enum membership membership, void *ctx)
{
    event_vec *bans = ctx;
    if (membership == MEMBERSHIP_BAN)
        vec_push(bans, event);
    return true;
}

static enum rc send_ban(struct call *call, const struct room **new_in_out, const struct event *ban)
{
    yyjson_val *content;
    TRY(event_content(ban, call->arena, &content));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *next = yyjson_mut_obj(doc);
    json_set_str(doc, next, "membership", S("ban"));
    str reason = json_str_of(yyjson_obj_get(content, "reason"));
    if (reason.len)
        json_set_str(doc, next, "reason", reason);
    return send_state(call, new_in_out, S("m.room.member"), ban->state_key, json_mut_text(call->arena, next));
}

static enum rc carry_bans(struct call *call, const struct room *old, const struct room **new_in_out)
{
    event_vec bans = {0};
    enum rc rc = RC_OK;
    room_state_each_member(old->state, collect_ban, &bans);
    for (size_t i = 0; rc == RC_OK && i < bans.count; i++)
        /* Nobody can keep out who was named a creator of the new room. */
        if (!room_state_is_creator((*new_in_out)->state, bans.items[i]->state_key))
            rc = send_ban(call, new_in_out, bans.items[i]);
    vec_fini(&bans);
    return rc;
}

static bool collect_child(const struct event *event, void *ctx)
{
    event_vec *children = ctx;
    if (str_eq(event->type, S("m.space.child")) && event->content.len > 2)
        vec_push(children, event);
    return true;
}

/* A space is what it leads to. */
static enum rc carry_children(struct call *call, const struct room *old, const struct room **new_in_out)
{
    if (!str_eq(room_state_room_type(old->state), S("m.space")))
        return RC_OK;
    event_vec children = {0};
    enum rc rc = RC_OK;
    room_state_each(old->state, collect_child, &children);
    for (size_t i = 0; rc == RC_OK && i < children.count; i++)
        rc = send_state(call, new_in_out, S("m.space.child"), children.items[i]->state_key, children.items[i]->content);
    vec_fini(&children);
    return rc;
}

/* ---- power levels ---- */

/* A level as the new version wants it: from version 10 on only integers are. */
static yyjson_mut_val *level_copy(yyjson_mut_doc *doc, yyjson_val *value)
{
    int64_t level;
    return power_number(value, true, &level) ? yyjson_mut_sint(doc, level) : NULL;
}

static yyjson_mut_val *map_copy(yyjson_mut_doc *doc, yyjson_val *map)
{
    yyjson_mut_val *copy = yyjson_mut_obj(doc);
    size_t i, n;
    yyjson_val *key, *value;
    yyjson_obj_foreach(map, i, n, key, value)
    {
        yyjson_mut_val *level = level_copy(doc, value);
        if (level)
            yyjson_mut_obj_add(copy, yyjson_val_mut_copy(doc, key), level);
    }
    return copy;
}

static yyjson_mut_val *levels_copy(yyjson_mut_doc *doc, yyjson_val *content)
{
    yyjson_mut_val *copy = yyjson_mut_obj(doc);
    size_t i, n;
    yyjson_val *key, *value;
    yyjson_obj_foreach(content, i, n, key, value)
    {
        yyjson_mut_val *next = yyjson_is_obj(value) ? map_copy(doc, value) : level_copy(doc, value);
        if (next)
            yyjson_mut_obj_add(copy, yyjson_val_mut_copy(doc, key), next);
    }
    return copy;
}

/* Where creators outrank all levels, levels do not name them. */
static void levels_for_creators(yyjson_mut_val *levels, yyjson_val *old, const struct room *new)
{
    yyjson_mut_val *users = yyjson_mut_obj_get(levels, "users");
    size_t i, n;
    yyjson_val *key, *value;
    yyjson_obj_foreach(yyjson_obj_get(old, "users"), i, n, key, value)
    {
        str user_id = json_str_of(key);
        if (room_state_is_creator(new->state, user_id))
            yyjson_mut_obj_remove_keyn(users, user_id.ptr, user_id.len);
    }
}

/* Ending the room is for its creators, as in a room made new. */
static void reserve_tombstone(yyjson_mut_doc *doc, yyjson_mut_val *levels)
{
    yyjson_mut_val *events = yyjson_mut_obj_get(levels, "events");
    if (!events)
        json_set(doc, levels, "events", events = yyjson_mut_obj(doc));
    yyjson_mut_val *level = yyjson_mut_obj_get(events, "m.room.tombstone");
    if (level && yyjson_mut_get_sint(level) >= TOMBSTONE_POWER)
        return;
    yyjson_mut_obj_remove_key(events, "m.room.tombstone");
    json_set_i64(doc, events, "m.room.tombstone", TOMBSTONE_POWER);
}

/* Whoever ruled the old room by being its creator has to be named in one where that means nothing. */
static void levels_for_maker(yyjson_mut_doc *doc, yyjson_mut_val *levels, str maker)
{
    yyjson_mut_val *users = yyjson_mut_obj_get(levels, "users");
    if (!users)
        json_set(doc, levels, "users", users = yyjson_mut_obj(doc));
    yyjson_mut_obj_remove_keyn(users, maker.ptr, maker.len);
    yyjson_mut_obj_add(users, json_mut_str(doc, maker), yyjson_mut_sint(doc, ADMIN_POWER));
}

static enum rc carry_power_levels(struct call *call, const struct room *old, const struct room **new_in_out)
{
    const struct event *event = room_state_get(old->state, S("m.room.power_levels"), S(""));
    yyjson_val *content;
    if (!event)
        return RC_OK;
    TRY(event_content(event, call->arena, &content));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *levels = levels_copy(doc, content);
    bool were = old->version->privileged_creators, are = (*new_in_out)->version->privileged_creators;
    if (are)
        levels_for_creators(levels, content, *new_in_out);
    if (are && !were)
        reserve_tombstone(doc, levels);
    if (were && !are)
        levels_for_maker(doc, levels, call->who.user_id);
    return send_state(call, new_in_out, S("m.room.power_levels"), S(""), json_mut_text(call->arena, levels));
}

enum rc upgrade_carry_state(struct call *call, const struct room *old, const struct room **new_in_out)
{
    for (size_t i = 0; i < sizeof carried_types / sizeof *carried_types; i++) {
        const struct event *event = room_state_get(old->state, carried_types[i], S(""));
        if (event)
            TRY(send_state(call, new_in_out, event->type, event->state_key, event->content));
    }
    TRY(carry_children(call, old, new_in_out));
    TRY(carry_bans(call, old, new_in_out));
    return carry_power_levels(call, old, new_in_out);
}

int64_t upgrade_level(yyjson_val *content, const char *key, int64_t fallback)
{
    int64_t level;
    return power_number(yyjson_obj_get(content, key), true, &level) ? level : fallback;
}
