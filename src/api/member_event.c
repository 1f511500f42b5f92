/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/member_event.h"

#include "api/room_access.h"
#include "api/upgrade_inherit.h"
#include "privacy/profile.h"
#include "room/auth.h"
#include "store/account_data.h"

static enum rc fill_content(struct call *call, const struct member_change *change, yyjson_mut_doc *doc,
                            yyjson_mut_val *content)
{
    struct profile profile = {0};
    if (change->with_profile)
        TRY(profile_release(call->tx, change->target, PURPOSE_MESSAGING, &profile));
    json_set_str(doc, content, "membership", membership_name(change->membership));
    if (profile.display_name.len)
        json_set_str(doc, content, "displayname", profile.display_name);
    if (profile.avatar_url.len)
        json_set_str(doc, content, "avatar_url", profile.avatar_url);
    if (change->reason.len)
        json_set_str(doc, content, "reason", change->reason);
    if (change->third_party_invite)
        json_set(doc, content, "third_party_invite", yyjson_val_mut_copy(doc, change->third_party_invite));
    if (change->is_direct)
        json_set_bool(doc, content, "is_direct", true);
    return RC_OK;
}

static enum rc member_content(struct call *call, const struct member_change *change, str *ret_content)
{
    static const char via[] = "join_authorised_via_users_server";
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *content = change->said ? yyjson_val_mut_copy(doc, change->said) : yyjson_mut_obj(doc);
    if (change->said)
        yyjson_mut_obj_remove_key(content, via); /* for the server to say */
    else
        TRY(fill_content(call, change, doc, content));
    if (change->authorised_via.len)
        json_set_str(doc, content, via, change->authorised_via);
    *ret_content = json_mut_text(call->arena, content);
    return RC_OK;
}

static enum rc change_send(struct call *call, const struct room **room_in_out, const struct member_change *change,
                           str *ret_event_id)
{
    struct room_send send = {
        .draft = {.type = S("m.room.member"), .state_key = change->target->user_id},
        .restricted_condition_met = change->restricted_condition_met,
    };
    const struct event *event;
    TRY(member_content(call, change, &send.draft.content));
    return room_send_as_caller(call, room_in_out, &send, &event, ret_event_id);
}

enum rc member_change_send(struct call *call, const struct room **room_in_out, const struct member_change *change)
{
    str event_id;
    return change_send(call, room_in_out, change, &event_id);
}

/* ---- inviting ---- */

static enum rc invited_user(struct call *call, str user_id, const struct user **ret_target)
{
    if (!user_id_is_valid(user_id))
        return call_fail(call, 400, "M_INVALID_PARAM", "An invite goes to a user id of the form @name:server.");
    enum rc rc = users_find(call->tx, user_id, ret_target);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && ((*ret_target)->flags & USER_DEACTIVATED)))
        return call_fail(call, 404, "M_NOT_FOUND", "There is no account of that name here.");
    TRY(rc);
    bool blocked;
    TRY(invites_are_blocked(call->tx, (*ret_target)->nid, &blocked));
    return blocked ? call_fail(call, 403, "M_INVITE_BLOCKED", "This person takes no invites.") : RC_OK;
}

enum rc member_check_invited(struct call *call, str user_id)
{
    const struct user *target;
    return invited_user(call, user_id, &target);
}

enum rc member_invite(struct call *call, const struct room **room_in_out, str user_id, str reason, bool is_direct)
{
    enum membership now = room_state_membership((*room_in_out)->state, user_id);
    if (now == MEMBERSHIP_JOIN)
        return call_fail(call, 403, "M_FORBIDDEN", "This person is in the room already.");
    if (now == MEMBERSHIP_BAN)
        return call_fail(call, 403, "M_FORBIDDEN", "This person is banned from the room.");
    const struct user *target;
    TRY(invited_user(call, user_id, &target));
    return member_change_send(call, room_in_out,
                              &(struct member_change){.target = target,
                                                      .membership = MEMBERSHIP_INVITE,
                                                      .reason = reason,
                                                      .is_direct = is_direct,
                                                      .with_profile = true});
}

enum rc member_change_send_as(struct call *call, const struct room **room_in_out, const struct user *sender,
                              const struct member_change *change)
{
    struct room_send send = {
        .draft = {.type = S("m.room.member"), .sender = sender->user_id, .state_key = change->target->user_id},
        .sender_nid = sender->nid,
    };
    const struct event *event;
    str event_id;
    TRY(member_content(call, change, &send.draft.content));
    return rooms_send(call->tx, room_in_out, &send, &event, &event_id, call_err(call));
}

/* ---- joining ---- */

enum rc member_restricted_condition(struct call *call, const struct room *room, bool *ret_met)
{
    *ret_met = false;
    const struct event *rules = room_state_get(room->state, S("m.room.join_rules"), S(""));
    yyjson_val *content;
    if (!rules || event_content(rules, call->arena, &content) != RC_OK)
        return RC_OK;
    yyjson_val *allow = yyjson_obj_get(content, "allow"), *condition;
    size_t i, count;
    yyjson_arr_foreach(allow, i, count, condition)
    {
        if (!str_eq(json_str_of(yyjson_obj_get(condition, "type")), S("m.room_membership")))
            continue;
        const struct room *other;
        enum rc rc = rooms_find(call->tx, json_str_of(yyjson_obj_get(condition, "room_id")), &other);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        if (room_state_membership(other->state, call->who.user_id) == MEMBERSHIP_JOIN) {
            *ret_met = true;
            return RC_OK;
        }
    }
    return RC_OK;
}

struct find_inviter {
    const struct room_state *state;
    str user_id;
};

static bool find_inviter(const struct event *event, enum membership membership, void *ctx)
{
    struct find_inviter *find = ctx;
    if (membership != MEMBERSHIP_JOIN
        || room_state_power_of(find->state, event->state_key) < room_state_power(find->state)->invite)
        return true;
    find->user_id = event->state_key;
    return false;
}

/* change: what is said of it. */
static enum rc join(struct call *call, const struct room **room_in_out, struct member_change *change, str *ret_event_id)
{
    const struct room *room = *room_in_out;
    enum membership now = room_state_membership(room->state, call->who.user_id);
    if (call->who.guest && !room_state_guests_may_join(room->state))
        return call_fail(call, 403, "M_GUEST_ACCESS_FORBIDDEN", "Guests may not join this room.");
    enum join_rule rule = room_state_join_rule(room->state);
    if (now != MEMBERSHIP_INVITE && (rule == JOIN_RESTRICTED || rule == JOIN_KNOCK_RESTRICTED)) {
        TRY(member_restricted_condition(call, room, &change->restricted_condition_met));
        struct find_inviter find = {room->state, STR_NONE};
        if (change->restricted_condition_met)
            room_state_each_member(room->state, find_inviter, &find);
        if (!find.user_id.len)
            return call_fail(call, 403, "M_FORBIDDEN", "You are in none of the rooms this room lets people in from.");
        change->authorised_via = find.user_id;
    }
    TRY(change_send(call, room_in_out, change, ret_event_id));
    return upgrade_inherit(call, *room_in_out);
}

enum rc member_join(struct call *call, const struct room **room_in_out, str reason)
{
    struct member_change change = {
        .target = call->who.user, .membership = MEMBERSHIP_JOIN, .reason = reason, .with_profile = true};
    str event_id;
    if (room_state_membership((*room_in_out)->state, call->who.user_id) == MEMBERSHIP_JOIN)
        return RC_OK;
    return join(call, room_in_out, &change, &event_id);
}

enum rc member_join_saying(struct call *call, const struct room **room_in_out, yyjson_val *content, str *ret_event_id)
{
    struct member_change change = {.target = call->who.user, .membership = MEMBERSHIP_JOIN, .said = content};
    return join(call, room_in_out, &change, ret_event_id);
}
