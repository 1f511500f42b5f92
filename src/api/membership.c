/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Room membership": join, knock, invite, leave, forget, kick, ban, unban, joined_rooms. */
#include "api/member_event.h"
#include "api/notices_room.h"
#include "api/room_access.h"
#include "api/service_query.h"
#include "api/third_party_invite.h"
#include "room/auth.h"

enum { MAX_REASON = 2048 };

static enum rc body_reason(struct call *call, str *ret_reason)
{
    *ret_reason = STR_NONE;
    if (!call->body)
        return RC_OK;
    TRY(json_get_str(call->body, "reason", ret_reason, call_err(call)));
    if (ret_reason->len > MAX_REASON)
        return call_fail(call, 400, "M_INVALID_PARAM", "The reason is too long.");
    return RC_OK;
}

/* ---- join, knock ---- */

static enum rc join_room(struct call *call, const struct room *room)
{
    str reason;
    TRY(body_reason(call, &reason));
    TRY(member_join(call, &room, reason));
    reply_room_id(call, room->room_id);
    return RC_OK;
}

static enum rc no_such_room(struct call *call, int status)
{
    return call_fail(call, status, status == 404 ? "M_NOT_FOUND" : "M_FORBIDDEN",
                     "There is no such room, or you may not enter it.");
}

static enum rc post_join_by_id(struct call *call)
{
    const struct room *room;
    enum rc rc = rooms_find(call->tx, call->params[0], &room);
    if (rc == RC_NOT_FOUND)
        return no_such_room(call, 403);
    TRY(rc);
    return join_room(call, room);
}

static enum rc post_join(struct call *call)
{
    const struct room *room;
    enum rc rc = room_resolve(call, call->params[0], &room);
    if (rc == RC_NOT_FOUND)
        return no_such_room(call, 403);
    TRY(rc);
    return join_room(call, room);
}

static enum rc post_knock(struct call *call)
{
    const struct room *room;
    str reason;
    TRY(body_reason(call, &reason));
    enum rc rc = room_resolve(call, call->params[0], &room);
    if (rc == RC_NOT_FOUND)
        return no_such_room(call, 404);
    TRY(rc);
    TRY(member_change_send(
        call, &room,
        &(struct member_change){
            .target = call->who.user, .membership = MEMBERSHIP_KNOCK, .reason = reason, .with_profile = true}));
    reply_room_id(call, room->room_id);
    return RC_OK;
}

/* ---- leave, forget ---- */

static enum rc post_leave(struct call *call)
{
    const struct room *room;
    str reason;
    TRY(body_reason(call, &reason));
    enum rc rc = rooms_find(call->tx, call->params[0], &room);
    enum membership now = rc == RC_OK ? room_state_membership(room->state, call->who.user_id) : MEMBERSHIP_NONE;
    if (rc == RC_NOT_FOUND || now == MEMBERSHIP_NONE)
        return call_fail(call, 403, "M_FORBIDDEN", "You are not in this room.");
    TRY(rc);
    if (now == MEMBERSHIP_LEAVE)
        return RC_OK;
    TRY(notices_room_check_leave(call, room));
    return member_change_send(
        call, &room,
        &(struct member_change){.target = call->who.user, .membership = MEMBERSHIP_LEAVE, .reason = reason});
}

static enum rc post_forget(struct call *call)
{
    const struct room *room;
    enum rc rc = rooms_find(call->tx, call->params[0], &room);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 400, "M_UNKNOWN", "You were never in this room.");
    TRY(rc);
    switch (room_state_membership(room->state, call->who.user_id)) {
    case MEMBERSHIP_LEAVE:
    case MEMBERSHIP_BAN: return users_set_forgotten(call->tx, call->who.user_nid, room->nid, true);
    case MEMBERSHIP_NONE: return call_fail(call, 400, "M_UNKNOWN", "You were never in this room.");
    default: return call_fail(call, 400, "M_UNKNOWN", "Leave the room before forgetting it.");
    }
}

/* ---- what is done to others ---- */

/* inviteBy3PID: the other form of the same address. */
static enum rc invite_third_party(struct call *call)
{
    const struct room *room;
    struct third_party_contact contact;
    TRY(third_party_contact_read(call, call->body, &contact));
    TRY(call_joined_room(call, call->params[0], &room));
    return third_party_invite_make(call, &room, &contact, false);
}

static enum rc post_invite(struct call *call)
{
    const struct room *room;
    str user_id, reason;
    if (yyjson_obj_get(call->body, "address") || yyjson_obj_get(call->body, "id_server"))
        return invite_third_party(call);
    TRY(json_need_str(call->body, "user_id", &user_id, call_err(call)));
    TRY(body_reason(call, &reason));
    TRY(call_joined_room(call, call->params[0], &room));
    /* Invited already: nothing to tell anybody twice. */
    if (room_state_membership(room->state, user_id) == MEMBERSHIP_INVITE)
        return RC_OK;
    return member_invite(call, &room, user_id, reason, false);
}

struct moderation {
    enum membership to;
    bool (*from_ok)(enum membership now);
    const char *otherwise;
};

static bool can_be_kicked(enum membership now)
{
    return now == MEMBERSHIP_JOIN || now == MEMBERSHIP_INVITE || now == MEMBERSHIP_KNOCK;
}

static bool can_be_banned(enum membership now)
{
    (void)now;
    return true;
}

static bool can_be_unbanned(enum membership now)
{
    return now == MEMBERSHIP_BAN;
}

static enum rc moderate(struct call *call, const struct moderation *moderation)
{
    const struct room *room;
    str user_id, reason;
    TRY(json_need_str(call->body, "user_id", &user_id, call_err(call)));
    TRY(body_reason(call, &reason));
    if (!user_id_is_valid(user_id))
        return call_fail(call, 400, "M_INVALID_PARAM", "user_id must have the form @name:server.");
    TRY(call_joined_room(call, call->params[0], &room));
    if (!moderation->from_ok(room_state_membership(room->state, user_id)))
        return call_fail(call, 403, "M_FORBIDDEN", moderation->otherwise);
    const struct user *target;
    enum rc rc = users_find(call->tx, user_id, &target);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 403, "M_FORBIDDEN", "There is no account of that name here.");
    TRY(rc);
    return member_change_send(
        call, &room, &(struct member_change){.target = target, .membership = moderation->to, .reason = reason});
}

static enum rc post_kick(struct call *call)
{
    return moderate(call, &(struct moderation){MEMBERSHIP_LEAVE, can_be_kicked, "This person is not in the room."});
}

static enum rc post_ban(struct call *call)
{
    return moderate(call, &(struct moderation){MEMBERSHIP_BAN, can_be_banned, ""});
}

static enum rc post_unban(struct call *call)
{
    return moderate(call, &(struct moderation){MEMBERSHIP_LEAVE, can_be_unbanned, "This person is not banned."});
}

/* ---- joined_rooms ---- */

static enum rc get_joined_rooms(struct call *call)
{
    const struct user_rooms *rooms = call->who.user->rooms;
    strbuf_add(&call->out, S("{\"joined_rooms\":["));
    bool more = false;
    for (size_t i = 0; rooms && i < rooms->count; i++) {
        if (rooms->rooms[i].membership != MEMBERSHIP_JOIN)
            continue;
        str room_id;
        TRY(rooms_id(call->tx, rooms->rooms[i].room_nid, &room_id));
        if (more)
            strbuf_add_char(&call->out, ',');
        strbuf_add_json(&call->out, room_id);
        more = true;
    }
    strbuf_add(&call->out, S("]}"));
    return RC_OK;
}

#define MEMBERSHIP_POST(operation, address, who, how, handler)                                                         \
    MEMBERSHIP_ASKING(operation, address, who, how, NULL, handler)
/* The same where whom or what it is about may be a service's to make. */
#define MEMBERSHIP_ASKING(operation, address, who, how, before, handler)                                               \
    {                                                                                                                  \
        .name = operation, .method = HTTP_POST, .path = "/_matrix/client/v3/" address, .auth = who,                    \
        .exec = EXEC_WRITE, .rate = RATE_WRITE, .body = how, .purpose = PURPOSE_MESSAGING, .prepare = before,          \
        .run = handler                                                                                                 \
    }

static const struct endpoint endpoints[] = {
    MEMBERSHIP_POST("joinRoomById", "rooms/{roomId}/join", AUTH_GUEST_TOO, BODY_JSON_OPTIONAL, post_join_by_id),
    MEMBERSHIP_ASKING("joinRoom", "join/{roomIdOrAlias}", AUTH_GUEST_TOO, BODY_JSON_OPTIONAL, service_query_alias_param,
                      post_join),
    MEMBERSHIP_ASKING("knockRoom", "knock/{roomIdOrAlias}", AUTH_USER, BODY_JSON_OPTIONAL, service_query_alias_param,
                      post_knock),
    {.name = "leaveRoom",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/rooms/{roomId}/leave",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .unagreed = true,
     .run = post_leave},
    MEMBERSHIP_POST("forgetRoom", "rooms/{roomId}/forget", AUTH_USER, BODY_JSON_OPTIONAL, post_forget),
    MEMBERSHIP_ASKING("inviteUser", "rooms/{roomId}/invite", AUTH_USER, BODY_JSON, service_query_user_body,
                      post_invite),
    MEMBERSHIP_POST("kick", "rooms/{roomId}/kick", AUTH_USER, BODY_JSON, post_kick),
    MEMBERSHIP_POST("ban", "rooms/{roomId}/ban", AUTH_USER, BODY_JSON, post_ban),
    MEMBERSHIP_POST("unban", "rooms/{roomId}/unban", AUTH_USER, BODY_JSON, post_unban),
    {.name = "getJoinedRooms",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/joined_rooms",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_joined_rooms},
};

extern const struct endpoint_module membership_module;
const struct endpoint_module membership_module = ENDPOINT_MODULE(endpoints);
