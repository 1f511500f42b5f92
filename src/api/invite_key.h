/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The key that invites to third parties are taken up with (spec "Third-party invites"): one pair of the server's own.
 * Its public half stands in each m.room.third_party_invite; with the other half the server, which plays the identity
 * server's part for its own people, says whose account the invited number belongs to.
 */
#ifndef API_INVITE_KEY_H
#define API_INVITE_KEY_H

#include "api/call.h"

/* The content of m.room.third_party_invite. */
str invite_key_offer(struct call *call, str display_name);
/* Was the offer made with the key in use? Not when its event has been emptied or redacted. */
bool invite_key_fits(struct call *call, const struct event *offer);
/* `third_party_invite` of the m.room.member event that takes it up. */
enum rc invite_key_sign(struct call *call, const struct event *offer, str user_id, yyjson_val **ret_value) MUST_USE;

#endif
