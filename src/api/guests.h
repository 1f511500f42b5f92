/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Guests (spec "Guest Access"): accounts without a name of their own choice, a password and a number, for rooms that
 * admit them. What they may call stands in the endpoint table (AUTH_GUEST_TOO). docs/decisions/0007 says what the
 * policy means for them.
 */
#ifndef API_GUESTS_H
#define API_GUESTS_H

#include "api/sign_in.h"

/* WRITE. A new one, signed in. */
enum rc guests_make(struct call *call, const struct sign_in *sign_in) MUST_USE;

/* The guest who becomes a full account: of that access token and that account name. 403 when there is none. */
enum rc guests_find(struct call *call, str access_token, str localpart, uint64_t *ret_nid) MUST_USE;
/* WRITE. From now on an account like others; the guest's device and token end. 403 when it is no guest any more. */
enum rc guests_upgrade(struct call *call, uint64_t nid, str *ret_localpart) MUST_USE;

/* WRITE. After a change of the room: if it admitted guests before and does no longer, those in it leave. */
enum rc guests_turn_out(struct tx *tx, const struct room **room_in_out, bool admitted_before) MUST_USE;

/* The job: those who have not come back for accounts.guest_idle are to be erased. */
enum rc guests_job(struct tx *tx, struct server *server) MUST_USE;

#endif
