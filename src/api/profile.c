/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Profiles": name and picture, which rooms are told of, and further fields of any JSON. Whoever may see a name
 * may see the fields beside it. A closed account has no profile, whatever a legal hold keeps of it.
 */
#include "privacy/profile.h"
#include "api/auth.h"
#include "api/call.h"
#include "api/member_profile.h"
#include "api/service_query.h"
#include "api/suspension.h"

enum { URL_MAX_BYTES = 1000, KEY_MAX_BYTES = 255, TIME_ZONE_MAX_BYTES = 64 };

static bool is_name_or_picture(str key)
{
    return str_eq(key, S("displayname")) || str_eq(key, S("avatar_url"));
}

static enum rc whole_of(struct call *call, const struct user *user, yyjson_mut_doc **ret_doc,
                        yyjson_mut_val **ret_object)
{
    *ret_doc = json_new(call->arena);
    return profile_release_whole(call->tx, user, PURPOSE_MESSAGING, *ret_doc, ret_object);
}

static enum rc find_user(struct call *call, const struct user **ret_user)
{
    enum rc rc = users_find(call->tx, call->params[0], ret_user);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && (*ret_user)->flags & USER_DEACTIVATED))
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such person here.");
    return rc;
}

static enum rc get_profile(struct call *call)
{
    const struct user *user;
    yyjson_mut_doc *doc;
    yyjson_mut_val *whole;
    TRY(find_user(call, &user));
    TRY(whole_of(call, user, &doc, &whole));
    call_reply_json(call, whole);
    return RC_OK;
}

static enum rc get_field(struct call *call)
{
    const struct user *user;
    yyjson_mut_doc *doc;
    yyjson_mut_val *whole, *answer;
    str key = call->params[1];
    TRY(find_user(call, &user));
    TRY(whole_of(call, user, &doc, &whole));
    yyjson_mut_val *value = yyjson_mut_obj_getn(whole, key.ptr, key.len);
    if (!value)
        return call_fail(call, 404, "M_NOT_FOUND", "This person has not set that.");
    answer = yyjson_mut_obj(doc);
    yyjson_mut_obj_add(answer, json_mut_str(doc, key), yyjson_mut_val_mut_copy(doc, value));
    call_reply_json(call, answer);
    return RC_OK;
}

/* ---- what may be set ---- */

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Spec, appendix "Common Namespaced Identifier Grammar", with a namespace: whoever misspells "displayname" is told. */
static bool is_namespaced(str key)
{
    if (!key.len || !is_small(key.ptr[0]) || key.ptr[key.len - 1] == '.')
        return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (!is_small(c) && !is_digit(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return str_find_char(key, '.') < key.len;
}

static enum rc check_key(struct call *call)
{
    str key = call->params[1];
    TRY(call_self(call, call->params[0]));
    if (key.len > KEY_MAX_BYTES)
        return call_fail(call, 400, "M_KEY_TOO_LARGE", "The name of a profile field has at most 255 bytes.");
    if (is_name_or_picture(key) || is_namespaced(key))
        return suspension_check(call);
    return call_fail(call, 400, "M_INVALID_PARAM",
                     "A profile field is called displayname, avatar_url, m.tz, or like com.example.field.");
}

/* The form of a name in the IANA database; which there are changes more often than servers do. */
static bool is_time_zone(str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (!is_small((char)(c | 0x20)) && !is_digit(c) && c != '/' && c != '_' && c != '-' && c != '+')
            return false;
    }
    return value.len > 0 && value.len <= TIME_ZONE_MAX_BYTES;
}

static enum rc check_value(struct call *call, str key, yyjson_val *value)
{
    str text = json_str_of(value);
    if (!value)
        return call_fail(call, 400, "M_MISSING_PARAM", "The body lacks the field it is to set.");
    if (is_name_or_picture(key) && !yyjson_is_str(value) && !yyjson_is_null(value))
        return error_set(call_err(call), RC_BAD_JSON, "%.*s must be a string", STR_ARG(key));
    if (str_eq(key, S("displayname")) && text.len > PROFILE_NAME_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "This name is too long. Take one of at most 256 bytes.");
    if (str_eq(key, S("avatar_url")) && text.len && (!str_starts(text, S("mxc://")) || text.len > URL_MAX_BYTES))
        return call_fail(call, 400, "M_INVALID_PARAM", "avatar_url must be an mxc:// address.");
    if (str_eq(key, S("m.tz")) && !is_time_zone(text))
        return call_fail(call, 400, "M_INVALID_PARAM", "m.tz must be the name of a time zone, like Asia/Shanghai.");
    return RC_OK;
}

/* ---- setting ---- */

/* Clients of old take a name away by an empty one, or by null. */
static bool removes(str key, yyjson_val *value)
{
    return !value || (is_name_or_picture(key) && !json_str_of(value).len);
}

static enum rc check_size(struct call *call, yyjson_mut_val *whole)
{
    enum rc rc = profile_check_size(call->tx, whole, call_err(call));
    if (rc == RC_TOO_LARGE)
        return call_fail(call, 400, "M_PROFILE_TOO_LARGE", "With this the profile would be larger than 64 KiB.");
    return rc;
}

static enum rc keep(struct call *call, str key, yyjson_val *value, yyjson_mut_val *whole)
{
    if (!is_name_or_picture(key))
        return profile_set_fields(call->tx, call->who.user_nid, whole);
    TRY(users_set_profile(call->tx, call->who.user_nid, key, json_str_of(value)));
    return member_profile_spread(call);
}

/* NULL: takes it away. */
static enum rc set_field(struct call *call, str key, yyjson_val *value)
{
    yyjson_mut_doc *doc;
    yyjson_mut_val *whole;
    TRY(whole_of(call, call->who.user, &doc, &whole));
    yyjson_mut_val *now = yyjson_mut_obj_getn(whole, key.ptr, key.len);
    yyjson_mut_val *next = removes(key, value) ? NULL : yyjson_val_mut_copy(doc, value);
    if (now ? next && yyjson_mut_equals(now, next) : !next)
        return RC_OK;
    if (next)
        yyjson_mut_obj_put(whole, json_mut_str(doc, key), next);
    else
        yyjson_mut_obj_remove_keyn(whole, key.ptr, key.len);
    if (next)
        TRY(check_size(call, whole));
    return keep(call, key, value, whole);
}

static enum rc put_field(struct call *call)
{
    str key = call->params[1];
    yyjson_val *value = yyjson_obj_getn(call->body, key.ptr, key.len);
    TRY(check_key(call));
    /* Spec "Guest Access": a name is all they may give themselves. */
    if (call->who.guest && !str_eq(key, S("displayname")))
        return call_fail_guest(call);
    TRY(check_value(call, key, value));
    return set_field(call, key, value);
}

static enum rc delete_field(struct call *call)
{
    TRY(check_key(call));
    return set_field(call, call->params[1], NULL);
}

static const struct endpoint endpoints[] = {
    {.name = "getUserProfile",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/profile/{userId}",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .prepare = service_query_user_param,
     .run = get_profile},
    {.name = "getProfileField",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/profile/{userId}/{keyName}",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .prepare = service_query_user_param,
     .run = get_field},
    {.name = "setProfileField",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/profile/{userId}/{keyName}",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = put_field},
    {.name = "deleteProfileField",
     .method = HTTP_DELETE,
     .path = "/_matrix/client/v3/profile/{userId}/{keyName}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .run = delete_field},
};

extern const struct endpoint_module profile_module;
const struct endpoint_module profile_module = ENDPOINT_MODULE(endpoints);
