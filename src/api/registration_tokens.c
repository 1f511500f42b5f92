/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "GET /register/m.login.registration_token/validity". */
#include "api/registration_tokens.h"

#include "api/server.h"
#include "api/uia_session.h"

enum rc registration_token_lives(struct call *call, str token, str session, struct registration_token *ret_token,
                                 bool *ret_lives)
{
    *ret_lives = false;
    if (token.len > REGISTRATION_TOKEN_MAX)
        return RC_OK;
    enum rc rc = registration_tokens_find(call->tx, token, ret_token);
    if (rc == RC_NOT_FOUND || rc == RC_EXPIRED)
        return RC_OK;
    TRY(rc);
    int64_t taken = ret_token->uses;
    if (ret_token->max_uses)
        taken += uia_sessions_holding(call->server->uia, ret_token->id, session);
    *ret_lives = !ret_token->max_uses || taken < ret_token->max_uses;
    return RC_OK;
}

static enum rc get_validity(struct call *call)
{
    str token = call_query(call, "token");
    struct registration_token found;
    bool lives;
    if (!token.ptr)
        return call_fail(call, 400, "M_MISSING_PARAM", "token is missing.");
    if (!call->server->config->registration.open)
        return call_fail(call, 403, "M_FORBIDDEN", "This server takes no new accounts.");
    TRY(registration_token_lives(call, token, STR_NONE, &found, &lives));
    strbuf_add(&call->out, lives ? S("{\"valid\":true}") : S("{\"valid\":false}"));
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
