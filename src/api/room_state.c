/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Getting events for a room", "PUT /rooms/{roomId}/state": the state of a room, whole and by type and key.
 * Members see the current one, those who left the one of then. */
#include "api/delayed.h"
#include "api/member_event.h"
#include "api/room_access.h"
#include "api/sending.h"
#include "api/state_check.h"
#include "base/vec.h"
#include "store/third_party_invites.h"

#include <stdlib.h>

/* The stateKey parameter, absent in the short form of the address. */
static str state_key_param(const struct call *call)
{
    return call->params[2].ptr ? call->params[2] : S("");
}

/* ---- whole ---- */

struct collect {
    VEC(const struct event *) events;
};

static bool collect_event(const struct event *event, void *ctx)
{
    struct collect *collect = ctx;
    vec_push(&collect->events, event);
    return true;
}

static int by_position(const void *a, const void *b)
{
    int64_t left = (*(const struct event *const *)a)->pos, right = (*(const struct event *const *)b)->pos;
    return (left > right) - (left < right);
}

static enum rc get_state(struct call *call)
{
    struct room_view view;
    const struct room_state *state;
    TRY(room_view_open(call, call->params[0], &view));
    TRY(room_view_state(call, &view, &state));
    struct collect collect = {{0}};
    room_state_each(state, collect_event, &collect);
    if (collect.events.count > 1)
        qsort(collect.events.items, collect.events.count, sizeof *collect.events.items, by_position);
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < collect.events.count; i++) {
        if (i)
            strbuf_add_char(&call->out, ',');
        event_add_client_json(&call->out, collect.events.items[i], true, STR_NONE);
    }
    strbuf_add_char(&call->out, ']');
    vec_fini(&collect.events);
    return RC_OK;
}

/* ---- by type and key ---- */

static enum rc find_state_event(struct call *call, const struct room_view *view, const struct event **ret_event)
{
    if (view->until < view->room->last_pos)
        return events_state_at(call->tx, view->room, call->params[1], state_key_param(call), view->until, ret_event);
    *ret_event = room_state_get(view->room->state, call->params[1], state_key_param(call));
    return *ret_event ? RC_OK : RC_NOT_FOUND;
}

static enum rc get_state_event(struct call *call)
{
    struct room_view view;
    const struct event *event;
    str format = call_query(call, "format");
    if (format.ptr && !str_eq(format, S("event")) && !str_eq(format, S("content")))
        return call_fail(call, 400, "M_INVALID_PARAM", "format must be content or event.");
    TRY(room_view_open(call, call->params[0], &view));
    enum rc rc = find_state_event(call, &view, &event);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "The room has no state of that type and key.");
    TRY(rc);
    if (str_eq(format, S("event"))) {
        struct bundle_reader reader;
        TRY(room_view_reader(call, &view, false, &reader));
        return bundle_add_event(&reader, event, true, &call->out);
    }
    strbuf_add(&call->out, event->content);
    return RC_OK;
}

/* What stands already, said again by whoever said it, is not news: the same event is the answer. */
static const struct event *same_event(struct call *call, const struct room *room, str type, str state_key)
{
    const struct event *now = room_state_get(room->state, type, state_key);
    if (!now || now->sender_nid != call->who.user_nid || str_eq(type, S("m.room.create"))
        || room_state_power_of(room->state, call->who.user_id) < room_state_power_for(room->state, type, true))
        return NULL;
    struct strbuf content = STRBUF_INIT;
    bool same = json_canonical(&content, call->body, NULL) == RC_OK && str_eq(strbuf_str(&content), now->content);
    strbuf_fini(&content);
    return same ? now : NULL;
}

/* Who is not in the room may still say so of themselves: that they join, decline or knock, as the rules let them. */
static bool speaks_from_outside(const struct call *call, const struct room *room)
{
    return str_eq(call->params[1], S("m.room.member")) && str_eq(state_key_param(call), call->who.user_id)
           && room_state_membership(room->state, call->who.user_id) != MEMBERSHIP_JOIN;
}

static enum rc put_from_outside(struct call *call, const struct room *room)
{
    str event_id;
    if (str_eq(json_str_of(yyjson_obj_get(call->body, "membership")), S("join"))) {
        TRY(member_join_saying(call, &room, call->body, &event_id));
    } else {
        struct room_send send = {
            .draft = {.type = call->params[1], .state_key = call->who.user_id, .content_value = call->body}};
        const struct event *event;
        TRY(room_send_as_caller(call, &room, &send, &event, &event_id));
    }
    reply_event_id(call, event_id);
    return RC_OK;
}

enum rc sending_state(struct call *call, str room_id, str type, str state_key, str txn_id, str *ret_event_id)
{
    const struct room *room;
    TRY(call_joined_room(call, room_id, &room));
    TRY(state_check(call, room, type, state_key, call->body));
    const struct event *event = same_event(call, room, type, state_key);
    if (event) {
        *ret_event_id = event->event_id;
        return RC_OK;
    }
    struct room_send send = {.draft = {.type = type, .state_key = state_key, .content_value = call->body},
                             .txn_id = txn_id};
    TRY(room_send_as_caller(call, &room, &send, &event, ret_event_id));
    if (str_eq(type, S("m.room.third_party_invite")))
        TRY(third_party_invites_remove(call->tx, room->nid, state_key)); /* taken back, or made useless */
    return RC_OK;
}

static enum rc put_state_event(struct call *call)
{
    const struct room *room;
    str room_id = call->params[0], type = call->params[1], event_id;
    bool delayed;
    TRY(delayed_schedule_if_asked(call, room_id, type, state_key_param(call), STR_NONE, &delayed));
    if (delayed)
        return RC_OK;
    enum rc rc = rooms_find(call->tx, room_id, &room);
    if (rc == RC_OK && speaks_from_outside(call, room))
        return put_from_outside(call, room);
    TRY(sending_state(call, room_id, type, state_key_param(call), STR_NONE, &event_id));
    reply_event_id(call, event_id);
    return RC_OK;
}

#define STATE_GET(operation, address, handler)                                                                         \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = "/_matrix/client/v3/rooms/{roomId}/state" address,              \
        .auth = AUTH_GUEST_TOO, .exec = EXEC_READ, .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, \
        .run = handler                                                                                                 \
    }
#define STATE_PUT(operation, address)                                                                                  \
    {                                                                                                                  \
        .name = operation, .method = HTTP_PUT, .path = "/_matrix/client/v3/rooms/{roomId}/state" address,              \
        .auth = AUTH_GUEST_TOO, .exec = EXEC_WRITE, .rate = RATE_WRITE, .body = BODY_JSON, .service = SERVICE_TIMED,   \
        .purpose = PURPOSE_MESSAGING, .run = put_state_event                                                           \
    }

/* The short address stands for an empty state key. */
static const struct endpoint endpoints[] = {
    STATE_GET("getRoomState", "", get_state),
    STATE_GET("getRoomStateByType", "/{eventType}", get_state_event),
    STATE_GET("getRoomStateWithKey", "/{eventType}/{stateKey}", get_state_event),
    STATE_PUT("setRoomState", "/{eventType}"),
    STATE_PUT("setRoomStateWithKey", "/{eventType}/{stateKey}"),
};

extern const struct endpoint_module room_state_module;
const struct endpoint_module room_state_module = ENDPOINT_MODULE(endpoints);
