/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Receipts", "Fully read markers": …/receipt/{receiptType}/{eventId}, …/read_markers. */
#include "store/receipts.h"

#include "api/room_access.h"

enum { MAX_RELATION_HOPS = 3 };

/* ---- m.fully_read: room account data of its own, which only moves forward ---- */

static enum rc fully_read_stands_at(struct call *call, const struct room *room, int64_t *ret_pos)
{
    *ret_pos = 0;
    str content;
    enum rc rc = account_data_get(call->tx, call->who.user_nid, room->nid, S("m.fully_read"), &content);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    yyjson_val *root;
    const struct event *event;
    if (json_parse_object(call->arena, content, false, &root, NULL) != RC_OK)
        return RC_OK;
    rc = events_find(call->tx, room, json_str_of(yyjson_obj_get(root, "event_id")), &event);
    if (rc == RC_OK)
        *ret_pos = event->pos;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc set_fully_read(struct call *call, const struct room *room, const struct event *event)
{
    int64_t stands;
    TRY(fully_read_stands_at(call, room, &stands));
    if (event->pos <= stands)
        return RC_OK;
    struct strbuf content = STRBUF_INIT;
    strbuf_add(&content, S("{\"event_id\":"));
    strbuf_add_json(&content, event->event_id);
    strbuf_add_char(&content, '}');
    enum rc rc = account_data_set(call->tx, call->who.user_nid, room->nid, S("m.fully_read"), strbuf_str(&content));
    strbuf_fini(&content);
    return rc;
}

/* ---- threads ---- */

/* The thread an event belongs to: its root's id, or "main" (spec "Threaded read receipts": edits and reactions belong
 * where what they relate to belongs). */
static enum rc thread_of(struct call *call, const struct room *room, const struct event *event, str *ret_thread)
{
    *ret_thread = S("main");
    for (int hop = 0; hop < MAX_RELATION_HOPS && event->relation != REL_NONE; hop++) {
        if (event->relation == REL_THREAD) {
            *ret_thread = event->relates_to;
            return RC_OK;
        }
        enum rc rc = events_find(call->tx, room, event->relates_to, &event);
        if (rc == RC_NOT_FOUND)
            return RC_OK;
        TRY(rc);
    }
    return RC_OK;
}

static enum rc check_thread(struct call *call, const struct room *room, const struct event *event, str thread)
{
    str belongs;
    if (!thread.len)
        return RC_OK;
    TRY(thread_of(call, room, event, &belongs));
    if (!str_eq(thread, belongs) && !str_eq(thread, event->event_id))
        return call_fail(call, 400, "M_INVALID_PARAM", "The event is not in that thread.");
    return RC_OK;
}

static enum rc thread_id(struct call *call, str *ret_thread)
{
    yyjson_val *value = call->body ? yyjson_obj_get(call->body, "thread_id") : NULL;
    *ret_thread = json_str_of(value);
    if (value && !ret_thread->len)
        return call_fail(call, 400, "M_INVALID_PARAM", "thread_id must be a thread's id, or main.");
    if (ret_thread->len > EVENT_MAX_ID_BYTES)
        return call_fail(call, 400, "M_INVALID_PARAM", "thread_id is too long.");
    return RC_OK;
}

/* ---- the requests ---- */

static const str types[] = {STR_INIT("m.read"), STR_INIT("m.read.private"), STR_INIT("m.fully_read")};
enum { TYPE_PUBLIC, TYPE_PRIVATE, TYPE_FULLY_READ, TYPE_COUNT };

static enum rc set_marker(struct call *call, const struct room **room, int type, str thread, str event_id)
{
    const struct event *event;
    enum rc rc = events_find(call->tx, *room, event_id, &event);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such event in this room.");
    TRY(rc);
    if (type == TYPE_FULLY_READ)
        return set_fully_read(call, *room, event);
    bool moved;
    TRY(check_thread(call, *room, event, thread));
    return receipts_set(call->tx, room, call->who.user_nid, type == TYPE_PUBLIC ? RECEIPT_PUBLIC : RECEIPT_PRIVATE,
                        thread, event, &moved);
}

static enum rc post_receipt(struct call *call)
{
    const struct room *room;
    int type = 0;
    str thread;
    while (type < TYPE_COUNT && !str_eq(types[type], call->params[1]))
        type++;
    if (type == TYPE_COUNT)
        return call_fail(call, 400, "M_INVALID_PARAM", "Receipts are m.read, m.read.private or m.fully_read.");
    TRY(thread_id(call, &thread));
    if (thread.len && type == TYPE_FULLY_READ)
        return call_fail(call, 400, "M_INVALID_PARAM", "m.fully_read takes no thread_id.");
    TRY(call_joined_room(call, call->params[0], &room));
    return set_marker(call, &room, type, thread, call->params[2]);
}

static enum rc post_read_markers(struct call *call)
{
    const struct room *room;
    TRY(call_joined_room(call, call->params[0], &room));
    for (int type = 0; type < TYPE_COUNT; type++) {
        str event_id;
        TRY(json_get_str(call->body, types[type].ptr, &event_id, call_err(call)));
        if (event_id.len)
            TRY(set_marker(call, &room, type, STR_NONE, event_id));
    }
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "postReceipt",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_READ,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .run = post_receipt},
    {.name = "setReadMarker",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/rooms/{roomId}/read_markers",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_READ,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = post_read_markers},
};

extern const struct endpoint_module receipts_module;
const struct endpoint_module receipts_module = ENDPOINT_MODULE(endpoints);
