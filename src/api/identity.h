/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Whom a request speaks of: the spec's "identifier" object (m.id.user, m.id.thirdparty, m.id.phone) and the older
 * "user" member, resolved to an account. Nobody can tell from answers whether there is one.
 */
#ifndef API_IDENTITY_H
#define API_IDENTITY_H

#include "api/call.h"
#include "store/codes.h"

/* holder: the object that has "identifier" (or "user"). *ret_user is NULL when there is no such account (that is
 * RC_OK). Fails with 400 when the identifier is malformed or of a kind the server does not know, M_BAD_JSON when there
 * is none. */
enum rc identity_resolve(struct call *call, yyjson_val *holder, const struct user **ret_user) MUST_USE;
/* The same number or name hashes alike however it is spelt, for limits per account; whether there is such an account
 * does not show. */
uint64_t identity_hash(struct call *call, yyjson_val *holder);
bool identity_given(yyjson_val *holder);
/* "@localpart:server" from a localpart or a full id. */
str identity_user_id(struct call *call, str user);

/* codes_proof() of a contact of that medium; one proven for signing in must still be the account's: RC_NOT_FOUND when
 * it has changed. */
enum rc identity_proof(struct call *call, str sid, str client_secret, enum code_purpose purpose,
                       enum code_medium medium, struct code_proof *ret_proof) MUST_USE;

#endif
