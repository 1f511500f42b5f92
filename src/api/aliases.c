/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Room aliases": directory/room/{roomAlias}, rooms/{roomId}/aliases. */
#include "store/aliases.h"

#include "api/room_access.h"
#include "api/service_names.h"
#include "api/service_query.h"
#include "appservice/appservice.h"
#include "room/auth.h"

static enum rc check_alias(struct call *call, str alias)
{
    if (!room_alias_is_valid(alias))
        return call_fail(call, 400, "M_INVALID_PARAM", "A room address has the form #name:server.");
    return RC_OK;
}

static enum rc unknown_alias(struct call *call)
{
    return call_fail(call, 404, "M_NOT_FOUND", "There is no room of that address.");
}

static enum rc get_alias(struct call *call)
{
    uint64_t room_nid;
    const struct room *room;
    TRY(check_alias(call, call->params[0]));
    enum rc rc = aliases_find(call->tx, call->params[0], &room_nid, NULL);
    if (rc == RC_NOT_FOUND)
        return unknown_alias(call);
    TRY(rc);
    TRY(rooms_get(call->tx, room_nid, &room));
    strbuf_add(&call->out, S("{\"room_id\":"));
    strbuf_add_json(&call->out, room->room_id);
    strbuf_add(&call->out, S(",\"servers\":["));
    strbuf_add_json(&call->out, store_server_name(call->tx->store));
    strbuf_add(&call->out, S("]}"));
    return RC_OK;
}

static enum rc put_alias(struct call *call)
{
    str alias = call->params[0], room_id;
    const struct room *room;
    TRY(check_alias(call, alias));
    if (!is_local_id(call, alias))
        return call_fail(call, 400, "M_INVALID_PARAM", "Only addresses of this server can be made here.");
    TRY(service_check_alias(call, alias));
    TRY(json_need_str(call->body, "room_id", &room_id, call_err(call)));
    TRY(call_joined_room(call, room_id, &room));
    enum rc rc = aliases_add(call->tx, alias, room->nid, call->who.user_nid);
    if (rc == RC_EXISTS)
        return call_fail(call, 409, "M_UNKNOWN", "This address leads to a room already.");
    if (rc == RC_LIMITED)
        return call_fail(call, 400, "M_INVALID_PARAM", "The room has as many addresses as a room may have.");
    return rc;
}

/* By who made it, by whoever may say what the room's addresses are, and by the service whose namespace it is in. */
static bool may_remove(const struct call *call, const struct room *room, uint64_t creator_nid)
{
    return call->who.service || creator_nid == call->who.user_nid || room_caller_lists(call, room);
}

static bool array_has(yyjson_val *array, str alias)
{
    size_t i, n;
    yyjson_val *item;
    yyjson_arr_foreach(array, i, n, item)
    {
        if (str_eq(json_str_of(item), alias))
            return true;
    }
    return false;
}

static str content_without(struct call *call, yyjson_val *content, str alias)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *next = yyjson_val_mut_copy(doc, content), *others = yyjson_mut_arr(doc);
    if (str_eq(json_str_of(yyjson_obj_get(content, "alias")), alias))
        yyjson_mut_obj_remove_key(next, "alias");
    yyjson_mut_obj_remove_key(next, "alt_aliases");
    size_t i, n;
    yyjson_val *item;
    yyjson_arr_foreach(yyjson_obj_get(content, "alt_aliases"), i, n, item)
    {
        if (!str_eq(json_str_of(item), alias))
            yyjson_mut_arr_append(others, yyjson_val_mut_copy(doc, item));
    }
    if (n)
        json_set(doc, next, "alt_aliases", others);
    return json_mut_text(call->arena, next);
}

/* The room's canonical alias event no longer names it, if the caller may say so (spec "DELETE … SHOULD"). */
static enum rc drop_from_canonical(struct call *call, const struct room *room, str alias)
{
    const struct event *event = room_state_get(room->state, S("m.room.canonical_alias"), S(""));
    yyjson_val *content;
    if (!event || event_content(event, call->arena, &content) != RC_OK)
        return RC_OK;
    if (!str_eq(json_str_of(yyjson_obj_get(content, "alias")), alias)
        && !array_has(yyjson_obj_get(content, "alt_aliases"), alias))
        return RC_OK;
    struct room_send send = {.draft = {.type = S("m.room.canonical_alias"),
                                       .state_key = S(""),
                                       .content = content_without(call, content, alias)}};
    str event_id;
    enum rc rc = room_send_as_caller(call, &room, &send, &event, &event_id);
    return rc == RC_FORBIDDEN ? RC_OK : rc;
}

static enum rc delete_alias(struct call *call)
{
    uint64_t room_nid, creator_nid;
    const struct room *room;
    TRY(check_alias(call, call->params[0]));
    enum rc rc = aliases_find(call->tx, call->params[0], &room_nid, &creator_nid);
    if (rc == RC_NOT_FOUND)
        return unknown_alias(call);
    TRY(rc);
    TRY(service_check_alias(call, call->params[0]));
    TRY(rooms_get(call->tx, room_nid, &room));
    if (!may_remove(call, room, creator_nid))
        return call_fail(call, 403, "M_FORBIDDEN", "Only its maker or the room's moderators can remove an address.");
    TRY(aliases_remove(call->tx, call->params[0]));
    return drop_from_canonical(call, room, call->params[0]);
}

/* Members, and anyone where the room is world-readable. */
static enum rc get_room_aliases(struct call *call)
{
    const struct room *room;
    str *aliases;
    size_t count;
    enum rc rc = rooms_find(call->tx, call->params[0], &room);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && room_state_history(room->state) != HISTORY_WORLD_READABLE))
        TRY(call_joined_room(call, call->params[0], &room));
    else
        TRY(rc);
    TRY(aliases_of_room(call->tx, room->nid, &aliases, &count));
    strbuf_add(&call->out, S("{\"aliases\":["));
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add_char(&call->out, ',');
        strbuf_add_json(&call->out, aliases[i]);
    }
    strbuf_add(&call->out, S("]}"));
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getRoomIdByAlias",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/directory/room/{roomAlias}",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .prepare = service_query_alias_param,
     .run = get_alias},
    {.name = "setRoomAlias",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/directory/room/{roomAlias}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = put_alias},
    {.name = "deleteRoomAlias",
     .method = HTTP_DELETE,
     .path = "/_matrix/client/v3/directory/room/{roomAlias}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = delete_alias},
    {.name = "getLocalAliases",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/rooms/{roomId}/aliases",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_room_aliases},
};

extern const struct endpoint_module aliases_module;
const struct endpoint_module aliases_module = ENDPOINT_MODULE(endpoints);
