/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/state_check.h"

#include "api/member_event.h"
#include "api/policy_lists.h"
#include "room/auth.h"
#include "room/facts.h"
#include "room/lifetime.h"
#include "store/aliases.h"

/* Was it in the event that stands now? Only what is new is looked at. */
static bool alias_known(yyjson_val *before, str alias)
{
    if (str_eq(json_str_of(yyjson_obj_get(before, "alias")), alias))
        return true;
    size_t i, n;
    yyjson_val *item;
    yyjson_arr_foreach(yyjson_obj_get(before, "alt_aliases"), i, n,
                       item) if (str_eq(json_str_of(item), alias)) return true;
    return false;
}

static enum rc check_alias(struct call *call, const struct room *room, yyjson_val *before, str alias)
{
    if (alias_known(before, alias))
        return RC_OK;
    if (!room_alias_is_valid(alias))
        return call_fail(call, 400, "M_INVALID_PARAM", "An address in this event is not a valid room alias.");
    uint64_t room_nid;
    enum rc rc = aliases_find(call->tx, alias, &room_nid, NULL);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && room_nid != room->nid))
        return call_fail(call, 400, "M_BAD_ALIAS", "An address in this event does not lead to this room.");
    return rc;
}

static enum rc check_canonical_alias(struct call *call, const struct room *room, yyjson_val *content)
{
    struct error *err = call_err(call);
    str alias, *others;
    size_t count;
    TRY(json_get_str(content, "alias", &alias, err));
    TRY(json_get_strs(call->arena, content, "alt_aliases", &others, &count, NULL, err));
    yyjson_val *before = NULL;
    const struct event *event = room_state_get(room->state, S("m.room.canonical_alias"), S(""));
    if (event)
        TRY(event_content(event, call->arena, &before));
    if (alias.len)
        TRY(check_alias(call, room, before, alias));
    if (count > ALIASES_MAX_PER_ROOM)
        return call_fail(call, 400, "M_INVALID_PARAM", "Too many addresses.");
    for (size_t i = 0; i < count; i++)
        TRY(check_alias(call, room, before, others[i]));
    return RC_OK;
}

static enum rc check_slow_mode(struct call *call, yyjson_val *content)
{
    yyjson_val *interval = yyjson_obj_get(content, "interval");
    if (interval && (!yyjson_is_uint(interval) || yyjson_get_uint(interval) > SLOW_MODE_MAX_MS))
        return call_fail(call, 400, "M_BAD_JSON", "\"interval\" is a number of milliseconds, at most twelve hours.");
    return RC_OK;
}

/* Clients follow it, and would for ever. */
static enum rc check_tombstone(struct call *call, const struct room *room, yyjson_val *content)
{
    if (str_eq(json_str_of(yyjson_obj_get(content, "replacement_room")), room->room_id))
        return call_fail(call, 400, "M_INVALID_PARAM", "A room cannot be replaced by itself.");
    return RC_OK;
}

enum rc state_check(struct call *call, const struct room *room, str type, str state_key, yyjson_val *content)
{
    if (str_eq(type, S("m.room.canonical_alias")) && !state_key.len)
        return check_canonical_alias(call, room, content);
    if (str_eq(type, S("m.room.retention")) && !state_key.len && lifetime_read(content) == LIFETIME_UNSET)
        return call_fail(call, 400, "M_INVALID_PARAM", "A lifetime is a number of milliseconds above 0, or null.");
    if (str_eq(type, S("m.room.tombstone")) && !state_key.len)
        return check_tombstone(call, room, content);
    if (str_eq(type, S("m.room.member")) && str_eq(json_str_of(yyjson_obj_get(content, "membership")), S("invite")))
        return member_check_invited(call, state_key);
    if (str_eq(type, S(POLICY_LISTS_TYPE)) && !state_key.len)
        return policy_lists_check(call, content);
    if (str_eq(type, S(SLOW_MODE_TYPE)) && !state_key.len)
        return check_slow_mode(call, content);
    return RC_OK;
}
