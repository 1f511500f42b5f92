/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Own: links into a room. Joining by one is an invite by its maker, then a join. */
#include "store/invite_links.h"

#include "api/call.h"
#include "api/member_event.h"
#include "api/room_access.h"
#include "api/server.h"
#include "privacy/profile.h"
#include "store/rooms.h"

enum { TOKEN_MAX = 128 };
#define LONGEST_LIFE_MS (INT64_C(365) * 24 * 60 * 60 * 1000)

static enum rc room_of_inviter(struct call *call, const struct room **ret_room)
{
    TRY(call_joined_room(call, call->params[0], ret_room));
    if (!room_state_may_invite((*ret_room)->state, call->who.user_id))
        return call_fail(call, 403, "M_FORBIDDEN", "You may not invite people into this room.");
    return RC_OK;
}

/* ---- the room's links ---- */

static void add_link(yyjson_mut_doc *doc, yyjson_mut_val *object, const struct invite_link *link)
{
    json_set_str(doc, object, "id", link->id);
    json_set_i64(doc, object, "created_ts", link->created_ms);
    if (link->expires_ms)
        json_set_i64(doc, object, "expires_ts", link->expires_ms);
    if (link->max_uses)
        json_set_i64(doc, object, "max_uses", link->max_uses);
    json_set_i64(doc, object, "uses", link->uses);
}

static enum rc post_link(struct call *call)
{
    const struct room *room;
    int64_t life_ms, max_uses;
    str token;
    TRY(json_get_i64(call->body, "expires_in_ms", 0, &life_ms, call_err(call)));
    TRY(json_get_i64(call->body, "max_uses", 0, &max_uses, call_err(call)));
    if (life_ms < 0 || life_ms > LONGEST_LIFE_MS || max_uses < 0)
        return call_fail(call, 400, "M_INVALID_PARAM", "expires_in_ms is at most a year, max_uses not negative.");
    TRY(room_of_inviter(call, &room));
    struct invite_link link = {.room_nid = room->nid,
                               .maker_nid = call->who.user_nid,
                               .expires_ms = life_ms ? call_now_ms(call) + life_ms : 0,
                               .max_uses = max_uses};
    enum rc rc = invite_links_add(call->tx, &link, &token);
    if (rc == RC_LIMITED)
        return call_fail(call, 400, "M_RESOURCE_LIMIT_EXCEEDED", "This room has too many links. Take one back first.");
    TRY(rc);
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    add_link(doc, answer, &link);
    json_set_str(doc, answer, "token", token);
    json_set_str(doc, answer, "url",
                 arena_printf(call->arena, "%.*s/#/invite/%.*s", STR_ARG(call->server->config->server.public_url),
                              STR_ARG(token)));
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc get_links(struct call *call)
{
    const struct room *room;
    struct invite_link *links;
    size_t count;
    TRY(room_of_inviter(call, &room));
    TRY(invite_links_list(call->tx, room->nid, &links, &count));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *list = yyjson_mut_arr(doc);
    for (size_t i = 0; i < count; i++) {
        yyjson_mut_val *object = yyjson_mut_obj(doc);
        const struct user *maker;
        add_link(doc, object, &links[i]);
        if (users_get(call->tx, links[i].maker_nid, &maker) == RC_OK)
            json_set_str(doc, object, "maker", maker->user_id);
        yyjson_mut_arr_append(list, object);
    }
    json_set(doc, answer, "links", list);
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc delete_link(struct call *call)
{
    const struct room *room;
    TRY(room_of_inviter(call, &room));
    enum rc rc = invite_links_remove(call->tx, room->nid, call->params[1]);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "This room has no such link.");
    return rc;
}

/* ---- holding one ---- */

struct invitation {
    struct invite_link link;
    const struct room *room;
    const struct user *maker;
};

/* A link lives as long as its maker could invite. */
static enum rc find_invitation(struct call *call, struct invitation *ret)
{
    str token = call->params[0];
    enum rc rc = token.len && token.len <= TOKEN_MAX ? invite_links_find(call->tx, token, &ret->link) : RC_NOT_FOUND;
    if (rc == RC_NOT_FOUND || rc == RC_EXPIRED)
        return call_fail(call, 404, "M_NOT_FOUND", "This invitation does not exist or has run out. Ask for a new one.");
    TRY(rc);
    TRY(rooms_get(call->tx, ret->link.room_nid, &ret->room));
    TRY(users_get(call->tx, ret->link.maker_nid, &ret->maker));
    if (!room_state_may_invite(ret->room->state, ret->maker->user_id))
        return call_fail(call, 404, "M_NOT_FOUND", "This invitation does not exist or has run out. Ask for a new one.");
    return RC_OK;
}

static enum rc get_invite(struct call *call)
{
    struct invitation invitation;
    TRY(find_invitation(call, &invitation));
    const struct room *room = invitation.room;
    const struct user *maker = invitation.maker;
    struct profile profile;
    TRY(profile_release(call->tx, maker, PURPOSE_MESSAGING, &profile));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_str(doc, answer, "room_id", room->room_id);
    json_set_str(doc, answer, "name", room_state_name(room->state));
    if (room_state_avatar(room->state).len)
        json_set_str(doc, answer, "avatar_url", room_state_avatar(room->state));
    json_set_i64(doc, answer, "members", (int64_t)room_state_member_count(room->state, MEMBERSHIP_JOIN));
    json_set_str(doc, answer, "inviter", profile.display_name.len ? profile.display_name : maker->localpart);
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc invite_as_maker(struct call *call, struct invitation *invitation)
{
    return member_change_send_as(
        call, &invitation->room, invitation->maker,
        &(struct member_change){.target = call->who.user, .membership = MEMBERSHIP_INVITE, .with_profile = true});
}

static enum rc post_join(struct call *call)
{
    struct invitation invitation;
    TRY(find_invitation(call, &invitation));
    enum membership now = room_state_membership(invitation.room->state, call->who.user_id);
    if (now == MEMBERSHIP_BAN)
        return call_fail(call, 403, "M_FORBIDDEN", "You may not enter this room.");
    if (now != MEMBERSHIP_JOIN) {
        if (now != MEMBERSHIP_INVITE && room_state_join_rule(invitation.room->state) != JOIN_PUBLIC)
            TRY(invite_as_maker(call, &invitation));
        TRY(member_join(call, &invitation.room, STR_NONE));
        TRY(invite_links_count_use(call->tx, invitation.link.id));
    }
    reply_room_id(call, invitation.room->room_id);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyMakeInviteLink",
     .method = HTTP_POST,
     .path = "/_parley/v1/rooms/{roomId}/invite_links",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .run = post_link},
    {.name = "parleyGetInviteLinks",
     .method = HTTP_GET,
     .path = "/_parley/v1/rooms/{roomId}/invite_links",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_links},
    {.name = "parleyDeleteInviteLink",
     .method = HTTP_DELETE,
     .path = "/_parley/v1/rooms/{roomId}/invite_links/{linkId}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .run = delete_link},
    {.name = "parleyGetInvite",
     .method = HTTP_GET,
     .path = "/_parley/v1/invites/{token}",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_LOGIN,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_invite},
    {.name = "parleyJoinByInvite",
     .method = HTTP_POST,
     .path = "/_parley/v1/invites/{token}/join",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .run = post_join},
};

extern const struct endpoint_module invite_links_module;
const struct endpoint_module invite_links_module = ENDPOINT_MODULE(endpoints);
