/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Sending events to a room": PUT …/send. The hottest endpoint: nothing is looked up that the event does not need.
 */
#include "api/delayed.h"
#include "api/lives.h"
#include "api/redaction.h"
#include "api/room_access.h"
#include "api/sending.h"
#include "api/server.h"

enum { ANNOTATIONS_MAX = 200, TXN_ID_MAX = 255 };

/* ---- relations (checked only for content that has m.relates_to) ---- */

/* Spec "Validation of m.thread relationships". */
static enum rc check_thread(struct call *call, const struct room *room, str root_id)
{
    const struct event *root;
    enum rc rc = events_find(call->tx, room, root_id, &root);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    if (root->relation != REL_NONE)
        return call_fail(call, 400, "M_UNKNOWN", "A thread cannot begin at an event that itself relates to another.");
    return RC_OK;
}

/* Spec "Avoiding duplicate annotations". *ret_event_id is set when it is this very request, sent again. */
static enum rc check_annotation(struct call *call, const struct room *room, str type, str txn_id, str parent_id,
                                str key, str *ret_event_id)
{
    struct event_list list;
    enum rc rc = events_annotations_by(call->tx, room, parent_id, call->who.user_nid, ANNOTATIONS_MAX, &list);
    if (rc == RC_NOT_FOUND) /* a reaction to what is not here is nobody's double */
        return RC_OK;
    TRY(rc);
    for (size_t i = 0; i < list.count; i++) {
        const struct event *event = list.items[i];
        if (event->redacted || !str_eq(event->type, type) || !str_eq(event->relation_key, key))
            continue;
        if (!str_eq(event_txn_id(event, call->who.device_nid), txn_id))
            return call_fail(call, 400, "M_DUPLICATE_ANNOTATION", "You have reacted with this already.");
        *ret_event_id = event->event_id;
        return RC_OK;
    }
    return RC_OK;
}

static enum rc check_relation(struct call *call, const struct room *room, str type, str txn_id, str *ret_event_id)
{
    yyjson_val *relates = yyjson_obj_get(call->body, "m.relates_to");
    if (!relates)
        return RC_OK;
    str rel_type = json_str_of(yyjson_obj_get(relates, "rel_type"));
    str parent_id = json_str_of(yyjson_obj_get(relates, "event_id"));
    if (!parent_id.len)
        return RC_OK;
    if (str_eq(rel_type, S("m.thread")))
        return check_thread(call, room, parent_id);
    if (str_eq(rel_type, S("m.annotation")))
        return check_annotation(call, room, type, txn_id, parent_id, json_str_of(yyjson_obj_get(relates, "key")),
                                ret_event_id);
    return RC_OK;
}

enum rc sending_message(struct call *call, str room_id, str type, str txn_id, str *ret_event_id)
{
    const struct room *room;
    const struct event *event;
    *ret_event_id = STR_NONE;
    TRY(call_joined_room(call, room_id, &room));
    if (str_eq(type, S("m.room.redaction"))) {
        str target_id = json_str_of(yyjson_obj_get(call->body, "redacts"));
        return redaction_send(call, room, target_id, txn_id, ret_event_id);
    }
    TRY(check_relation(call, room, type, txn_id, ret_event_id));
    if (ret_event_id->len)
        return RC_OK;
    struct room_send send = {.draft = {.type = type, .content_value = call->body}, .txn_id = txn_id};
    return room_send_as_caller(call, &room, &send, &event, ret_event_id);
}

static enum rc put_send(struct call *call)
{
    str room_id = call->params[0], type = call->params[1], txn_id = call->params[2], event_id;
    bool delayed;
    if (txn_id.len > TXN_ID_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "The transaction id is too long.");
    TRY(delayed_schedule_if_asked(call, room_id, type, STR_NONE, txn_id, &delayed));
    if (delayed)
        return RC_OK;
    TRY(sending_message(call, room_id, type, txn_id, &event_id));
    lives_note_active(call);
    reply_event_id(call, event_id);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "sendMessage",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_MESSAGE,
     .body = BODY_JSON,
     .service = SERVICE_TIMED,
     .purpose = PURPOSE_MESSAGING,
     .run = put_send},
};

extern const struct endpoint_module send_module;
const struct endpoint_module send_module = ENDPOINT_MODULE(endpoints);
