/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Making accounts with a secret the operator shares with their tools (registration.shared_secret_file), at the address
 * and in the form that `register_new_matrix_user` and the tooling of bridges know: a nonce is fetched, and the request
 * proves by HMAC-SHA1 over nonce, name, password and kind that it comes from somebody who has the secret. What is made
 * is what `parley admin user create` makes: an account without a number, whose owner agrees to the policy before they
 * do anything else (obligation 0.2).
 */
#include "api/accounts.h"
#include "api/call_private.h"
#include "api/nonces.h"
#include "api/password.h"
#include "api/server.h"
#include "api/sign_in.h"
#include "crypto/crypto.h"
#include "privacy/audit.h"
#include "privacy/profile.h"
#include "room/auth.h"

struct request {
    str nonce, name, password, mac, display_name, user_type;
    bool admin;
    struct sign_in sign_in;
    str password_hash;
};

/* A server without the secret has nothing at this address. */
static enum rc check_offered(struct call *call)
{
    if (call->server->registration_secret.len)
        return RC_OK;
    return call_fail(call, 404, "M_UNRECOGNIZED", "There is nothing at this address.");
}

static enum rc get_nonce(struct call *call)
{
    TRY(check_offered(call));
    strbuf_add(&call->out, S("{\"nonce\":"));
    strbuf_add_json(&call->out, nonces_draw(call->server->nonces, call->arena));
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

/* ---- the request ---- */

static enum rc read_request(struct call *call, struct request *request)
{
    struct error *err = call_err(call);
    TRY(json_need_str(call->body, "nonce", &request->nonce, err));
    TRY(json_need_str(call->body, "username", &request->name, err));
    TRY(json_need_str(call->body, "password", &request->password, err));
    TRY(json_need_str(call->body, "mac", &request->mac, err));
    TRY(json_get_bool(call->body, "admin", false, &request->admin, err));
    TRY(json_get_bool(call->body, "inhibit_login", false, &request->sign_in.inhibited, err));
    if (!yyjson_is_null(yyjson_obj_get(call->body, "displayname")))
        TRY(json_get_str(call->body, "displayname", &request->display_name, err));
    if (!yyjson_is_null(yyjson_obj_get(call->body, "user_type")))
        TRY(json_get_str(call->body, "user_type", &request->user_type, err));
    return sign_in_read(call, call->body, &request->sign_in);
}

static str expected_mac(struct call *call, const struct request *request)
{
    struct strbuf text = STRBUF_INIT;
    unsigned char mac[CRYPTO_SHA1_SIZE];
    const str parts[] = {request->nonce, request->name, request->password, request->admin ? S("admin") : S("notadmin"),
                         request->user_type};
    for (size_t i = 0; i < sizeof parts / sizeof *parts && parts[i].ptr; i++) {
        if (i)
            strbuf_add_char(&text, 0);
        strbuf_add(&text, parts[i]);
    }
    crypto_hmac_sha1(call->server->registration_secret, strbuf_str(&text), mac);
    crypto_wipe(text.ptr, text.len);
    strbuf_fini(&text);
    return crypto_hex(call->arena, str_from(mac, sizeof mac));
}

/* The nonce is used up before anything else is looked at: each guess of the secret costs one. */
static enum rc check_proof(struct call *call, const struct request *request)
{
    if (nonces_take(call->server->nonces, request->nonce) != RC_OK)
        return call_fail(call, 400, "M_UNKNOWN", "This nonce is not known, or was used. Fetch another.");
    /* A NUL parts what the proof is about. */
    if (memchr(request->name.ptr, 0, request->name.len) || memchr(request->password.ptr, 0, request->password.len))
        return call_fail(call, 400, "M_INVALID_PARAM", "Neither username nor password may hold a NUL character.");
    if (!crypto_equal(request->mac, expected_mac(call, request)))
        return call_fail(call, 403, "M_UNKNOWN", "The HMAC is not right.");
    return RC_OK;
}

static enum rc check_account(struct call *call, const struct request *request)
{
    bool taken;
    if (!user_localpart_is_valid(request->name) || !user_id_is_valid(account_user_id(call->tx, request->name)))
        return call_fail(call, 400, "M_INVALID_USERNAME",
                         "An account name has lower-case letters, digits and . _ = - / + only, and is not too long.");
    if (request->user_type.ptr && !str_eq(request->user_type, S("bot")) && !str_eq(request->user_type, S("support")))
        return call_fail(call, 400, "M_INVALID_PARAM", "user_type is bot or support.");
    if (request->display_name.len > PROFILE_NAME_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "This name is too long. Take one of at most 256 bytes.");
    TRY(users_name_is_taken(call->tx, request->name, &taken));
    if (taken)
        return call_fail(call, 400, "M_USER_IN_USE", "This account name is taken. Choose another.");
    return password_acceptable(call, request->password);
}

static enum rc prepare_account(struct call *call)
{
    struct request *request = arena_new(call->arena, struct request);
    call->slow_result = request;
    TRY(check_offered(call));
    TRY(read_request(call, request));
    TRY(check_proof(call, request));
    /* From here on it is the operator who acts. */
    call->p->act.actor = ACTOR_COMMAND;
    call->p->act.reason = "the operator's registration secret";
    return check_account(call, request);
}

static enum rc slow_account(struct call *call)
{
    struct request *request = call->slow_result;
    return crypto_password_hash(call->arena, request->password, &request->password_hash);
}

static enum rc post_account(struct call *call)
{
    const struct request *request = call->slow_result;
    uint64_t nid;
    enum rc rc = users_create(call->tx, request->name, request->admin ? USER_ADMIN : 0, &nid, call_err(call));
    if (rc == RC_EXISTS)
        return call_fail(call, 400, "M_USER_IN_USE", "This account name is taken. Choose another.");
    TRY(rc);
    TRY(personal_set(call->tx, nid, FIELD_PASSWORD_HASH, 0, request->password_hash));
    if (request->display_name.len)
        TRY(users_set_profile(call->tx, nid, S("displayname"), request->display_name));
    const struct audit_entry entry = {.kind = AUDIT_COMMAND,
                                      .subject = nid,
                                      .purpose = PURPOSE_OPERATIONS,
                                      .detail = request->admin ? S("create an administrator") : S("create")};
    TRY(audit_append(call->tx, &entry));
    return sign_in_finish(call, nid, account_user_id(call->tx, request->name), &request->sign_in);
}

static const struct endpoint endpoints[] = {
    {.name = "parleySharedSecretNonce",
     .method = HTTP_GET,
     .path = "/_synapse/admin/v1/register",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_LOGIN,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_nonce},
    {.name = "parleySharedSecretRegister",
     .method = HTTP_POST,
     .path = "/_synapse/admin/v1/register",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .purpose = PURPOSE_OPERATIONS,
     .also = PURPOSE_BIT(PURPOSE_SERVICE),
     .prepare = prepare_account,
     .slow = slow_account,
     .run = post_account},
};

extern const struct endpoint_module shared_secret_module;
const struct endpoint_module shared_secret_module = ENDPOINT_MODULE(endpoints);
