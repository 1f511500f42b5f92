/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "POST /login/get_token": a signed-in person lets a further device in, after showing again that it is them. */
#include "api/call.h"
#include "api/login_tokens.h"
#include "api/server.h"
#include "api/uia.h"

#include <stdlib.h>

static const struct uia_operation get_token = {.name = "generateLoginToken", .flows = {{{UIA_PASSWORD}}, {{UIA_SMS}}}};

static enum rc prepare_token(struct call *call)
{
    struct uia_attempt *attempt;
    int64_t wait_ms = login_tokens_wait_ms(call->server->login_tokens, call->who.user_nid);
    if (call->server->config->limits.enabled && wait_ms > 0)
        return call_fail_limited(call, "Wait a minute before you let another device in.", wait_ms);

    enum rc rc = uia_prepare(call, &get_token, &attempt);
    call->slow_result = attempt;
    return rc;
}

static enum rc slow_token(struct call *call)
{
    uia_slow(call->slow_result);
    return RC_OK;
}

/* It counts from the commit on, in which the proof was used up. */
struct made {
    struct login_tokens *tokens;
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    uint64_t user_nid, device_nid;
};

static void publish_made(struct store *store, void *arg)
{
    struct made *made = arg;
    (void)store;
    login_tokens_add(made->tokens, made->hash, made->user_nid, made->device_nid);
    free(made);
}

static enum rc post_token(struct call *call)
{
    struct uia_result result;
    bool passed;
    TRY(uia_run(call, call->slow_result, &passed, &result));
    if (!passed)
        return RC_OK;
    str token = crypto_token_new(call->server->env, call->arena, "prlt_");
    struct made *made = xcalloc(1, sizeof *made);
    *made = (struct made){
        .tokens = call->server->login_tokens, .user_nid = call->who.user_nid, .device_nid = call->who.device_nid};
    crypto_token_hash(token, made->hash);
    tx_after_commit(call->tx, publish_made, free, made);
    strbuf_add(&call->out, S("{\"login_token\":"));
    strbuf_add_json(&call->out, token);
    strbuf_printf(&call->out, ",\"expires_in_ms\":%d}", LOGIN_TOKEN_LIFE_MS);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "generateLoginToken",
     .method = HTTP_POST,
     .path = "/_matrix/client/v1/login/get_token",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .service = SERVICE_NOT,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .prepare = prepare_token,
     .slow = slow_token,
     .run = post_token},
};

extern const struct endpoint_module login_token_module;
const struct endpoint_module login_token_module = ENDPOINT_MODULE(endpoints);
