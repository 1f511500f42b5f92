/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "GET /register/m.login.registration_token/validity". This server gives out no registration tokens: none is
 * valid. */
#include "api/call.h"
#include "api/server.h"

static enum rc get_validity(struct call *call)
{
    if (!call_query(call, "token").ptr)
        return call_fail(call, 400, "M_MISSING_PARAM", "token is missing.");
    if (!call->server->config->registration.open)
        return call_fail(call, 403, "M_FORBIDDEN", "This server takes no new accounts.");
    strbuf_add(&call->out, S("{\"valid\":false}"));
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "registrationTokenValidity",
     .method = HTTP_GET,
     .path = "/_matrix/client/v1/register/m.login.registration_token/validity",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_LOGIN,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_validity},
};

extern const struct endpoint_module registration_tokens_module;
const struct endpoint_module registration_tokens_module = ENDPOINT_MODULE(endpoints);
