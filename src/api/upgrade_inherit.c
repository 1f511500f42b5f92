/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/upgrade_inherit.h"

#include "api/push_rules_stored.h"
#include "api/third_party_taken.h"
#include "store/account_data.h"

static str content_str(struct call *call, const struct room *room, str type, const char *object, const char *key)
{
    const struct event *event = room_state_get(room->state, type, S(""));
    yyjson_val *content;
    if (!event || event_content(event, call->arena, &content) != RC_OK)
        return STR_NONE;
    return json_str_of(yyjson_obj_get(object ? yyjson_obj_get(content, object) : content, key));
}

/* A room says itself whom it follows: it is believed only where the other one says the same. */
static enum rc find_predecessor(struct call *call, const struct room *room, const struct room **ret_old)
{
    str old_id = content_str(call, room, S("m.room.create"), "predecessor", "room_id");
    const struct room *old;
    if (!old_id.len)
        return RC_NOT_FOUND;
    TRY(rooms_find(call->tx, old_id, &old));
    if (!str_eq(content_str(call, old, S("m.room.tombstone"), NULL, "replacement_room"), room->room_id))
        return RC_NOT_FOUND;
    *ret_old = old;
    return RC_OK;
}

static enum rc inherit_tags(struct call *call, const struct room *old, const struct room *room)
{
    str there, here;
    enum rc rc = account_data_get(call->tx, call->who.user_nid, room->nid, S("m.tag"), &here);
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = account_data_get(call->tx, call->who.user_nid, old->nid, S("m.tag"), &there);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    return account_data_set(call->tx, call->who.user_nid, room->nid, S("m.tag"), there);
}

static enum rc inherit_push_rules(struct call *call, const struct room *old, const struct room *room)
{
    struct push_rules *rules;
    bool changed;
    TRY(push_rules_stored_load(call->tx, call->who.user, &rules));
    push_rules_carry(rules, old->room_id, room->room_id, &changed);
    return changed ? push_rules_stored_save(call->tx, call->who.user, rules) : RC_OK;
}

static bool list_names(yyjson_val *list, str room_id)
{
    size_t i, n;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, n, item)
    {
        if (str_eq(json_str_of(item), room_id))
            return true;
    }
    return false;
}

/* m.direct: {"@user:server":["!room",…],…} */
static enum rc inherit_direct(struct call *call, const struct room *old, const struct room *room)
{
    str text;
    yyjson_val *direct, *key, *rooms;
    enum rc rc = account_data_get(call->tx, call->who.user_nid, 0, S("m.direct"), &text);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    if (json_parse_object(call->arena, text, false, &direct, NULL) != RC_OK)
        return RC_OK;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *next = yyjson_val_mut_copy(doc, direct);
    bool changed = false;
    size_t i, n;
    yyjson_obj_foreach(direct, i, n, key, rooms)
    {
        if (!list_names(rooms, old->room_id) || list_names(rooms, room->room_id))
            continue;
        str user_id = json_str_of(key);
        yyjson_mut_arr_append(yyjson_mut_obj_getn(next, user_id.ptr, user_id.len), json_mut_str(doc, room->room_id));
        changed = true;
    }
    if (!changed)
        return RC_OK;
    return account_data_set(call->tx, call->who.user_nid, 0, S("m.direct"), json_mut_text(call->arena, next));
}

enum rc upgrade_inherit(struct call *call, const struct room *room)
{
    const struct room *old;
    enum rc rc = find_predecessor(call, room, &old);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(inherit_tags(call, old, room));
    TRY(inherit_push_rules(call, old, room));
    TRY(inherit_direct(call, old, room));
    return third_party_invites_follow(call, old, room);
}
