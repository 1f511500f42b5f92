/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec: Application Service API, "Application service room directories". */
#include "store/service_rooms.h"

#include "api/room_access.h"
#include "appservice/appservice.h"

enum { NETWORK_MAX = 255 };

static enum rc put_service_listed(struct call *call)
{
    const struct room *room;
    str network = call->params[0], visibility;
    if (!call->who.service)
        return call_fail(call, 403, "M_FORBIDDEN", "This is for application services.");
    if (network.len > NETWORK_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "The network's name is too long.");
    TRY(json_need_str(call->body, "visibility", &visibility, call_err(call)));
    bool listed = str_eq(visibility, S("public"));
    if (!listed && !str_eq(visibility, S("private")))
        return call_fail(call, 400, "M_BAD_JSON", "visibility must be public or private.");
    enum rc rc = rooms_find(call->tx, call->params[1], &room);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such room.");
    TRY(rc);
    /* What a room shows of itself there, it shows to anybody. */
    if (listed && !room_caller_lists(call, room))
        return call_fail(call, 403, "M_FORBIDDEN", "Only the room's moderators decide whether it is listed.");
    rc = service_rooms_set(call->tx, call->who.service->id, network, room->nid, listed);
    return rc == RC_LIMITED ? call_fail(call, 400, "M_LIMIT_EXCEEDED", "This service lists as many rooms as it may.")
                            : rc;
}

static const struct endpoint endpoints[] = {
    {.name = "updateAppserviceRoomDirectoryVisibility",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/directory/list/appservice/{networkId}/{roomId}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = put_service_listed},
};

extern const struct endpoint_module service_directory_module;
const struct endpoint_module service_directory_module = ENDPOINT_MODULE(endpoints);
