/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "GET /_matrix/client/v1/room_summary/{roomIdOrAlias}": what one sees of a room before entering it. */
#include "api/room_summary.h"

#include "api/member_event.h"
#include "api/public_room.h"
#include "api/room_access.h"

enum rc room_summary_may_see(struct call *call, const struct room *room, bool *ret_may)
{
    enum membership membership = room_state_membership(room->state, call->who.user_id);
    bool banned = membership == MEMBERSHIP_BAN;
    *ret_may = membership == MEMBERSHIP_JOIN || membership == MEMBERSHIP_INVITE || membership == MEMBERSHIP_KNOCK
               || room_state_history(room->state) == HISTORY_WORLD_READABLE;
    switch (room_state_join_rule(room->state)) {
    case JOIN_PUBLIC:
    case JOIN_KNOCK:
    case JOIN_KNOCK_RESTRICTED: *ret_may |= !banned; return RC_OK;
    case JOIN_RESTRICTED:
        return *ret_may || banned || !call->who.user ? RC_OK : member_restricted_condition(call, room, ret_may);
    default: return RC_OK;
    }
}

static enum rc add_allowed_rooms(struct call *call, const struct room *room, struct strbuf *out)
{
    const struct event *rules = room_state_get(room->state, S("m.room.join_rules"), S(""));
    yyjson_val *content, *condition;
    if (!rules)
        return RC_OK;
    TRY(event_content(rules, call->arena, &content));
    size_t i, n;
    bool more = false;
    yyjson_arr_foreach(yyjson_obj_get(content, "allow"), i, n, condition)
    {
        str room_id = json_str_of(yyjson_obj_get(condition, "room_id"));
        if (!room_id.len)
            continue;
        strbuf_add(out, more ? S(",") : S(",\"allowed_room_ids\":["));
        strbuf_add_json(out, room_id);
        more = true;
    }
    if (more)
        strbuf_add_char(out, ']');
    return RC_OK;
}

enum rc room_summary_add(struct call *call, const struct room *room, struct strbuf *out)
{
    public_room_add(out, room);
    strbuf_add(out, S(",\"room_version\":"));
    strbuf_add_json(out, room->version->name);
    if (room_state_is_encrypted(room->state))
        strbuf_add(out, S(",\"encryption\":\"m.megolm.v1.aes-sha2\""));
    enum join_rule rule = room_state_join_rule(room->state);
    if (rule == JOIN_RESTRICTED || rule == JOIN_KNOCK_RESTRICTED)
        TRY(add_allowed_rooms(call, room, out));
    return RC_OK;
}

static enum rc get_summary(struct call *call)
{
    const struct room *room;
    bool may = false;
    enum rc rc = room_resolve(call, call->params[0], &room);
    if (rc == RC_OK)
        TRY(room_summary_may_see(call, room, &may));
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !may))
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such room, or it does not show itself.");
    TRY(rc);
    struct strbuf *out = &call->out;
    TRY(room_summary_add(call, room, out));
    if (call->who.user) {
        enum membership membership = room_state_membership(room->state, call->who.user_id);
        strbuf_add(out, S(",\"membership\":"));
        strbuf_add_json(out, membership_name(membership == MEMBERSHIP_NONE ? MEMBERSHIP_LEAVE : membership));
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getRoomSummary",
     .method = HTTP_GET,
     .path = "/_matrix/client/v1/room_summary/{roomIdOrAlias}",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_summary},
};

extern const struct endpoint_module room_summary_module;
const struct endpoint_module room_summary_module = ENDPOINT_MODULE(endpoints);
