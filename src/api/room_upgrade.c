/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Room Upgrades": POST …/upgrade. One commit: no room is ever left half replaced. */
#include "api/room_access.h"
#include "api/room_creation.h"
#include "api/suspension.h"
#include "api/upgrade_inherit.h"
#include "api/upgrade_state.h"
#include "room/auth.h"
#include "store/aliases.h"

struct upgrade {
    struct call *call;
    const struct room *old, *replacement;
    const struct room_version *version;
};

static enum rc read_version(struct upgrade *upgrade)
{
    struct call *call = upgrade->call;
    str name;
    TRY(json_need_str(call->body, "new_version", &name, call_err(call)));
    upgrade->version = room_version_find(name);
    if (!upgrade->version)
        return call_fail(call, 400, "M_UNSUPPORTED_ROOM_VERSION", "This server does not know that room version.");
    return RC_OK;
}

static enum rc check_creators(struct call *call)
{
    str *creators;
    size_t count;
    TRY(json_get_strs(call->arena, call->body, "additional_creators", &creators, &count, NULL, call_err(call)));
    for (size_t i = 0; i < count; i++)
        if (!user_id_is_valid(creators[i]))
            return call_fail(call, 400, "M_INVALID_PARAM", "additional_creators must be a list of user ids.");
    return RC_OK;
}

/* 1 */
static enum rc check_permission(const struct upgrade *upgrade)
{
    const struct room_state *state = upgrade->old->state;
    str user_id = upgrade->call->who.user_id;
    if (room_state_power_of(state, user_id) < room_state_power_for(state, S("m.room.tombstone"), true))
        return call_fail(upgrade->call, 403, "M_FORBIDDEN", "You have not the power to replace this room.");
    return RC_OK;
}

/* What of the old room's first event holds for the new one, and whom it follows. */
static enum rc creation_content(const struct upgrade *upgrade, yyjson_val **ret_content)
{
    struct call *call = upgrade->call;
    const struct event *create = room_state_get(upgrade->old->state, S("m.room.create"), S(""));
    yyjson_val *before, *kept, *creators = yyjson_obj_get(call->body, "additional_creators");
    TRY(event_content(create, call->arena, &before));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc), *predecessor = yyjson_mut_obj(doc);
    json_set_str(doc, predecessor, "room_id", upgrade->old->room_id);
    /* Since v1.16 it may be left out from version 12 on. */
    if (!upgrade->version->id_is_create_hash)
        json_set_str(doc, predecessor, "event_id", upgrade->old->last_event_id);
    json_set(doc, content, "predecessor", predecessor);
    if ((kept = yyjson_obj_get(before, "type")))
        json_set(doc, content, "type", yyjson_val_mut_copy(doc, kept));
    if ((kept = yyjson_obj_get(before, "m.federate")))
        json_set(doc, content, "m.federate", yyjson_val_mut_copy(doc, kept));
    if (creators && upgrade->version->privileged_creators)
        json_set(doc, content, "additional_creators", yyjson_val_mut_copy(doc, creators));
    return json_parse_object(call->arena, json_mut_text(call->arena, content), false, ret_content, call_err(call));
}

/* 2, 3 */
static enum rc make_replacement(struct upgrade *upgrade)
{
    struct creation creation = {.call = upgrade->call, .version = upgrade->version};
    TRY(creation_content(upgrade, &creation.creation_content));
    TRY(creation_begin(&creation));
    upgrade->replacement = creation.room;
    return upgrade_carry_state(upgrade->call, upgrade->old, &upgrade->replacement);
}

static enum rc send_state(struct upgrade *upgrade, const struct room **room_in_out, str type, str content,
                          str *ret_event_id)
{
    struct room_send send = {.draft = {.type = type, .state_key = S(""), .content = content}};
    const struct event *event;
    return room_send_as_caller(upgrade->call, room_in_out, &send, &event, ret_event_id);
}

/* What is good to have done in the old room, but no reason not to leave it. */
static enum rc send_if_allowed(struct upgrade *upgrade, str type, str content)
{
    str event_id;
    enum rc rc = send_state(upgrade, &upgrade->old, type, content, &event_id);
    return rc == RC_FORBIDDEN ? RC_OK : rc;
}

/* 4. Each keeps its maker. The event that shows them moves along. */
static enum rc move_aliases(struct upgrade *upgrade)
{
    struct tx *tx = upgrade->call->tx;
    str *aliases, event_id;
    size_t count;
    TRY(aliases_of_room(tx, upgrade->old->nid, &aliases, &count));
    for (size_t i = 0; i < count; i++) {
        uint64_t room_nid, creator_nid;
        TRY(aliases_find(tx, aliases[i], &room_nid, &creator_nid));
        TRY(aliases_remove(tx, aliases[i]));
        TRY(aliases_add(tx, aliases[i], upgrade->replacement->nid, creator_nid));
    }
    const struct event *shown = room_state_get(upgrade->old->state, S("m.room.canonical_alias"), S(""));
    if (!shown || shown->content.len <= 2)
        return RC_OK;
    TRY(send_state(upgrade, &upgrade->replacement, shown->type, shown->content, &event_id));
    return send_if_allowed(upgrade, S("m.room.canonical_alias"), S("{}"));
}

static enum rc move_listing(struct upgrade *upgrade)
{
    if (!upgrade->old->listed)
        return RC_OK;
    TRY(rooms_set_listed(upgrade->call->tx, &upgrade->replacement, true));
    return rooms_set_listed(upgrade->call->tx, &upgrade->old, false);
}

/* 5 */
static enum rc send_tombstone(struct upgrade *upgrade)
{
    yyjson_mut_doc *doc = json_new(upgrade->call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    str event_id;
    json_set_str(doc, content, "body", S("This room has been replaced"));
    json_set_str(doc, content, "replacement_room", upgrade->replacement->room_id);
    return send_state(upgrade, &upgrade->old, S("m.room.tombstone"), json_mut_text(upgrade->call->arena, content),
                      &event_id);
}

static void raise(yyjson_mut_doc *doc, yyjson_mut_val *levels, yyjson_val *before, const char *key, int64_t at_least)
{
    if (upgrade_level(before, key, 0) >= at_least)
        return;
    yyjson_mut_obj_remove_key(levels, key);
    json_set_i64(doc, levels, key, at_least);
}

/* 6. Nobody new is asked in, and those without power fall silent. */
static enum rc silence(struct upgrade *upgrade)
{
    const struct event *event = room_state_get(upgrade->old->state, S("m.room.power_levels"), S(""));
    yyjson_val *before;
    if (!event)
        return RC_OK;
    TRY(event_content(event, upgrade->call->arena, &before));
    yyjson_mut_doc *doc = json_new(upgrade->call->arena);
    yyjson_mut_val *levels = yyjson_val_mut_copy(doc, before);
    int64_t users_default = upgrade_level(before, "users_default", 0);
    int64_t above = users_default >= 50 ? users_default + 1 : 50;
    raise(doc, levels, before, "events_default", above);
    raise(doc, levels, before, "invite", above);
    return send_if_allowed(upgrade, S("m.room.power_levels"), json_mut_text(upgrade->call->arena, levels));
}

static enum rc post_upgrade(struct call *call)
{
    struct upgrade upgrade = {.call = call};
    TRY(suspension_check(call));
    TRY(read_version(&upgrade));
    TRY(check_creators(call));
    TRY(call_joined_room(call, call->params[0], &upgrade.old));
    TRY(check_permission(&upgrade));
    TRY(make_replacement(&upgrade));
    TRY(move_aliases(&upgrade));
    TRY(move_listing(&upgrade));
    TRY(send_tombstone(&upgrade));
    TRY(silence(&upgrade));
    TRY(upgrade_inherit(call, upgrade.replacement));
    strbuf_add(&call->out, S("{\"replacement_room\":"));
    strbuf_add_json(&call->out, upgrade.replacement->room_id);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "upgradeRoom",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/rooms/{roomId}/upgrade",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = post_upgrade},
};

extern const struct endpoint_module room_upgrade_module;
const struct endpoint_module room_upgrade_module = ENDPOINT_MODULE(endpoints);
