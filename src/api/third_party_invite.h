/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Third-party invites": inviting a mobile number or an e-mail address. docs/decisions/0009 has the reasons.
 *
 * Making one never looks whether that contact has an account: the answer, the event and the message are the same either
 * way. Whoever proves it to be theirs (signs up with it, adds it, puts it in the place of another) has the invites to
 * it from then on; whoever had proven it before is offered them, and is named to nobody unless they accept.
 */
#ifndef API_THIRD_PARTY_INVITE_H
#define API_THIRD_PARTY_INVITE_H

#include "api/call.h"
#include "base/language.h"
#include "store/codes.h"
#include "store/third_party_invites.h"

struct third_party_contact {
    enum code_medium medium;
    str id;      /* what is hashed (store/third_party_invites.h) */
    str address; /* E.164, or an e-mail address in its canonical form */
    str shown;   /* masked, for the room */
    enum language language;
};

/* An Invite3pid object. 400 M_SERVER_NOT_TRUSTED: an identity server other than this one;
 * M_THREEPID_MEDIUM_NOT_SUPPORTED: neither number nor e-mail; M_INVALID_PARAM: not one that can be written to. */
enum rc third_party_contact_read(struct call *call, yyjson_val *object,
                                 struct third_party_contact *ret_contact) MUST_USE;
/* WRITE. As the caller. Invited already: nothing happens. 429: too many today. */
enum rc third_party_invite_make(struct call *call, const struct room **room_in_out,
                                const struct third_party_contact *contact, bool is_direct) MUST_USE;

/* Of an address in the form that struct third_party_contact has. */
str third_party_contact_id(struct arena *arena, enum code_medium medium, str address);

#endif
