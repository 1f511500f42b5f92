/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Operations of the specification this server does not offer, each answering as the specification says for a server
 * without it, and saying why: docs/matrix-api.md.
 */
#include "api/call.h"

static enum rc nothing_of_that_name(struct call *call)
{
    return call_fail(call, 404, "M_NOT_FOUND", "There is nothing of that name.");
}

static enum rc no_such_operation(struct call *call)
{
    return call_fail(call, 404, "M_UNRECOGNIZED", "This server does not offer that.");
}

/* Spec "POST /account/3pid/bind": what it would answer goes on to an identity server. */
static enum rc no_identity_server(struct call *call)
{
    static const char *const needed[] = {"client_secret", "id_access_token", "id_server", "sid"};
    str value;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        TRY(json_need_str(call->body, needed[i], &value, call_err(call)));
    return call_fail(call, 400, "M_SERVER_NOT_TRUSTED", "This server tells no identity server who its users are.");
}

static enum rc nothing_to_unbind(struct call *call)
{
    str medium, address;
    TRY(json_need_str(call->body, "medium", &medium, call_err(call)));
    TRY(json_need_str(call->body, "address", &address, call_err(call)));
    strbuf_add(&call->out, S("{\"id_server_unbind_result\":\"no-support\"}"));
    return RC_OK;
}

static const char no_sso[] = "people sign in with a password or a code, never through a third party";
static const char no_binding[] = "no identity server is told who the users are";

#define NOT_OFFERED(operation, verb, address, who, what_for, body_kind, handler, why)                                  \
    {                                                                                                                  \
        .name = (operation), .method = (verb), .path = (address), .auth = (who), .exec = EXEC_READ, .rate = RATE_READ, \
        .body = (body_kind), .purpose = (what_for), .not_offered = (why), .run = (handler)                             \
    }
#define CLIENT "/_matrix/client/"
#define GET(operation, address, who, handler, why)                                                                     \
    NOT_OFFERED(operation, HTTP_GET, address, who, (who) == AUTH_NONE ? PURPOSE_NONE : PURPOSE_SERVICE, BODY_NONE,     \
                handler, why)
#define POST(operation, address, who, handler, why)                                                                    \
    NOT_OFFERED(operation, HTTP_POST, address, who, (who) == AUTH_NONE ? PURPOSE_NONE : PURPOSE_SERVICE, BODY_JSON,    \
                handler, why)

static const struct endpoint endpoints[] = {
    GET("redirectToSSO", CLIENT "v3/login/sso/redirect", AUTH_NONE, no_such_operation, no_sso),
    GET("redirectToIdP", CLIENT "v3/login/sso/redirect/{idpId}", AUTH_NONE, nothing_of_that_name, no_sso),
    GET("getAuthMetadata", CLIENT "v1/auth_metadata", AUTH_NONE, no_such_operation,
        "there is no OAuth 2.0 API: sign-in is the server's own"),
    GET("getWellknownPolicy", "/.well-known/matrix/policy_server", AUTH_NONE, nothing_of_that_name,
        "policy servers are for federated rooms"),
    POST("bind3PID", CLIENT "v3/account/3pid/bind", AUTH_USER, no_identity_server, no_binding),
    POST("unbind3pidFromAccount", CLIENT "v3/account/3pid/unbind", AUTH_USER, nothing_to_unbind, no_binding),
};

extern const struct endpoint_module not_offered_module;
const struct endpoint_module not_offered_module = ENDPOINT_MODULE(endpoints);
