/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whether a registration token (store/registration_tokens.h) may make one more account. */
#ifndef API_REGISTRATION_TOKENS_H
#define API_REGISTRATION_TOKENS_H

#include "api/call.h"
#include "store/registration_tokens.h"

/* A session of authentication that has passed the stage holds a use until it ends, so that nobody who comes after takes
 * it while its person reads the policy. session: whose own use does not count; may be empty. ret_token is set when it
 * lives. */
enum rc registration_token_lives(struct call *call, str token, str session, struct registration_token *ret_token,
                                 bool *ret_lives) MUST_USE;

#endif
