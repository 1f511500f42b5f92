/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Own: invites to the number or e-mail address of somebody who had proven it before they were made. They are shown to
 * that account alone; only accepting one tells the room, and whoever made it, whose it is.
 */
#include "api/member_event.h"
#include "api/room_access.h"
#include "api/third_party_invite.h"
#include "api/third_party_taken.h"
#include "privacy/profile.h"
#include "store/account_data.h"

/* RC_NOT_FOUND: the account has none of that kind. */
static enum rc own_contact(struct call *call, enum code_medium medium, str *ret_id)
{
    enum personal_field field = medium == CODE_EMAIL ? FIELD_EMAIL : FIELD_PHONE;
    str address;
    TRY(personal_get(call->tx, call->who.user_nid, field, 0, PURPOSE_SERVICE, &address));
    *ret_id = third_party_contact_id(call->arena, medium, address);
    return RC_OK;
}

/* ---- which ---- */

static enum rc add_offer(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *list,
                         const struct third_party_offer *offer)
{
    const struct room *room = offer->room;
    struct profile profile;
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    TRY(profile_release(call->tx, offer->inviter, PURPOSE_MESSAGING, &profile));
    json_set_str(doc, object, "token", offer->invite.token);
    json_set_str(doc, object, "name", room_state_name(room->state));
    if (room_state_avatar(room->state).len)
        json_set_str(doc, object, "avatar_url", room_state_avatar(room->state));
    json_set_str(doc, object, "inviter", profile.display_name.len ? profile.display_name : offer->inviter->localpart);
    json_set_str(doc, object, "inviter_id", offer->inviter->user_id);
    json_set_i64(doc, object, "created_ts", offer->invite.created_ms);
    yyjson_mut_arr_append(list, object);
    return RC_OK;
}

static enum rc add_offers(struct call *call, enum code_medium medium, const struct ignored_users *ignored,
                          yyjson_mut_doc *doc, yyjson_mut_val *list)
{
    struct third_party_invite *invites;
    size_t count;
    str contact;
    enum rc rc = own_contact(call, medium, &contact);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(third_party_invites_of_contact(call->tx, contact, &invites, &count));
    for (size_t i = 0; i < count; i++) {
        struct third_party_offer offer;
        rc = third_party_offer_open(call, &invites[i], call->who.user, &offer);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        if (!ignored_users_has(ignored, offer.inviter->user_id))
            TRY(add_offer(call, doc, list, &offer));
    }
    return RC_OK;
}

static enum rc get_offers(struct call *call)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *list = yyjson_mut_arr(doc);
    const struct ignored_users *ignored;
    bool blocks;
    TRY(invites_are_blocked(call->tx, call->who.user_nid, &blocks));
    TRY(ignored_users_load(call->tx, call->who.user_nid, &ignored));
    for (int medium = 0; medium < CODE_MEDIA && !blocks; medium++)
        TRY(add_offers(call, (enum code_medium)medium, ignored, doc, list));
    json_set(doc, answer, "invites", list);
    call_reply_json(call, answer);
    return RC_OK;
}

/* ---- answering one ---- */

static enum rc no_such_invite(struct call *call)
{
    return call_fail(call, 404, "M_NOT_FOUND", "There is no such invite any more.");
}

static enum rc own_invite(struct call *call, struct third_party_invite *ret_invite)
{
    enum rc rc = RC_NOT_FOUND;
    for (int medium = 0; medium < CODE_MEDIA && rc == RC_NOT_FOUND; medium++) {
        str contact;
        rc = own_contact(call, (enum code_medium)medium, &contact);
        if (rc == RC_OK)
            rc = third_party_invites_find(call->tx, contact, call->params[0], ret_invite);
    }
    return rc == RC_NOT_FOUND ? no_such_invite(call) : rc;
}

static enum rc post_accept(struct call *call)
{
    struct third_party_invite invite;
    struct third_party_offer offer;
    TRY(own_invite(call, &invite));
    enum rc rc = third_party_offer_open(call, &invite, call->who.user, &offer);
    if (rc == RC_OK)
        rc = third_party_offer_take(call, &offer, call->who.user);
    if (rc == RC_NOT_FOUND || rc == RC_FORBIDDEN)
        return no_such_invite(call);
    TRY(rc);
    TRY(member_join(call, &offer.room, STR_NONE));
    reply_room_id(call, offer.room->room_id);
    return RC_OK;
}

static enum rc delete_offer(struct call *call)
{
    struct third_party_invite invite;
    TRY(own_invite(call, &invite));
    return third_party_invites_decline(call->tx, invite.token);
}

static const struct endpoint endpoints[] = {
    {.name = "parleyGetInvitesToNumber",
     .method = HTTP_GET,
     .path = "/_parley/v1/third_party_invites",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .also = PURPOSE_BIT(PURPOSE_SERVICE),
     .run = get_offers},
    {.name = "parleyAcceptInviteToNumber",
     .method = HTTP_POST,
     .path = "/_parley/v1/third_party_invites/{token}/accept",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .also = PURPOSE_BIT(PURPOSE_SERVICE),
     .run = post_accept},
    {.name = "parleyDeclineInviteToNumber",
     .method = HTTP_DELETE,
     .path = "/_parley/v1/third_party_invites/{token}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .also = PURPOSE_BIT(PURPOSE_SERVICE),
     .run = delete_offer},
};

extern const struct endpoint_module third_party_offers_module;
const struct endpoint_module third_party_offers_module = ENDPOINT_MODULE(endpoints);
