/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Capabilities negotiation". */
#include "api/call.h"
#include "api/server.h"
#include "waker/vapid.h"

static void add_switch(yyjson_mut_doc *doc, yyjson_mut_val *capabilities, const char *name, bool enabled)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_bool(doc, object, "enabled", enabled);
    json_set(doc, capabilities, name, object);
}

static void add_room_versions(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *capabilities)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc), *available = yyjson_mut_obj(doc);
    const struct room_version *version;
    for (size_t i = 0; (version = room_version_at(i)); i++)
        yyjson_mut_obj_add(available, json_mut_str(doc, version->name),
                           yyjson_mut_str(doc, version->stable ? "stable" : "unstable"));
    json_set_str(doc, object, "default", call->server->config->rooms.default_version);
    json_set(doc, object, "available", available);
    json_set(doc, capabilities, "m.room_versions", object);
}

static void add_moderation(yyjson_mut_doc *doc, yyjson_mut_val *capabilities)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_bool(doc, object, "suspend", true);
    json_set_bool(doc, object, "lock", true);
    json_set(doc, capabilities, "m.account_moderation", object);
}

/* MSC4174. Clients take the key to a push service, so that nobody else can send to what they subscribe there. */
static void add_web_push(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *capabilities)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_bool(doc, object, "enabled", true);
    json_set_str(doc, object, "vapid", vapid_public_key(call->server->vapid, call->arena));
    json_set(doc, capabilities, "org.matrix.msc4174.webpush", object);
}

static enum rc get_capabilities(struct call *call)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *capabilities = yyjson_mut_obj(doc);
    add_switch(doc, capabilities, "m.change_password", true);
    add_switch(doc, capabilities, "m.set_displayname", true);
    add_switch(doc, capabilities, "m.set_avatar_url", true);
    add_switch(doc, capabilities, "m.3pid_changes", true);
    add_switch(doc, capabilities, "m.get_login_token", true);
    add_switch(doc, capabilities, "m.forget_forced_upon_leave", false);
    add_switch(doc, capabilities, "m.profile_fields", true); /* neither list: all of them */
    add_web_push(call, doc, capabilities);
    add_room_versions(call, doc, capabilities);
    if (call->who.user->flags & USER_ADMIN)
        add_moderation(doc, capabilities);
    json_set(doc, answer, "capabilities", capabilities);
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getCapabilities",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/capabilities",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .unagreed = true,
     .run = get_capabilities},
};

extern const struct endpoint_module capabilities_module;
const struct endpoint_module capabilities_module = ENDPOINT_MODULE(endpoints);
