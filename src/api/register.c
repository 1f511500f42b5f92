/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Account registration". An account needs the policy's acceptance and a proven mobile number (0.2, 1.7). */
#include "api/accounts.h"
#include "api/call.h"
#include "api/guests.h"
#include "api/identity.h"
#include "api/password.h"
#include "api/server.h"
#include "api/service_accounts.h"
#include "api/service_names.h"
#include "api/sign_in.h"
#include "api/terms.h"
#include "api/third_party_taken.h"
#include "api/uia.h"
#include "crypto/crypto.h"
#include "room/auth.h"

/* By what the configuration asks for: a token of the operator's first, and whether there is a way for test suites,
 * which have neither a phone nor somebody who reads. An e-mail address is an extra (1.7): whoever wants it proves it
 * before the number, which ends the registration. */
static const struct uia_operation operations[2][2] = {
    {{.name = "register",
      .flows = {{{UIA_TERMS, UIA_MSISDN}}, {{UIA_TERMS, UIA_EMAIL, UIA_MSISDN}}},
      .any_parameters = true},
     {.name = "register",
      .flows = {{{UIA_TERMS, UIA_MSISDN}}, {{UIA_TERMS, UIA_EMAIL, UIA_MSISDN}}, {{UIA_DUMMY}}},
      .any_parameters = true}},
    {{.name = "register",
      .flows = {{{UIA_TOKEN, UIA_TERMS, UIA_MSISDN}}, {{UIA_TOKEN, UIA_TERMS, UIA_EMAIL, UIA_MSISDN}}},
      .any_parameters = true},
     {.name = "register",
      .flows = {{{UIA_TOKEN, UIA_TERMS, UIA_MSISDN}},
                {{UIA_TOKEN, UIA_TERMS, UIA_EMAIL, UIA_MSISDN}},
                {{UIA_TOKEN, UIA_DUMMY}}},
      .any_parameters = true}},
};

struct registration {
    struct uia_attempt *attempt;
    uint64_t made_user_nid; /* this request was answered before: the account is there */
    uint64_t guest_nid;     /* the guest who becomes this account; 0: nobody */
    bool guest;             /* it is a guest's that is to be made */
    str username, password, password_hash;
    bool password_fits; /* made before: the password is still the account's */
    bool by_service;    /* an application service makes it */
    struct sign_in sign_in;
};

/* ---- the name ---- */

static enum rc check_name(struct call *call, str name)
{
    bool taken;
    if (!user_localpart_is_valid(name) || !user_id_is_valid(account_user_id(call->tx, name)))
        return call_fail(call, 400, "M_INVALID_USERNAME",
                         "An account name has lower-case letters, digits and . _ = - / + only, and is not too long.");
    TRY(service_check_user(call, name));
    /* Such names have always been those of bridges. */
    if (str_starts(name, S("_")) && !call->who.service)
        return call_fail(call, 400, "M_INVALID_USERNAME", "An account name does not begin with _.");
    TRY(users_name_is_taken(call->tx, name, &taken));
    return taken ? call_fail(call, 400, "M_USER_IN_USE", "This account name is taken. Choose another.") : RC_OK;
}

static enum rc get_available(struct call *call)
{
    str name = call_query(call, "username");
    if (!name.ptr)
        return call_fail(call, 400, "M_MISSING_PARAM", "username is missing.");
    TRY(check_name(call, name));
    strbuf_add(&call->out, S("{\"available\":true}"));
    return RC_OK;
}

/* ---- the account ---- */

static enum rc check_kind(struct call *call, bool *ret_guest)
{
    str kind = call_query(call, "kind");
    *ret_guest = str_eq(kind, S("guest"));
    if (*ret_guest && !call->server->config->registration.guests)
        return call_fail(call, 403, "M_GUEST_ACCESS_FORBIDDEN", "This server admits no guests. Make an account.");
    if (*ret_guest)
        return RC_OK;
    if (kind.ptr && !str_eq(kind, S("user")))
        return call_fail(call, 400, "M_INVALID_PARAM", "kind must be user or guest.");
    if (!call->server->config->registration.open)
        return call_fail(call, 403, "M_FORBIDDEN", "This server takes no new accounts.");
    return RC_OK;
}

static enum rc read_request(struct call *call, yyjson_val *body, struct registration *registration)
{
    struct error *err = call_err(call);
    str guest_token;
    TRY(json_get_str(body, "username", &registration->username, err));
    TRY(json_get_str(body, "password", &registration->password, err));
    TRY(json_get_bool(body, "inhibit_login", false, &registration->sign_in.inhibited, err));
    TRY(sign_in_read(call, body, &registration->sign_in));
    TRY(json_get_str(body, "guest_access_token", &guest_token, err));
    /* Spec: these errors come before authentication. */
    if (guest_token.ptr && !registration->made_user_nid)
        TRY(guests_find(call, guest_token, registration->username, &registration->guest_nid));
    else if (registration->username.ptr && !registration->made_user_nid)
        TRY(check_name(call, registration->username));
    return registration->password.ptr ? password_acceptable(call, registration->password) : RC_OK;
}

/* Spec: Application Service API, "Server admin style permissions". */
static enum rc prepare_for_service(struct call *call, struct registration *registration)
{
    struct error *err = call_err(call);
    TRY(json_get_str(call->body, "username", &registration->username, err));
    if (!registration->username.ptr)
        return call_fail(call, 400, "M_MISSING_PARAM", "username is missing.");
    TRY(json_get_bool(call->body, "inhibit_login", false, &registration->sign_in.inhibited, err));
    TRY(sign_in_read(call, call->body, &registration->sign_in));
    return check_name(call, registration->username);
}

static enum rc prepare_register(struct call *call)
{
    struct registration *registration = arena_new(call->arena, struct registration);
    const struct config *config = call->server->config;
    const struct uia_operation *operation =
        &operations[config->registration.token_required][config->registration.dummy];
    call->slow_result = registration;
    TRY(service_signs_in(call, &registration->by_service));
    if (registration->by_service)
        return prepare_for_service(call, registration);
    TRY(check_kind(call, &registration->guest));
    if (registration->guest) /* spec: nothing else of the request counts */
        return sign_in_read_name(call, call->body, &registration->sign_in);
    TRY(uia_open(call, operation, &registration->attempt));
    registration->made_user_nid = uia_made_user(registration->attempt);
    TRY(read_request(call, uia_parameters(call, registration->attempt), registration));
    if (!registration->made_user_nid)
        return uia_ask(call, registration->attempt);
    return password_hash_of(call->tx, registration->made_user_nid, &registration->password_hash);
}

static enum rc slow_register(struct call *call)
{
    struct registration *registration = call->slow_result;
    if (registration->by_service)
        return RC_OK;
    if (registration->made_user_nid) {
        registration->password_fits = registration->password.ptr
                                          ? password_matches(registration->password, registration->password_hash)
                                          : !registration->password_hash.len;
        return RC_OK;
    }
    if (registration->guest || !registration->password.ptr || !uia_may_complete(registration->attempt))
        return RC_OK;
    return crypto_password_hash(call->arena, registration->password, &registration->password_hash);
}

struct contact {
    enum code_medium medium;
    enum personal_field field;
    const char *stale, *taken;
};
static const struct contact number_contact = {CODE_SMS, FIELD_PHONE,
                                              "The confirmation of your number has run out. Confirm it again.",
                                              "This number has an account already. Sign in with it."};
static const struct contact email_contact = {CODE_EMAIL, FIELD_EMAIL,
                                             "The confirmation of your e-mail address has run out. Confirm it again.",
                                             "This e-mail address has an account already. Sign in to it."};

static enum rc attach(struct call *call, uint64_t user_nid, const struct contact *contact,
                      const struct uia_result *result)
{
    const struct uia_proof *given = &result->proofs[contact->medium];
    struct code_proof proof;
    enum rc rc =
        identity_proof(call, str_of(given->sid), str_of(given->client_secret), CODE_REGISTER, contact->medium, &proof);
    if (rc == RC_NOT_FOUND || rc == RC_FORBIDDEN || rc == RC_EXPIRED)
        return call_fail(call, 401, "M_UNAUTHORIZED", contact->stale);
    TRY(rc);
    rc = personal_set(call->tx, user_nid, contact->field, 0, proof.contact);
    if (rc == RC_EXISTS)
        return call_fail(call, 400, "M_THREEPID_IN_USE", contact->taken);
    TRY(rc);
    TRY(codes_consume(call->tx, str_of(given->sid)));
    return third_party_invites_take_up(call, user_nid, contact->medium, proof.contact);
}

/* The account's number: of one made now, or of the guest who becomes one. */
static enum rc take_name(struct call *call, const struct registration *registration, uint64_t *ret_nid, str *ret_name)
{
    if (registration->guest_nid) {
        *ret_nid = registration->guest_nid;
        return guests_upgrade(call, registration->guest_nid, ret_name);
    }
    *ret_name = registration->username.ptr ? registration->username : account_random_name(call->tx);
    TRY(service_check_user(call, *ret_name));
    enum rc rc = users_create(call->tx, *ret_name, 0, ret_nid, call_err(call));
    if (rc == RC_EXISTS)
        return call_fail(call, 400, "M_USER_IN_USE", "This account name is taken. Choose another.");
    return rc;
}

static enum rc make_account(struct call *call, struct registration *registration, const struct uia_result *proofs)
{
    uint64_t user_nid;
    str name;
    TRY(take_name(call, registration, &user_nid, &name));
    if (registration->password_hash.len)
        TRY(personal_set(call->tx, user_nid, FIELD_PASSWORD_HASH, 0, registration->password_hash));
    if (proofs->completed & UIA_MSISDN)
        TRY(attach(call, user_nid, &number_contact, proofs));
    if (proofs->completed & UIA_EMAIL)
        TRY(attach(call, user_nid, &email_contact, proofs));
    /* Whoever has no phone and reads nothing, a test suite, has agreed by saying so (0.2). */
    if (proofs->completed & (UIA_TERMS | UIA_DUMMY))
        TRY(terms_record(call, user_nid, proofs->language));
    uia_note_made_user(call, registration->attempt, user_nid);
    return sign_in_finish(call, user_nid, account_user_id(call->tx, name), &registration->sign_in);
}

static enum rc make_for_service(struct call *call, const struct registration *registration)
{
    uint64_t user_nid;
    enum rc rc = service_account_make(call->tx, call->who.service, registration->username, &user_nid, call_err(call));
    if (rc == RC_EXISTS)
        return call_fail(call, 400, "M_USER_IN_USE", "This account name is taken. Choose another.");
    TRY(rc);
    return sign_in_finish(call, user_nid, account_user_id(call->tx, registration->username), &registration->sign_in);
}

/* For whoever lost the answer; it is no way around what has changed about the account since. */
static enum rc answer_again(struct call *call, const struct registration *registration)
{
    const struct user *user;
    TRY(users_get(call->tx, registration->made_user_nid, &user));
    if (!registration->password_fits || user->flags & (USER_DEACTIVATED | USER_LOCKED))
        return call_fail(call, 403, "M_FORBIDDEN", "This account has been made already. Sign in to it.");
    return sign_in_finish(call, user->nid, user->user_id, &registration->sign_in);
}

static enum rc post_register(struct call *call)
{
    struct registration *registration = call->slow_result;
    struct uia_result proofs;
    bool passed;
    if (registration->by_service)
        return make_for_service(call, registration);
    if (registration->guest)
        return guests_make(call, &registration->sign_in);
    if (registration->made_user_nid)
        return answer_again(call, registration);
    TRY(uia_run(call, registration->attempt, &passed, &proofs));
    if (!passed)
        return RC_OK;
    if (!registration->password_hash.len && !(proofs.completed & UIA_MSISDN))
        return call_fail(call, 400, "M_MISSING_PARAM", "password is missing.");
    return make_account(call, registration, &proofs);
}

static const struct endpoint endpoints[] = {
    {.name = "register",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/register",
     .auth = AUTH_NONE,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .service = SERVICE_BARE,
     .purpose = PURPOSE_SERVICE,
     .also = PURPOSE_BIT(PURPOSE_ACCOUNT_SECURITY) /* a registration sent again proves itself by its password */
             | PURPOSE_BIT(PURPOSE_MESSAGING),     /* invites that were waiting for the number */
     .prepare = prepare_register,
     .slow = slow_register,
     .run = post_register},
    {.name = "checkUsernameAvailability",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/register/available",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_LOGIN,
     .body = BODY_NONE,
     .service = SERVICE_BARE,
     .purpose = PURPOSE_SERVICE,
     .run = get_available},
};

extern const struct endpoint_module register_module;
const struct endpoint_module register_module = ENDPOINT_MODULE(endpoints);
