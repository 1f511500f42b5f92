/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Typing notifications": PUT …/typing/{userId}. In memory; who falls silent is taken out by a recurring job
 * (typing_expire), since nobody tells when a client is gone. */
#include "api/typing.h"

#include "api/call.h"
#include "api/lives.h"
#include "api/server.h"

enum { DEFAULT_TIMEOUT_MS = 30000, MAX_TIMEOUT_MS = 120000 };

static enum rc put_typing(struct call *call)
{
    const struct room *room;
    bool typing;
    int64_t timeout;
    TRY(call_self(call, call->params[1]));
    if (!yyjson_obj_get(call->body, "typing"))
        return error_set(call_err(call), RC_BAD_JSON, "typing is missing");
    TRY(json_get_bool(call->body, "typing", false, &typing, call_err(call)));
    TRY(json_get_i64(call->body, "timeout", DEFAULT_TIMEOUT_MS, &timeout, call_err(call)));
    TRY(call_joined_room(call, call->params[0], &room));
    if (timeout < 1 || timeout > MAX_TIMEOUT_MS)
        timeout = timeout < 1 ? 1 : MAX_TIMEOUT_MS;
    rooms_set_typing(call->tx, &room, call->who.user_nid, typing ? timeout : 0);
    if (typing) {
        typing_watch(call->server->typing, room->nid);
        lives_note_active(call);
    }
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "setTyping",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/rooms/{roomId}/typing/{userId}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_READ,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = put_typing},
};

extern const struct endpoint_module typing_module;
const struct endpoint_module typing_module = ENDPOINT_MODULE(endpoints);
