/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Account management": who am I, a new password, closing the account. */
#include "api/accounts.h"
#include "api/auth.h"
#include "api/call.h"
#include "api/closing.h"
#include "api/password.h"
#include "api/server.h"
#include "api/sign_in.h"
#include "api/uia.h"
#include "crypto/crypto.h"

static enum rc get_whoami(struct call *call)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_str(doc, answer, "user_id", call->who.user_id);
    if (call->who.device_id.len)
        json_set_str(doc, answer, "device_id", call->who.device_id);
    json_set_bool(doc, answer, "is_guest", call->who.guest);
    call_reply_json(call, answer);
    return RC_OK;
}

/* ---- a new password ---- */

static const struct uia_operation password_change = {
    .name = "changePassword", .flows = {{{UIA_PASSWORD}}, {{UIA_SMS}}, {{UIA_RESET}}, {{UIA_EMAIL_RESET}}}};
/* Without a token: who has lost the password proves one of the account's contacts. */
static const struct uia_operation password_reset = {.name = "resetPassword",
                                                    .flows = {{{UIA_RESET}}, {{UIA_EMAIL_RESET}}}};

struct change {
    struct uia_attempt *attempt;
    str password, hash;
    bool logout_devices;
};

static enum rc prepare_password(struct call *call)
{
    struct change *change = arena_new(call->arena, struct change);
    call->slow_result = change;
    TRY(json_need_str(call->body, "new_password", &change->password, call_err(call)));
    TRY(json_get_bool(call->body, "logout_devices", true, &change->logout_devices, call_err(call)));
    TRY(password_acceptable(call, change->password));
    return uia_prepare(call, call->who.user ? &password_change : &password_reset, &change->attempt);
}

static enum rc slow_password(struct call *call)
{
    struct change *change = call->slow_result;
    uia_slow(change->attempt);
    return uia_may_complete(change->attempt) ? crypto_password_hash(call->arena, change->password, &change->hash)
                                             : RC_OK;
}

static enum rc may_reset(struct call *call, uint64_t nid)
{
    const struct user *user;
    TRY(users_get(call->tx, nid, &user));
    if (user->flags & USER_DEACTIVATED)
        return call_fail(call, 403, "M_USER_DEACTIVATED", "This account has been closed.");
    return user->flags & USER_LOCKED ? call_fail_locked(call) : RC_OK;
}

static enum rc post_password(struct call *call)
{
    struct change *change = call->slow_result;
    struct uia_result result;
    bool passed;
    TRY(uia_run(call, change->attempt, &passed, &result));
    if (!passed)
        return RC_OK;
    uint64_t nid = call->who.user ? call->who.user_nid : result.subject;
    if (!call->who.user)
        TRY(may_reset(call, nid));
    TRY(personal_set(call->tx, nid, FIELD_PASSWORD_HASH, 0, change->hash));
    return change->logout_devices ? sign_out_others(call->tx, nid, call->who.device_nid) : RC_OK;
}

/* ---- closing the account ---- */

/*
 * Spec "Deactivating your account" knows no way back, so there is none: the account ends with the answer. With "erase"
 * everything of it is erased at once. Without, what it said stays readable where it was said until the interval of
 * accounts.cancel_interval is over, and is then erased as well (obligation 5.5): there is nobody left it could be kept
 * for. Cancelling with a way back is POST /_parley/v1/account/cancel.
 */
static const struct uia_operation deactivation = {.name = "deactivateAccount",
                                                  .flows = {{{UIA_PASSWORD}}, {{UIA_SMS}}}};

struct deactivating {
    struct uia_attempt *attempt;
    bool erase;
};

static enum rc prepare_deactivate(struct call *call)
{
    struct deactivating *deactivating = arena_new(call->arena, struct deactivating);
    call->slow_result = deactivating;
    TRY(json_get_bool(call->body, "erase", false, &deactivating->erase, call_err(call)));
    return uia_prepare(call, &deactivation, &deactivating->attempt);
}

static enum rc slow_deactivate(struct call *call)
{
    uia_slow(((struct deactivating *)call->slow_result)->attempt);
    return RC_OK;
}

static enum rc post_deactivate(struct call *call)
{
    struct deactivating *deactivating = call->slow_result;
    struct uia_result result;
    struct closing closing;
    bool passed;
    TRY(uia_run(call, deactivating->attempt, &passed, &result));
    if (!passed)
        return RC_OK;
    TRY(closing_begin(call, deactivating->erase ? ERASURE_ASKED : ERASURE_CLOSED, &closing));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    /* There is no identity server anything could be bound at. */
    json_set_str(doc, answer, "id_server_unbind_result", S("success"));
    json_set(doc, answer, "org.parley.erasure", closing_object(doc, &closing));
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getTokenOwner",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/account/whoami",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .unagreed = true,
     .run = get_whoami},
    {.name = "changePassword",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/password",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .service = SERVICE_NOT,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .prepare = prepare_password,
     .slow = slow_password,
     .run = post_password},
    {.name = "deactivateAccount",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/deactivate",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_SERVICE,
     .unagreed = true,
     .also = PURPOSE_BIT(PURPOSE_ACCOUNT_SECURITY), /* whoever closes an account proves to be its owner */
     .settles = true,
     .prepare = prepare_deactivate,
     .slow = slow_deactivate,
     .run = post_deactivate},
};

extern const struct endpoint_module account_module;
const struct endpoint_module account_module = ENDPOINT_MODULE(endpoints);
