/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef API_AUTH_H
#define API_AUTH_H

#include "api/call.h"

/* Fills call->who from the access token as the endpoint demands (spec "Client Authentication", "Using access tokens").
 * Uses call->tx (a read tx). On failure the error is set on the call. */
enum rc call_authenticate(struct call *call) MUST_USE;

/* Fails with M_GUEST_ACCESS_FORBIDDEN (spec "Guest Access"). */
enum rc call_fail_guest(struct call *call);
/* Whether the request brings a token, whatever it is worth. */
bool call_has_token(struct call *call);
/* Fails with M_MISSING_TOKEN. */
enum rc call_fail_missing_token(struct call *call);
/* Fails with M_USER_LOCKED (spec "Account locking"). */
enum rc call_fail_locked(struct call *call);

#endif
