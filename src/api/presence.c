/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Presence": …/presence/{userId}/status. Visible to those who share a room; where it is switched off nobody has
 * any. */
#include "sync/presence.h"

#include "api/call.h"
#include "api/lives.h"
#include "api/server.h"
#include "api/suspension.h"

static enum rc put_presence(struct call *call)
{
    str name, status;
    enum presence_state state;
    TRY(call_self(call, call->params[0]));
    TRY(json_need_str(call->body, "presence", &name, call_err(call)));
    TRY(json_get_str(call->body, "status_msg", &status, call_err(call)));
    if (presence_state_parse(name, &state) != RC_OK)
        return error_set(call_err(call), RC_BAD_JSON, "presence must be online, unavailable or offline");
    if (status.len > PRESENCE_STATUS_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "The status message is too long.");
    if (status.len)
        TRY(suspension_check(call));
    if (!call->server->presence)
        return call_fail(call, 403, "M_FORBIDDEN", "This server does not show who is online.");
    if (presence_set(call->server->presence, caller_device(call), state, status.ptr ? status : S("")))
        lives_presence(call->server, call->who.user);
    return RC_OK;
}

static enum rc get_presence(struct call *call)
{
    const struct user *user;
    enum rc rc = users_find(call->tx, call->params[0], &user);
    if (rc == RC_NOT_FOUND
        || (rc == RC_OK && user->nid != call->who.user_nid && !user_rooms_share(call->who.user->rooms, user->rooms)))
        return call_fail(call, 403, "M_FORBIDDEN", "You share no room with this person.");
    TRY(rc);
    if (!call->server->presence)
        return call_fail(call, 404, "M_NOT_FOUND", "This server does not show who is online.");
    struct presence_view view;
    presence_get(call->server->presence, call->arena, user->nid, &view);
    presence_add_json(&call->out, &view);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "setPresence",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/presence/{userId}/status",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = put_presence},
    {.name = "getPresence",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/presence/{userId}/status",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_presence},
};

extern const struct endpoint_module presence_module;
const struct endpoint_module presence_module = ENDPOINT_MODULE(endpoints);
