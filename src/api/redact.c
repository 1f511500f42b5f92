/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Redactions": PUT …/redact. */
#include "api/guests.h"
#include "api/redaction.h"
#include "api/room_access.h"
#include "api/suspension.h"
#include "room/auth.h"

/* From room version 11 `redacts` stands in the content. */
static str redaction_content(struct call *call, const struct room *room, str target_id)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *content = call->body ? yyjson_val_mut_copy(doc, call->body) : yyjson_mut_obj(doc);
    yyjson_mut_obj_remove_key(content, "redacts");
    if (room->version->redacts_in_content)
        json_set_str(doc, content, "redacts", target_id);
    return json_mut_text(call->arena, content);
}

enum rc redaction_send(struct call *call, const struct room *room, str target_id, str txn_id, str *ret_event_id)
{
    const struct event *target, *event;
    if (!target_id.len)
        return call_fail(call, 400, "M_BAD_JSON", "redacts must name the event to redact.");
    enum rc rc = events_find(call->tx, room, target_id, &target);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such event in this room.");
    TRY(rc);
    if (!room_auth_may_redact(room->state, call->who.user_id, target))
        return call_fail(call, 403, "M_FORBIDDEN", "You may not remove what others wrote here.");
    if (!str_eq(target->sender, call->who.user_id))
        TRY(suspension_check(call));
    /* What a room is made of cannot be taken out of it. */
    if (target->is_state && str_eq(target->type, S("m.room.create")))
        return call_fail(call, 403, "M_FORBIDDEN", "The room's first event cannot be removed.");

    struct room_send send = {.draft = {.type = S("m.room.redaction"),
                                       .content = redaction_content(call, room, target_id),
                                       .redacts = target_id},
                             .txn_id = txn_id};
    TRY(room_send_as_caller(call, &room, &send, &event, ret_event_id));
    if (event && !target->redacted) {
        bool admitted_guests = room_state_guests_may_join(room->state);
        TRY(rooms_apply_redaction(call->tx, &room, target));
        TRY(guests_turn_out(call->tx, &room, admitted_guests));
    }
    return RC_OK;
}

static enum rc put_redact(struct call *call)
{
    const struct room *room;
    str reason, event_id;
    if (call->body)
        TRY(json_get_str(call->body, "reason", &reason, call_err(call)));
    TRY(call_joined_room(call, call->params[0], &room));
    TRY(redaction_send(call, room, call->params[1], call->params[2], &event_id));
    reply_event_id(call, event_id);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "redactEvent",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_MESSAGE,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .run = put_redact},
};

extern const struct endpoint_module redact_module;
const struct endpoint_module redact_module = ENDPOINT_MODULE(endpoints);
