/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Logout": the device goes with its access token. */
#include "api/call.h"
#include "api/sign_in.h"

static enum rc post_logout(struct call *call)
{
    if (!call->who.device_id.len)
        return call_fail(call, 403, "M_FORBIDDEN", "An application service's token is not a session that could end.");
    return sign_out_device(call->tx, call->who.user_nid, call->who.device_nid);
}

static enum rc post_logout_all(struct call *call)
{
    return sign_out_all(call->tx, call->who.user_nid);
}

static const struct endpoint endpoints[] = {
    {.name = "logout",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/logout",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .unagreed = true,
     .run = post_logout},
    {.name = "logout_all",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/logout/all",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .unagreed = true,
     .run = post_logout_all},
};

extern const struct endpoint_module logout_module;
const struct endpoint_module logout_module = ENDPOINT_MODULE(endpoints);
