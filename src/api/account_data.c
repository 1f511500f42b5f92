/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Client config": account data of the account and of rooms. */
#include "store/account_data.h"

#include "api/call.h"
#include "api/notices_room.h"
#include "api/policy_notice.h"
#include "api/push_rules_stored.h"

enum { MAX_TYPE = 255 };

/* Types with operations of their own (spec: 405). */
static bool is_servers_own(str type)
{
    return str_eq(type, S("m.fully_read")) || str_eq(type, S("m.push_rules")) || str_eq(type, S(POLICY_NOTICE_TYPE))
           || str_eq(type, S(NOTICES_ROOM_TYPE));
}

static enum rc put_data(struct call *call, uint64_t room_nid, str type)
{
    if (is_servers_own(type))
        return call_fail(call, 405, "M_BAD_JSON", "This is changed by operations of its own.");
    if (!type.len || type.len > MAX_TYPE)
        return call_fail(call, 400, "M_INVALID_PARAM", "The type's name is too long.");
    enum rc rc = account_data_set(call->tx, call->who.user_nid, room_nid, type, json_text(call->arena, call->body));
    if (rc == RC_LIMITED)
        return call_fail(call, 400, "M_TOO_LARGE", "There are as many kinds of account data as an account may have.");
    return rc;
}

static enum rc get_data(struct call *call, uint64_t room_nid, str type)
{
    str content;
    enum rc rc = !room_nid && str_eq(type, S("m.push_rules"))
                     ? push_rules_stored_content(call->tx, call->who.user, &content)
                     : account_data_get(call->tx, call->who.user_nid, room_nid, type, &content);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "Nothing of that type is stored.");
    TRY(rc);
    strbuf_add(&call->out, content);
    return RC_OK;
}

static enum rc own_room(struct call *call, uint64_t *ret_room_nid)
{
    TRY(call_self(call, call->params[0]));
    const struct room *room;
    if (!str_starts(call->params[1], S("!")))
        return call_fail(call, 400, "M_INVALID_PARAM", "This is not a room's id.");
    enum rc rc = rooms_find(call->tx, call->params[1], &room);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !user_rooms_find(call->who.user->rooms, room->nid)))
        return call_fail(call, 404, "M_NOT_FOUND", "You have nothing to do with this room.");
    TRY(rc);
    *ret_room_nid = room->nid;
    return RC_OK;
}

static enum rc put_account_data(struct call *call)
{
    TRY(call_self(call, call->params[0]));
    return put_data(call, 0, call->params[1]);
}

static enum rc get_account_data(struct call *call)
{
    TRY(call_self(call, call->params[0]));
    return get_data(call, 0, call->params[1]);
}

static enum rc put_room_account_data(struct call *call)
{
    uint64_t room_nid;
    TRY(own_room(call, &room_nid));
    return put_data(call, room_nid, call->params[2]);
}

static enum rc get_room_account_data(struct call *call)
{
    uint64_t room_nid;
    TRY(own_room(call, &room_nid));
    return get_data(call, room_nid, call->params[2]);
}

static const struct endpoint endpoints[] = {
    {.name = "setAccountData",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/user/{userId}/account_data/{type}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_SERVICE,
     .run = put_account_data},
    {.name = "getAccountData",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/user/{userId}/account_data/{type}",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_account_data},
    {.name = "setAccountDataPerRoom",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_SERVICE,
     .run = put_room_account_data},
    {.name = "getAccountDataPerRoom",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_room_account_data},
};

extern const struct endpoint_module account_data_module;
const struct endpoint_module account_data_module = ENDPOINT_MODULE(endpoints);
