/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Invites to a number or e-mail address whose owner is not here yet, or does not wish to be found by it (spec
 * "Third-party invites").
 *
 * Neither is itself kept: a row has a keyed hash of it, by which its owner is recognised once it is proven. The room
 * has an event m.room.third_party_invite with the row's token as its state key; a row without that event, or the other
 * way round, is an invite that nobody can take up any more.
 *
 * Messages about invites are counted in rows, as codes are (store/codes.h).
 */
#ifndef STORE_THIRD_PARTY_INVITES_H
#define STORE_THIRD_PARTY_INVITES_H

#include "store/tx.h"

enum { THIRD_PARTY_INVITES_PER_ROOM = 100, THIRD_PARTY_INVITES_AT_ONCE = 50 };
#define THIRD_PARTY_INVITE_LIFE_MS (INT64_C(28) * 24 * 60 * 60 * 1000)

struct third_party_invite {
    str token;
    uint64_t inviter_nid, room_nid;
    bool is_direct;
    int64_t created_ms;
};

struct third_party_limits {
    bool enabled;
    int64_t per_inviter, per_contact; /* a day */
};

/* `contact` is medium and address, "msisdn:+4915112345678" or "email:ada@example.org": what the hash is of. */

/* WRITE. Draws the token. RC_EXISTS: the room has one for this contact, which *invite_in_out then is; RC_TOO_LARGE: the
 * room has its fill of them. */
enum rc third_party_invites_add(struct tx *tx, str contact, struct third_party_invite *invite_in_out) MUST_USE;
/* Those of a contact that it has not declined and whose time is not up, newest first: at most
 * THIRD_PARTY_INVITES_AT_ONCE. */
enum rc third_party_invites_of_contact(struct tx *tx, str contact, struct third_party_invite **ret_invites,
                                       size_t *ret_count) MUST_USE;
/* RC_NOT_FOUND also when it is not the contact's, declined, or over. */
enum rc third_party_invites_find(struct tx *tx, str contact, str token, struct third_party_invite *ret_invite) MUST_USE;
/* What one person has made for one room, at most THIRD_PARTY_INVITES_PER_ROOM. */
enum rc third_party_invites_of_inviter(struct tx *tx, uint64_t inviter_nid, uint64_t room_nid,
                                       struct third_party_invite **ret_invites, size_t *ret_count) MUST_USE;
/* Whose time is up, at most THIRD_PARTY_INVITES_AT_ONCE; not of inviters whose data law holds. */
enum rc third_party_invites_lapsed(struct tx *tx, struct third_party_invite **ret_invites, size_t *ret_count) MUST_USE;
/* WRITE. RC_EXISTS: the other room has one for this contact already. */
enum rc third_party_invites_move(struct tx *tx, str token, uint64_t room_nid) MUST_USE;
/* WRITE. The contact does not see it again; whoever made it cannot tell. */
enum rc third_party_invites_decline(struct tx *tx, str token) MUST_USE;
/* WRITE. There may be none of that token, or of that room. */
enum rc third_party_invites_remove(struct tx *tx, uint64_t room_nid, str token) MUST_USE;

/* WRITE. Counts an invite of this person. RC_LIMITED: too many today: *ret_retry_ms says how long to wait. */
enum rc third_party_invites_count(struct tx *tx, const struct third_party_limits *limits, uint64_t inviter_nid,
                                  int64_t *ret_retry_ms) MUST_USE;
/* WRITE. May a message go to the contact about this room? One ever does as long as that is remembered, and only so many
 * a day whatever the room. Counts it if so. */
enum rc third_party_invites_count_message(struct tx *tx, const struct third_party_limits *limits, str contact,
                                          uint64_t room_nid, bool *ret_may) MUST_USE;

#endif
