/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rule 5: m.room.member. */
#include "room/auth_private.h"

static enum membership sender_membership(const struct auth_case *c)
{
    return room_state_membership(c->state, c->event->sender);
}

static enum membership target_membership(const struct auth_case *c)
{
    return room_state_membership(c->state, c->event->state_key);
}

static int64_t sender_power(const struct auth_case *c)
{
    return room_state_power_of(c->state, c->event->sender);
}

static bool is_own(const struct auth_case *c)
{
    return str_eq(c->event->sender, c->event->state_key);
}

/* The sender's power must exceed the target's. Creators of v12 are equals: none may act on another. */
static bool outranks_target(const struct auth_case *c)
{
    return room_state_power_of(c->state, c->event->state_key) < sender_power(c);
}

/* 5.2, since v8: the join is vouched for by this server on behalf of a user it knows. With one server its own word is
 * the valid signature; another server's user cannot vouch here. */
static enum rc check_voucher_signature(const struct auth_case *c)
{
    yyjson_val *key = yyjson_obj_get(c->content, "join_authorised_via_users_server");
    if (!key || !room_state_version(c->state)->restricted)
        return RC_OK;
    str user = json_str_of(key);
    if (!user_id_is_valid(user) || !str_eq(id_server_name(user), c->facts->server_name))
        return auth_refuse(c, "join_authorised_via_users_server is not a user of this server");
    return RC_OK;
}

/* 5.3.5.2: the named user can let others in. What it takes to be let in was checked outside (facts). */
static enum rc check_voucher(const struct auth_case *c)
{
    str user = json_str_of(yyjson_obj_get(c->content, "join_authorised_via_users_server"));
    if (!user.len)
        return auth_refuse(c, "joining needs an invitation or membership of an allowed room");
    if (!room_state_may_invite(c->state, user))
        return auth_refuse(c, "the user that authorises the join may not invite");
    if (!c->facts->restricted_condition_met)
        return auth_refuse(c, "the joining user is in none of the allowed rooms");
    return RC_OK;
}

static enum rc check_join_rule(const struct auth_case *c)
{
    enum membership current = target_membership(c);
    bool welcome = current == MEMBERSHIP_JOIN || current == MEMBERSHIP_INVITE;
    switch (room_state_join_rule(c->state)) {
    case JOIN_PUBLIC: /* 5.3.6 */ return RC_OK;
    case JOIN_INVITE:
    case JOIN_KNOCK: /* 5.3.4 */ return welcome ? RC_OK : auth_refuse(c, "joining needs an invitation");
    case JOIN_RESTRICTED:
    case JOIN_KNOCK_RESTRICTED: /* 5.3.5 */ return welcome ? RC_OK : check_voucher(c);
    case JOIN_PRIVATE: break;
    }
    return auth_refuse(c, "the room's join rule lets nobody in"); /* 5.3.7 */
}

/* The creator's own join is the second event. Since the room is ordered by one server, "the only previous event is
 * m.room.create" is the same as "there is no other state yet". Additional creators (v12) are not meant. */
static bool is_first_join(const struct auth_case *c)
{
    const struct event *create = room_state_get(c->state, S("m.room.create"), S(""));
    if (!create || room_state_count(c->state) != 1 || !is_own(c))
        return false;
    return room_state_version(c->state)->privileged_creators ? str_eq(create->sender, c->event->state_key)
                                                             : room_state_is_creator(c->state, c->event->state_key);
}

/* 5.3 */
static enum rc check_join(const struct auth_case *c)
{
    if (is_first_join(c)) /* 5.3.1 */
        return RC_OK;
    if (!is_own(c)) /* 5.3.2 */
        return auth_refuse(c, "nobody can join for somebody else");
    if (sender_membership(c) == MEMBERSHIP_BAN) /* 5.3.3 */
        return auth_refuse(c, "the user is banned from the room");
    return check_join_rule(c);
}

/* 5.4 */
static enum rc check_invite(const struct auth_case *c)
{
    yyjson_val *third_party = yyjson_obj_get(c->content, "third_party_invite");
    if (third_party) /* 5.4.1 */
        return auth_check_third_party_invite(c, third_party);
    if (sender_membership(c) != MEMBERSHIP_JOIN) /* 5.4.2 */
        return auth_refuse(c, "only members can invite");
    enum membership current = target_membership(c);
    if (current == MEMBERSHIP_JOIN || current == MEMBERSHIP_BAN) /* 5.4.3 */
        return auth_refuse(c, current == MEMBERSHIP_BAN ? "the invited user is banned from the room"
                                                        : "the invited user is in the room already");
    if (sender_power(c) < room_state_power(c->state)->invite) /* 5.4.4 */
        return auth_refuse(c, "inviting needs more power");
    return RC_OK;
}

/* 5.5 */
static enum rc check_leave(const struct auth_case *c)
{
    if (is_own(c)) { /* 5.5.1 */
        enum membership current = sender_membership(c);
        if (current == MEMBERSHIP_INVITE || current == MEMBERSHIP_JOIN || current == MEMBERSHIP_KNOCK)
            return RC_OK;
        return auth_refuse(c, "the user is not in the room");
    }
    const struct room_power *power = room_state_power(c->state);
    if (sender_membership(c) != MEMBERSHIP_JOIN) /* 5.5.2 */
        return auth_refuse(c, "only members can remove others");
    if (target_membership(c) == MEMBERSHIP_BAN && sender_power(c) < power->ban) /* 5.5.3 */
        return auth_refuse(c, "lifting a ban needs more power");
    if (sender_power(c) < power->kick || !outranks_target(c)) /* 5.5.4 */
        return auth_refuse(c, "removing this user needs more power");
    return RC_OK;
}

/* 5.6 */
static enum rc check_ban(const struct auth_case *c)
{
    if (sender_membership(c) != MEMBERSHIP_JOIN) /* 5.6.1 */
        return auth_refuse(c, "only members can ban");
    if (sender_power(c) < room_state_power(c->state)->ban || !outranks_target(c)) /* 5.6.2 */
        return auth_refuse(c, "banning this user needs more power");
    return RC_OK;
}

/* 5.7, since v7 */
static enum rc check_knock(const struct auth_case *c)
{
    enum join_rule rule = room_state_join_rule(c->state);
    if (!room_state_version(c->state)->knock)
        return auth_refuse(c, "the membership is unknown to this room version");
    if (rule != JOIN_KNOCK && rule != JOIN_KNOCK_RESTRICTED) /* 5.7.1 */
        return auth_refuse(c, "the room's join rule does not allow knocking");
    if (!is_own(c)) /* 5.7.2 */
        return auth_refuse(c, "nobody can knock for somebody else");
    enum membership current = sender_membership(c);
    if (current == MEMBERSHIP_BAN || current == MEMBERSHIP_INVITE || current == MEMBERSHIP_JOIN) /* 5.7.3 */
        return auth_refuse(c, "knocking makes no sense for a user who is banned, invited or in the room");
    return RC_OK;
}

enum rc auth_check_member(const struct auth_case *c)
{
    if (!c->event->is_state || !yyjson_is_str(yyjson_obj_get(c->content, "membership"))) /* 5.1 */
        return error_set(c->err, RC_BAD_JSON, "a membership event needs a state key and a membership");
    if (!user_id_is_valid(c->event->state_key))
        return error_set(c->err, RC_BAD_JSON, "a membership's state key must be a user id");
    TRY(check_voucher_signature(c)); /* 5.2 */
    switch (c->event->membership) {
    case MEMBERSHIP_JOIN: return check_join(c);
    case MEMBERSHIP_INVITE: return check_invite(c);
    case MEMBERSHIP_LEAVE: return check_leave(c);
    case MEMBERSHIP_BAN: return check_ban(c);
    case MEMBERSHIP_KNOCK: return check_knock(c);
    case MEMBERSHIP_NONE: break;
    }
    return auth_refuse(c, "the membership is unknown"); /* 5.8 */
}
