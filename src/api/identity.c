/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/identity.h"

#include "api/server.h"
#include "base/email.h"
#include "notify/phone.h"

str identity_user_id(struct call *call, str user)
{
    if (str_starts(user, S("@")))
        return user;
    str name = store_server_name(call->server->store);
    return arena_printf(call->arena, "@%.*s:%.*s", STR_ARG(user), STR_ARG(name));
}

static enum rc known_or_null(struct call *call, enum rc rc, uint64_t nid, const struct user **ret_user)
{
    *ret_user = NULL;
    if (rc == RC_OK)
        rc = users_get(call->tx, nid, ret_user);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc by_name(struct call *call, str user, const struct user **ret_user)
{
    *ret_user = NULL;
    enum rc rc = users_find(call->tx, identity_user_id(call, user), ret_user);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc by_number(struct call *call, str country, str number, const struct user **ret_user)
{
    struct phone_number phone;
    uint64_t nid = 0;
    if (phone_parse(country, number, &phone) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "This is not a mobile number. Check the country and the digits.");
    enum rc rc = personal_find(call->tx, FIELD_PHONE, str_of(phone.e164), PURPOSE_ACCOUNT_SECURITY, &nid);
    return known_or_null(call, rc, nid, ret_user);
}

static enum rc by_email(struct call *call, str address, const struct user **ret_user)
{
    struct email email;
    uint64_t nid = 0;
    if (email_parse(address, &email) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", "This is not an e-mail address.");
    enum rc rc = personal_find(call->tx, FIELD_EMAIL, str_of(email.text), PURPOSE_ACCOUNT_SECURITY, &nid);
    return known_or_null(call, rc, nid, ret_user);
}

static enum rc by_third_party(struct call *call, yyjson_val *identifier, const struct user **ret_user)
{
    str medium, address;
    TRY(json_need_str(identifier, "medium", &medium, call_err(call)));
    TRY(json_need_str(identifier, "address", &address, call_err(call)));
    *ret_user = NULL;
    if (str_eq(medium, S("email")))
        return by_email(call, address, ret_user);
    if (!str_eq(medium, S("msisdn")))
        return RC_OK;
    /* Spec appendix: the canonical form is E.164 without the '+'. */
    str number = str_starts(address, S("+")) ? address : arena_concat(call->arena, S("+"), address, STR_NONE);
    return by_number(call, STR_NONE, number, ret_user);
}

static enum rc by_phone(struct call *call, yyjson_val *identifier, const struct user **ret_user)
{
    str country, phone;
    TRY(json_need_str(identifier, "country", &country, call_err(call)));
    TRY(json_get_str(identifier, "phone", &phone, call_err(call)));
    if (!phone.ptr) /* what the spec called it for a while */
        TRY(json_need_str(identifier, "number", &phone, call_err(call)));
    return by_number(call, country, phone, ret_user);
}

bool identity_given(yyjson_val *holder)
{
    return yyjson_obj_get(holder, "identifier") || yyjson_obj_get(holder, "user");
}

enum rc identity_resolve(struct call *call, yyjson_val *holder, const struct user **ret_user)
{
    yyjson_val *identifier;
    str type, user;
    TRY(json_get_object(holder, "identifier", &identifier, call_err(call)));
    if (!identifier) {
        TRY(json_need_str(holder, "user", &user, call_err(call)));
        return by_name(call, user, ret_user);
    }
    TRY(json_need_str(identifier, "type", &type, call_err(call)));
    if (str_eq(type, S("m.id.user"))) {
        TRY(json_need_str(identifier, "user", &user, call_err(call)));
        return by_name(call, user, ret_user);
    }
    if (str_eq(type, S("m.id.thirdparty")))
        return by_third_party(call, identifier, ret_user);
    if (str_eq(type, S("m.id.phone")))
        return by_phone(call, identifier, ret_user);
    return call_fail(call, 400, "M_UNKNOWN", "This kind of identifier is not known here.");
}

enum rc identity_proof(struct call *call, str sid, str client_secret, enum code_purpose purpose,
                       enum code_medium medium, struct code_proof *ret_proof)
{
    const enum personal_field field = medium == CODE_EMAIL ? FIELD_EMAIL : FIELD_PHONE;
    uint64_t owner = 0;
    TRY(codes_proof(call->tx, sid, client_secret, purpose, ret_proof));
    if (ret_proof->medium != medium)
        return RC_NOT_FOUND;
    if (purpose != CODE_LOGIN)
        return RC_OK;
    TRY(personal_find(call->tx, field, ret_proof->contact, PURPOSE_ACCOUNT_SECURITY, &owner));
    return owner == ret_proof->subject ? RC_OK : RC_NOT_FOUND;
}

static uint64_t number_hash(str country, str number)
{
    struct phone_number phone;
    bool known = phone_parse(country, number, &phone) == RC_OK;
    return str_hash(known ? str_of(phone.e164) : number);
}

static uint64_t address_hash(struct call *call, str address)
{
    struct email email;
    if (email_parse(address, &email) == RC_OK)
        return str_hash(str_of(email.text));
    return number_hash(STR_NONE,
                       str_starts(address, S("+")) ? address : arena_concat(call->arena, S("+"), address, STR_NONE));
}

uint64_t identity_hash(struct call *call, yyjson_val *holder)
{
    static const char *const numbers[] = {"phone", "number"};
    yyjson_val *identifier = yyjson_obj_get(holder, "identifier");
    yyjson_val *from = identifier ? identifier : holder;
    str user = json_str_of(yyjson_obj_get(from, "user")), address = json_str_of(yyjson_obj_get(from, "address"));
    if (user.ptr)
        return str_hash(identity_user_id(call, user));
    if (address.ptr)
        return address_hash(call, address);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        str number = json_str_of(yyjson_obj_get(from, numbers[i]));
        if (number.ptr)
            return number_hash(json_str_of(yyjson_obj_get(from, "country")), number);
    }
    return 0;
}
