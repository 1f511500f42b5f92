/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The end of registration and login: a device and its tokens. And their opposite: what goes with a device. */
#ifndef API_SIGN_IN_H
#define API_SIGN_IN_H

#include "api/call.h"

/* What a request says about the device to be. */
struct sign_in {
    str device_id, device_name;
    bool refreshable;
    bool inhibited;          /* nobody signs in: the answer is the user id alone; whoever may ask for that sets it */
    bool undid_cancellation; /* of the account, by signing in: the answer says so */
};
/* Reads device_id, initial_device_display_name and refresh_token of the body. */
enum rc sign_in_read(struct call *call, yyjson_val *body, struct sign_in *ret_sign_in) MUST_USE;
/* The name alone. */
enum rc sign_in_read_name(struct call *call, yyjson_val *body, struct sign_in *ret_sign_in) MUST_USE;
/* WRITE. Makes (or takes over) the device, and answers with user_id, device_id and tokens. */
enum rc sign_in_finish(struct call *call, uint64_t user_nid, str user_id, const struct sign_in *sign_in) MUST_USE;
/* access_token, refresh_token and expires_in_ms, as far as there are such. */
struct session_tokens;
void sign_in_add_tokens(yyjson_mut_doc *doc, yyjson_mut_val *object, const struct session_tokens *tokens);

/* WRITE. Ends the device's sessions, forgets its row and what the vault holds of it. */
enum rc sign_out_device(struct tx *tx, uint64_t user_nid, uint64_t device_nid) MUST_USE;
/* WRITE. All devices somebody is signed in with, but one (0: all). */
enum rc sign_out_others(struct tx *tx, uint64_t user_nid, uint64_t kept_device_nid) MUST_USE;
/* WRITE. All devices, the dehydrated one as well. */
enum rc sign_out_all(struct tx *tx, uint64_t user_nid) MUST_USE;

#endif
