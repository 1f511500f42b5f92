/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What becomes of invites to numbers and e-mail addresses: taken up, taken back, taken along into a room's successor,
 * lapsed. */
#ifndef API_THIRD_PARTY_TAKEN_H
#define API_THIRD_PARTY_TAKEN_H

#include "api/call.h"
#include "store/codes.h"
#include "store/third_party_invites.h"

/* WRITE. The account has just proven the contact: the invites to it become invites of the account. What no longer holds
 * is dropped. */
enum rc third_party_invites_take_up(struct call *call, uint64_t user_nid, enum code_medium medium,
                                    str address) MUST_USE;

/* An invite with what it is about. */
struct third_party_offer {
    struct third_party_invite invite;
    const struct room *room;
    const struct user *inviter;
    const struct event *event; /* m.room.third_party_invite */
};
/* RC_NOT_FOUND: it no longer holds. Whoever made it has left, or may not invite any more; it was taken back; or the
 * user is in the room or kept out of it. */
enum rc third_party_offer_open(struct call *call, const struct third_party_invite *invite, const struct user *user,
                               struct third_party_offer *ret_offer) MUST_USE;
/* WRITE. The user is invited; offer->room is the room after that. RC_FORBIDDEN as the room's rules have it. */
enum rc third_party_offer_take(struct call *call, struct third_party_offer *offer, const struct user *user) MUST_USE;

/* WRITE. The caller has come into a room that replaces another: what they invited to there, they invite to here. */
enum rc third_party_invites_follow(struct call *call, const struct room *old, const struct room *room) MUST_USE;
/* WRITE. Those whose time is up, a few at a time: their rooms are told. A job. */
enum rc third_party_invites_lapse(struct tx *tx, struct server *server) MUST_USE;

#endif
