/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Creation": POST /createRoom. Events go in the order the spec gives; what one of them breaks undoes them all. */
#include "api/room_access.h"
#include "api/room_creation.h"
#include "api/server.h"
#include "api/service_names.h"
#include "api/suspension.h"
#include "room/auth.h"
#include "store/aliases.h"

enum { MAX_INVITES = 200, MAX_INITIAL_STATE = 200 };

static const struct preset presets[] = {
    {STR_INIT("private_chat"), STR_INIT("invite"), STR_INIT("can_join"), 0, false},
    {STR_INIT("trusted_private_chat"), STR_INIT("invite"), STR_INIT("can_join"), 0, true},
    {STR_INIT("public_chat"), STR_INIT("public"), STR_INIT("forbidden"), 50, false},
};
enum { PRESET_PRIVATE, PRESET_TRUSTED, PRESET_PUBLIC, PRESET_COUNT };

/* ---- reading the request ---- */

static enum rc read_preset(struct creation *creation, yyjson_val *body)
{
    struct call *call = creation->call;
    str visibility, preset;
    TRY(json_get_str(body, "visibility", &visibility, call_err(call)));
    TRY(json_get_str(body, "preset", &preset, call_err(call)));
    creation->listed = str_eq(visibility, S("public"));
    if (visibility.ptr && !creation->listed && !str_eq(visibility, S("private")))
        return error_set(call_err(call), RC_BAD_JSON, "visibility must be public or private");
    if (!preset.ptr) {
        creation->preset = &presets[creation->listed ? PRESET_PUBLIC : PRESET_PRIVATE];
        return RC_OK;
    }
    for (size_t i = 0; i < PRESET_COUNT; i++)
        if (str_eq(presets[i].name, preset))
            creation->preset = &presets[i];
    return creation->preset ? RC_OK : error_set(call_err(call), RC_BAD_JSON, "preset is not one of the three");
}

static enum rc read_version(struct creation *creation, yyjson_val *body)
{
    struct call *call = creation->call;
    str name;
    TRY(json_get_str(body, "room_version", &name, call_err(call)));
    creation->version = room_version_find(name.ptr ? name : call->server->config->rooms.default_version);
    if (!creation->version)
        return call_fail(call, 400, "M_UNSUPPORTED_ROOM_VERSION", "This server does not know that room version.");
    return RC_OK;
}

static enum rc read_alias(struct creation *creation, yyjson_val *body)
{
    struct call *call = creation->call;
    str local;
    TRY(json_get_str(body, "room_alias_name", &local, call_err(call)));
    if (!local.ptr)
        return RC_OK;
    str server = store_server_name(call->server->store);
    creation->alias = arena_printf(call->arena, "#%.*s:%.*s", STR_ARG(local), STR_ARG(server));
    if (!local.len || str_find_char(local, ':') < local.len || !room_alias_is_valid(creation->alias))
        return call_fail(call, 400, "M_INVALID_PARAM", "room_alias_name cannot be used as an address.");
    TRY(service_check_alias(call, creation->alias));
    uint64_t taken;
    enum rc rc = aliases_find(call->tx, creation->alias, &taken, NULL);
    if (rc == RC_OK)
        return call_fail(call, 400, "M_ROOM_IN_USE", "This address leads to another room already.");
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_third_party_invites(struct creation *creation, yyjson_val *list)
{
    struct call *call = creation->call;
    size_t i, n;
    yyjson_val *item;
    creation->contacts = arena_array(call->arena, struct third_party_contact, yyjson_arr_size(list) + 1);
    yyjson_arr_foreach(list, i, n, item)
    {
        if (!yyjson_is_obj(item))
            return error_set(call_err(call), RC_BAD_JSON, "invite_3pid must be a list of objects");
        TRY(third_party_contact_read(call, item, &creation->contacts[creation->contact_count++]));
    }
    return RC_OK;
}

static enum rc read_invites(struct creation *creation, yyjson_val *body)
{
    struct call *call = creation->call;
    yyjson_val *third_party;
    TRY(json_get_strs(call->arena, body, "invite", &creation->invites, &creation->invite_count, NULL, call_err(call)));
    TRY(json_get_array(body, "invite_3pid", &third_party, call_err(call)));
    if (creation->invite_count + yyjson_arr_size(third_party) > MAX_INVITES)
        return call_fail(call, 400, "M_INVALID_PARAM", "Too many invites at once.");
    return read_third_party_invites(creation, third_party);
}

static enum rc read_request(struct creation *creation, yyjson_val *body)
{
    struct error *err = call_err(creation->call);
    TRY(read_preset(creation, body));
    TRY(read_version(creation, body));
    TRY(read_alias(creation, body));
    TRY(read_invites(creation, body));
    TRY(json_get_str(body, "name", &creation->name, err));
    TRY(json_get_str(body, "topic", &creation->topic, err));
    TRY(json_get_bool(body, "is_direct", false, &creation->is_direct, err));
    TRY(json_get_object(body, "creation_content", &creation->creation_content, err));
    TRY(json_get_object(body, "power_level_content_override", &creation->power_override, err));
    TRY(json_get_array(body, "initial_state", &creation->initial_state, err));
    if (creation->initial_state && yyjson_arr_size(creation->initial_state) > MAX_INITIAL_STATE)
        return call_fail(creation->call, 400, "M_INVALID_PARAM", "Too many events in initial_state.");
    return RC_OK;
}

static enum rc post_create_room(struct call *call)
{
    struct creation creation = {.call = call};
    TRY(suspension_check(call));
    TRY(read_request(&creation, call->body));
    TRY(creation_send_all(&creation));
    if (creation.listed)
        TRY(rooms_set_listed(call->tx, &creation.room, true));
    reply_room_id(call, creation.room->room_id);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "createRoom",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/createRoom",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .body_limit = 256 * 1024,
     .purpose = PURPOSE_MESSAGING,
     .run = post_create_room},
};

extern const struct endpoint_module create_room_module;
const struct endpoint_module create_room_module = ENDPOINT_MODULE(endpoints);
