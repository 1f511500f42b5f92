/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "OpenID": a token for showing another service who one is. It would be redeemed at an address of the federation
 * API, which this server does not offer: nobody outside learns anything by it, and nothing of it is kept.
 */
#include "api/call.h"
#include "api/server.h"
#include "crypto/crypto.h"

enum { OPENID_LIFE_S = 3600 };

static enum rc post_request_token(struct call *call)
{
    TRY(call_self(call, call->params[0]));
    strbuf_add(&call->out, S("{\"access_token\":"));
    strbuf_add_json(&call->out, crypto_token_new(call->server->env, call->arena, "prlo_"));
    strbuf_add(&call->out, S(",\"token_type\":\"Bearer\",\"matrix_server_name\":"));
    strbuf_add_json(&call->out, store_server_name(call->server->store));
    strbuf_printf(&call->out, ",\"expires_in\":%d}", OPENID_LIFE_S);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "requestOpenIdToken",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/user/{userId}/openid/request_token",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_SERVICE,
     .run = post_request_token},
};

extern const struct endpoint_module openid_module;
const struct endpoint_module openid_module = ENDPOINT_MODULE(endpoints);
