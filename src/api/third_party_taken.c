/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/third_party_taken.h"

#include "api/invite_key.h"
#include "api/member_event.h"
#include "api/room_access.h"
#include "api/third_party_invite.h"
#include "store/account_data.h"
#include "store/gate.h"

#define TYPE S("m.room.third_party_invite")

/* ---- looking ---- */

static bool is_usable(const struct user *inviter)
{
    return !(inviter->flags & (USER_DEACTIVATED | USER_LOCKED | USER_SUSPENDED));
}

static bool may_be_invited(const struct room *room, str user_id)
{
    switch (room_state_membership(room->state, user_id)) {
    case MEMBERSHIP_NONE:
    case MEMBERSHIP_LEAVE:
    case MEMBERSHIP_KNOCK: return true;
    default: return false;
    }
}

enum rc third_party_offer_open(struct call *call, const struct third_party_invite *invite, const struct user *user,
                               struct third_party_offer *ret_offer)
{
    struct third_party_offer offer = {.invite = *invite};
    TRY(gate_check(call->tx, invite->inviter_nid, FIELD_THIRD_PARTY_INVITE, PURPOSE_MESSAGING));
    TRY(users_get(call->tx, invite->inviter_nid, &offer.inviter));
    TRY(rooms_get(call->tx, invite->room_nid, &offer.room));
    offer.event = room_state_get(offer.room->state, TYPE, invite->token);
    if (!is_usable(offer.inviter) || !room_state_may_invite(offer.room->state, offer.inviter->user_id) || !offer.event
        || !invite_key_fits(call, offer.event) || !may_be_invited(offer.room, user->user_id))
        return RC_NOT_FOUND;
    *ret_offer = offer;
    return RC_OK;
}

/* ---- taking back ---- */

/* By the server, under its own key, in the name of whoever made it: so that the room does not go on waiting. */
static enum rc empty_event(struct tx *tx, const struct third_party_invite *invite)
{
    const struct room *room;
    const struct event *event;
    str event_id;
    TRY(rooms_get(tx, invite->room_nid, &room));
    const struct event *now = room_state_get(room->state, TYPE, invite->token);
    if (!now || now->content.len <= strlen("{}"))
        return RC_OK;
    struct room_send send = {
        .draft = {.type = TYPE, .sender = now->sender, .state_key = invite->token, .content = S("{}")},
        .skip_auth = true};
    return rooms_send(tx, &room, &send, &event, &event_id, NULL);
}

static enum rc drop(struct tx *tx, const struct third_party_invite *invite)
{
    TRY(empty_event(tx, invite));
    return third_party_invites_remove(tx, invite->room_nid, invite->token);
}

enum rc third_party_invites_lapse(struct tx *tx, struct server *server)
{
    struct third_party_invite *invites;
    size_t count;
    (void)server;
    TRY(third_party_invites_lapsed(tx, &invites, &count));
    for (size_t i = 0; i < count; i++)
        TRY(drop(tx, &invites[i]));
    return RC_OK;
}

/* ---- taking up ---- */

enum rc third_party_offer_take(struct call *call, struct third_party_offer *offer, const struct user *user)
{
    struct member_change change = {
        .target = user, .membership = MEMBERSHIP_INVITE, .is_direct = offer->invite.is_direct, .with_profile = true};
    TRY(invite_key_sign(call, offer->event, user->user_id, &change.third_party_invite));
    TRY(member_change_send_as(call, &offer->room, offer->inviter, &change));
    return third_party_invites_remove(call->tx, offer->invite.room_nid, offer->invite.token);
}

/* Whom the account ignores must not learn of it. Nor must the room where the account is in it, or kept out of it: an
 * offer that ended now would tell that one of them has proven the number or address. */
static enum rc take_up(struct call *call, const struct third_party_invite *invite, const struct user *user,
                       const struct ignored_users *ignored)
{
    struct third_party_offer offer;
    const struct room *room;
    TRY(rooms_get(call->tx, invite->room_nid, &room));
    if (!may_be_invited(room, user->user_id))
        return third_party_invites_decline(call->tx, invite->token);
    enum rc rc = third_party_offer_open(call, invite, user, &offer);
    if (rc == RC_OK && ignored_users_has(ignored, offer.inviter->user_id))
        return RC_OK;
    if (rc == RC_OK)
        rc = third_party_offer_take(call, &offer, user);
    return rc == RC_NOT_FOUND || rc == RC_FORBIDDEN ? drop(call->tx, invite) : rc;
}

enum rc third_party_invites_take_up(struct call *call, uint64_t user_nid, enum code_medium medium, str address)
{
    struct third_party_invite *invites;
    const struct ignored_users *ignored;
    const struct user *user;
    size_t count;
    bool blocks;
    TRY(users_get(call->tx, user_nid, &user));
    TRY(invites_are_blocked(call->tx, user_nid, &blocks));
    if (blocks)
        return RC_OK;
    str contact = third_party_contact_id(call->arena, medium, address);
    TRY(third_party_invites_of_contact(call->tx, contact, &invites, &count));
    TRY(ignored_users_load(call->tx, user_nid, &ignored));
    for (size_t i = 0; i < count; i++)
        TRY(take_up(call, &invites[i], user, ignored));
    return RC_OK;
}

/* ---- taking along ---- */

static enum rc follow(struct call *call, const struct room *old, const struct room **new_in_out,
                      const struct third_party_invite *invite)
{
    const struct event *offer = room_state_get(old->state, TYPE, invite->token), *event;
    str event_id;
    if (!offer || !invite_key_fits(call, offer))
        return RC_OK;
    enum rc rc = third_party_invites_move(call->tx, invite->token, (*new_in_out)->nid);
    if (rc == RC_EXISTS) /* somebody else was faster: one is enough */
        return third_party_invites_remove(call->tx, old->nid, invite->token);
    TRY(rc);
    struct room_send send = {.draft = {.type = TYPE, .state_key = invite->token, .content = offer->content}};
    return room_send_as_caller(call, new_in_out, &send, &event, &event_id);
}

enum rc third_party_invites_follow(struct call *call, const struct room *old, const struct room *room)
{
    struct third_party_invite *invites;
    size_t count;
    if (!room_state_may_invite(room->state, call->who.user_id))
        return RC_OK;
    TRY(third_party_invites_of_inviter(call->tx, call->who.user_nid, old->nid, &invites, &count));
    for (size_t i = 0; i < count; i++)
        TRY(follow(call, old, &room, &invites[i]));
    return RC_OK;
}
