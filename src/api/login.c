/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Login" and "Refreshing access tokens". By password, by a token another device asked for, by a code sent to the
 * account's number; application services, by their token. */
#include "api/auth.h"
#include "api/call.h"
#include "api/closing.h"
#include "api/identity.h"
#include "api/limiter.h"
#include "api/login_tokens.h"
#include "api/on_behalf.h"
#include "api/password.h"
#include "api/server.h"
#include "api/service_names.h"
#include "api/sign_in.h"
#include "appservice/appservice.h"
#include "store/codes.h"
#include "store/devices.h"
#include "store/sessions.h"

static enum rc get_flows(struct call *call)
{
    strbuf_add(&call->out,
               S("{\"flows\":[{\"type\":\"m.login.password\"},{\"type\":\"m.login.token\",\"get_login_token\":true},"
                 "{\"type\":\"org.parley.login.sms\"}"));
    if (services_now(call->server)->count)
        strbuf_add(&call->out, S(",{\"type\":\"m.login.application_service\"}"));
    strbuf_add(&call->out, S("]}"));
    return RC_OK;
}

struct login {
    bool by_password, by_token, by_service;
    uint64_t token_user_nid, token_device_nid; /* by token: whose, and who vouched */
    const struct user *user;                   /* NULL: there is none, which nobody may notice */
    str password, hash;
    bool password_fits;
    str sid, client_secret;
    struct sign_in sign_in;
};

/* ---- prepare: whom, and with what ---- */

/* Guessing is held up per account too, wherever the guesses come from. */
static enum rc limit_account(struct call *call)
{
    int64_t retry_ms;
    struct server *server = call->server;
    if (!server->config->limits.enabled
        || limiter_take(server->limiter, RATE_LOGIN, identity_hash(call, call->body), &retry_ms))
        return RC_OK;
    return call_fail_limited(call, "Too many attempts to sign in. Wait a little.", retry_ms);
}

static enum rc prepare_password(struct call *call, struct login *login)
{
    login->by_password = true;
    TRY(json_need_str(call->body, "password", &login->password, call_err(call)));
    TRY(limit_account(call));
    TRY(identity_resolve(call, call->body, &login->user));
    return login->user ? password_hash_of(call->tx, login->user->nid, &login->hash) : RC_OK;
}

static enum rc prepare_sms(struct call *call, struct login *login)
{
    yyjson_val *credentials;
    TRY(json_need_object(call->body, "threepid_creds", &credentials, call_err(call)));
    TRY(json_need_str(credentials, "sid", &login->sid, call_err(call)));
    return json_need_str(credentials, "client_secret", &login->client_secret, call_err(call));
}

/* A token is used up here, once, whatever comes of it. */
static enum rc prepare_token(struct call *call, struct login *login)
{
    str token;
    login->by_token = true;
    TRY(json_need_str(call->body, "token", &token, call_err(call)));
    if (login_tokens_take(call->server->login_tokens, token, &login->token_user_nid, &login->token_device_nid) != RC_OK)
        return call_fail(call, 403, "M_FORBIDDEN", "This token is not known, used already, or too old.");
    return RC_OK;
}

/* Spec: Application Service API, "Server admin style permissions". */
static enum rc prepare_service(struct call *call, struct login *login)
{
    TRY(identity_resolve(call, call->body, &login->user));
    str user_id = login->user ? login->user->user_id : STR_NONE;
    if (!login->user || !(login->user->flags & USER_MACHINE))
        return call_fail(call, 403, "M_FORBIDDEN", "No application service has registered this account.");
    if (!appservice_owns_user(call->who.service, user_id))
        return call_fail(call, 403, "M_EXCLUSIVE", "This account is in none of the application service's namespaces.");
    return RC_OK;
}

static enum rc prepare_login(struct call *call)
{
    struct login *login = arena_new(call->arena, struct login);
    str type;
    call->slow_result = login;
    TRY(service_signs_in(call, &login->by_service));
    TRY(json_need_str(call->body, "type", &type, call_err(call)));
    TRY(sign_in_read(call, call->body, &login->sign_in));
    if (login->by_service)
        return prepare_service(call, login);
    if (str_eq(type, S("m.login.password")))
        return prepare_password(call, login);
    if (str_eq(type, S("m.login.token")))
        return prepare_token(call, login);
    if (str_eq(type, S("org.parley.login.sms")))
        return prepare_sms(call, login);
    return call_fail(call, 400, "M_UNKNOWN", "This way of signing in is not offered here.");
}

static enum rc slow_login(struct call *call)
{
    struct login *login = call->slow_result;
    if (login->by_password)
        login->password_fits = password_matches(login->password, login->hash);
    return RC_OK;
}

/* ---- run ---- */

static enum rc user_by_code(struct call *call, const struct login *login, uint64_t *ret_nid)
{
    struct code_proof proof;
    enum rc rc = identity_proof(call, login->sid, login->client_secret, CODE_LOGIN, CODE_SMS, &proof);
    if (rc == RC_NOT_FOUND || rc == RC_FORBIDDEN || rc == RC_EXPIRED || (rc == RC_OK && !proof.subject))
        return call_fail(call, 403, "M_FORBIDDEN", "This number has not been confirmed with a code, or too long ago.");
    TRY(rc);
    *ret_nid = proof.subject;
    return codes_consume(call->tx, login->sid);
}

/* Whoever has been signed out since does not let anybody in. */
static enum rc user_by_token(struct call *call, const struct login *login, uint64_t *ret_nid)
{
    struct device device;
    enum rc rc = devices_get(call->tx, login->token_device_nid, &device);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 403, "M_FORBIDDEN", "The device this token comes from has been signed out.");
    *ret_nid = login->token_user_nid;
    return rc;
}

static enum rc post_login(struct call *call)
{
    const struct login *login = call->slow_result;
    struct sign_in sign_in = login->sign_in;
    const struct user *user;
    uint64_t nid = 0;
    if (login->by_service)
        nid = login->user->nid;
    else if (login->by_token)
        TRY(user_by_token(call, login, &nid));
    else if (!login->by_password)
        TRY(user_by_code(call, login, &nid));
    else if (login->password_fits)
        nid = login->user->nid;
    else
        return call_fail(call, 403, "M_FORBIDDEN", "Name, number, e-mail address or password is not right.");
    TRY(users_get(call->tx, nid, &user));
    if (user->flags & USER_DEACTIVATED)
        return call_fail(call, 403, "M_USER_DEACTIVATED", "This account has been closed.");
    if (user->flags & USER_LOCKED)
        return call_fail_locked(call);
    TRY(closing_undo(call, nid, &sign_in.undid_cancellation));
    return sign_in_finish(call, nid, user->user_id, &sign_in);
}

/* ---- refresh ---- */

static enum rc post_refresh(struct call *call)
{
    struct session_tokens tokens;
    const struct user *user;
    uint64_t nid = 0;
    str token;
    TRY(json_need_str(call->body, "refresh_token", &token, call_err(call)));
    enum rc rc = sessions_refresh(call->tx, token, call->server->config->accounts.token_lifetime, &tokens, &nid);
    if (rc == RC_UNAUTHORIZED)
        return call_fail(call, 401, "M_UNKNOWN_TOKEN", "This refresh token is not known. Sign in again.");
    TRY(rc);
    TRY(users_get(call->tx, nid, &user));
    if (user->flags & USER_LOCKED)
        return call_fail_locked(call);
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    sign_in_add_tokens(doc, answer, &tokens);
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getLoginFlows",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/login",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_flows},
    {.name = "login",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/login",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .service = SERVICE_BARE,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .prepare = prepare_login,
     .slow = slow_login,
     .run = post_login},
    {.name = "refresh",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/refresh",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = post_refresh},
};

extern const struct endpoint_module login_module;
const struct endpoint_module login_module = ENDPOINT_MODULE(endpoints);
