/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Adding Account Administrative Contact Information". An account has a mobile number (obligation 1.7): another
 * one, once proven, takes its place, and it cannot be without. It may have an e-mail address as well.
 */
#include "api/call.h"
#include "api/identity.h"
#include "api/server.h"
#include "api/third_party_taken.h"
#include "api/uia.h"
#include "base/email.h"
#include "notify/phone.h"

static const enum personal_field contact_fields[CODE_MEDIA] = {[CODE_SMS] = FIELD_PHONE, [CODE_EMAIL] = FIELD_EMAIL};

/* ---- which ---- */

static enum rc add_contact(struct call *call, enum code_medium medium)
{
    enum personal_field field = contact_fields[medium];
    bool first = call->out.ptr[call->out.len - 1] == '[';
    int64_t since;
    str contact;
    enum rc rc = personal_get(call->tx, call->who.user_nid, field, 0, PURPOSE_RIGHTS, &contact);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(personal_written_ms(call->tx, call->who.user_nid, field, 0, PURPOSE_RIGHTS, &since));
    strbuf_printf(&call->out, "%s{\"medium\":\"%s\",\"address\":", first ? "" : ",",
                  medium == CODE_EMAIL ? "email" : "msisdn");
    strbuf_add_json(&call->out, str_skip(contact, medium == CODE_SMS)); /* the canonical form has no '+' */
    strbuf_printf(&call->out, ",\"added_at\":%lld,\"validated_at\":%lld}", (long long)since, (long long)since);
    return RC_OK;
}

static enum rc get_third_party_ids(struct call *call)
{
    strbuf_add(&call->out, S("{\"threepids\":["));
    for (int medium = 0; medium < CODE_MEDIA; medium++)
        TRY(add_contact(call, (enum code_medium)medium));
    strbuf_add(&call->out, S("]}"));
    return RC_OK;
}

/* ---- adding ---- */

struct addition {
    struct uia_attempt *attempt;
    str sid, client_secret;
};

static const struct uia_operation adding = {.name = "add3PID", .flows = {{{UIA_PASSWORD}}, {{UIA_SMS}}}};

static enum rc read_credentials(struct call *call, yyjson_val *holder, struct addition *addition)
{
    TRY(json_need_str(holder, "sid", &addition->sid, call_err(call)));
    TRY(json_need_str(holder, "client_secret", &addition->client_secret, call_err(call)));
    if (!client_secret_is_valid(addition->sid) || !client_secret_is_valid(addition->client_secret))
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "sid and client_secret have 1 to 255 characters of [0-9a-zA-Z.=_-].");
    return RC_OK;
}

/* What was proven, if it was. */
static enum rc read_proof(struct call *call, const struct addition *addition, int refusal_status,
                          struct code_proof *ret_proof)
{
    enum rc rc = codes_proof(call->tx, addition->sid, addition->client_secret, CODE_ADD, ret_proof);
    if (rc == RC_NOT_FOUND || rc == RC_FORBIDDEN || rc == RC_EXPIRED)
        return call_fail(call, refusal_status, "M_THREEPID_AUTH_FAILED",
                         "This contact has not been confirmed, or too long ago.");
    return rc;
}

static enum rc attach(struct call *call, const struct addition *addition, const struct code_proof *proof)
{
    enum rc rc = personal_set(call->tx, call->who.user_nid, contact_fields[proof->medium], 0, proof->contact);
    if (rc == RC_EXISTS)
        return call_fail(call, 400, "M_THREEPID_IN_USE",
                         proof->medium == CODE_EMAIL ? "This e-mail address has another account already."
                                                     : "This number has another account already.");
    TRY(rc);
    TRY(codes_consume(call->tx, addition->sid));
    return third_party_invites_take_up(call, call->who.user_nid, proof->medium, proof->contact);
}

static enum rc prepare_add(struct call *call)
{
    struct addition *addition = arena_new(call->arena, struct addition);
    call->slow_result = addition;
    TRY(read_credentials(call, call->body, addition));
    return uia_prepare(call, &adding, &addition->attempt);
}

static enum rc slow_add(struct call *call)
{
    uia_slow(((struct addition *)call->slow_result)->attempt);
    return RC_OK;
}

static enum rc post_add(struct call *call)
{
    struct addition *addition = call->slow_result;
    struct uia_result result;
    struct code_proof proof;
    bool passed;
    TRY(uia_run(call, addition->attempt, &passed, &result));
    if (!passed)
        return RC_OK;
    TRY(read_proof(call, addition, 400, &proof));
    return attach(call, addition, &proof);
}

/* The deprecated way asks for no password: it gives a contact to who has none of its kind, and takes nobody's away. */
static enum rc post_third_party_ids(struct call *call)
{
    struct addition addition;
    struct code_proof proof;
    yyjson_val *credentials;
    str now;
    TRY(json_get_object(call->body, "three_pid_creds", &credentials, call_err(call)));
    if (!credentials) /* the name before r0.6 */
        TRY(json_need_object(call->body, "threePidCreds", &credentials, call_err(call)));
    TRY(read_credentials(call, credentials, &addition));
    TRY(read_proof(call, &addition, 403, &proof));
    enum rc rc =
        personal_get(call->tx, call->who.user_nid, contact_fields[proof.medium], 0, PURPOSE_ACCOUNT_SECURITY, &now);
    if (rc == RC_OK)
        return call_fail(call, 403, "M_FORBIDDEN", "Use /account/3pid/add to put another contact in place of yours.");
    return rc == RC_NOT_FOUND ? attach(call, &addition, &proof) : rc;
}

/* ---- removing ---- */

/* The canonical form of what a client calls it; empty when it is none. */
static str canonical(struct call *call, enum code_medium medium, str address)
{
    struct phone_number phone;
    struct email email;
    if (medium == CODE_EMAIL)
        return email_parse(address, &email) == RC_OK ? arena_dup(call->arena, str_of(email.text)) : STR_NONE;
    str number = str_starts(address, S("+")) ? address : arena_concat(call->arena, S("+"), address, STR_NONE);
    return phone_parse(STR_NONE, number, &phone) == RC_OK ? arena_dup(call->arena, str_of(phone.e164)) : STR_NONE;
}

static enum rc is_own(struct call *call, enum code_medium medium, str address, bool *ret_own)
{
    str now, meant = canonical(call, medium, address);
    enum rc rc = personal_get(call->tx, call->who.user_nid, contact_fields[medium], 0, PURPOSE_ACCOUNT_SECURITY, &now);
    *ret_own = rc == RC_OK && meant.len && str_eq(now, meant);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc post_delete(struct call *call)
{
    str name, address;
    bool own;
    TRY(json_need_str(call->body, "medium", &name, call_err(call)));
    TRY(json_need_str(call->body, "address", &address, call_err(call)));
    enum code_medium medium = str_eq(name, S("email")) ? CODE_EMAIL : CODE_SMS;
    if (medium == CODE_SMS && !str_eq(name, S("msisdn")))
        return call_fail(call, 400, "M_INVALID_PARAM", "medium must be email or msisdn.");
    TRY(is_own(call, medium, address, &own));
    if (own && medium == CODE_SMS)
        return call_fail(call, 403, "M_FORBIDDEN",
                         "An account here has a mobile number. Add another, which takes its place, or close it.");
    if (own) {
        TRY(personal_remove(call->tx, call->who.user_nid, FIELD_EMAIL, 0));
        tx_empty_logs(call->tx);
    }
    /* Not of this account, or no longer; there is no identity server it could be bound at. */
    strbuf_add(&call->out, S("{\"id_server_unbind_result\":\"no-support\"}"));
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getAccount3PIDs",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/account/3pid",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_third_party_ids},
    {.name = "post3PIDs",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/3pid",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .service = SERVICE_NOT,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .also = PURPOSE_BIT(PURPOSE_MESSAGING), /* invites that were waiting for the contact */
     .run = post_third_party_ids},
    {.name = "add3PID",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/3pid/add",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .service = SERVICE_NOT,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .also = PURPOSE_BIT(PURPOSE_MESSAGING), /* invites that were waiting for the contact */
     .prepare = prepare_add,
     .slow = slow_add,
     .run = post_add},
    {.name = "delete3pidFromAccount",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/account/3pid/delete",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = post_delete},
};

extern const struct endpoint_module third_party_ids_module;
const struct endpoint_module third_party_ids_module = ENDPOINT_MODULE(endpoints);
