/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Profiles". Display name and picture; further fields are not offered (see capabilities). */
#include "privacy/profile.h"
#include "api/call.h"
#include "api/member_profile.h"
#include "api/suspension.h"

enum { NAME_MAX_BYTES = 256, URL_MAX_BYTES = 1000 };

static bool is_field(str key)
{
    return str_eq(key, S("displayname")) || str_eq(key, S("avatar_url"));
}

static enum rc field_of(struct call *call, const struct user *user, str key, str *ret_value)
{
    struct profile profile;
    TRY(profile_release(call->tx, user, PURPOSE_MESSAGING, &profile));
    *ret_value = str_eq(key, S("displayname")) ? profile.display_name : profile.avatar_url;
    return RC_OK;
}

static enum rc find_user(struct call *call, const struct user **ret_user)
{
    enum rc rc = users_find(call->tx, call->params[0], ret_user);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such person here.");
    return rc;
}

static enum rc get_profile(struct call *call)
{
    const struct user *user;
    struct profile profile;
    TRY(find_user(call, &user));
    TRY(profile_release(call->tx, user, PURPOSE_MESSAGING, &profile));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    if (profile.display_name.len)
        json_set_str(doc, answer, "displayname", profile.display_name);
    if (profile.avatar_url.len)
        json_set_str(doc, answer, "avatar_url", profile.avatar_url);
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc get_field(struct call *call)
{
    const struct user *user;
    str key = call->params[1], value = STR_NONE;
    TRY(find_user(call, &user));
    if (is_field(key))
        TRY(field_of(call, user, key, &value));
    if (!value.len)
        return call_fail(call, 404, "M_NOT_FOUND", "This person has not set that.");
    strbuf_printf(&call->out, "{\"%.*s\":", STR_ARG(key));
    strbuf_add_json(&call->out, value);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

/* ---- changing ---- */

static enum rc check_field(struct call *call)
{
    TRY(call_self(call, call->params[0]));
    if (is_field(call->params[1]))
        return RC_OK;
    return call_fail(call, 403, "M_FORBIDDEN", "Only displayname and avatar_url can be set here.");
}

static enum rc check_value(struct call *call, str key, str value)
{
    if (str_eq(key, S("displayname")) && value.len > NAME_MAX_BYTES)
        return call_fail(call, 400, "M_INVALID_PARAM", "This name is too long. Take one of at most 256 bytes.");
    if (str_eq(key, S("avatar_url")) && value.len && (!str_starts(value, S("mxc://")) || value.len > URL_MAX_BYTES))
        return call_fail(call, 400, "M_INVALID_PARAM", "avatar_url must be an mxc:// address.");
    return RC_OK;
}

static enum rc set_field(struct call *call, str key, str value)
{
    str now;
    TRY(suspension_check(call));
    TRY(field_of(call, call->who.user, key, &now));
    if (str_eq(now, value))
        return RC_OK;
    TRY(users_set_profile(call->tx, call->who.user_nid, key, value));
    tx_notify_user(call->tx, call->who.user_nid, NOTICE_PROFILE, 0);
    return member_profile_spread(call);
}

static enum rc put_field(struct call *call)
{
    str key = call->params[1], value;
    char name[16] = {0};
    TRY(check_field(call));
    memcpy(name, key.ptr, key.len);
    if (!yyjson_obj_getn(call->body, key.ptr, key.len))
        return call_fail(call, 400, "M_MISSING_PARAM", "The body lacks the field it is to set.");
    TRY(json_get_str(call->body, name, &value, call_err(call)));
    TRY(check_value(call, key, value));
    return set_field(call, key, value);
}

static enum rc delete_field(struct call *call)
{
    TRY(check_field(call));
    return set_field(call, call->params[1], STR_NONE);
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
     .run = get_profile},
    {.name = "getProfileField",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/profile/{userId}/{keyName}",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_field},
    {.name = "setProfileField",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/profile/{userId}/{keyName}",
     .auth = AUTH_USER,
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
