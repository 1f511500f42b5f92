/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/room_access.h"

#include "api/guests.h"
#include "api/policy_lists.h"
#include "api/server.h"
#include "api/suspension.h"
#include "room/auth.h"
#include "store/aliases.h"
#include "store/gate.h"
#include "store/slow_mode.h"

static enum rc no_entry(struct call *call)
{
    return call_fail(call, 403, "M_FORBIDDEN", "You are not in this room.");
}

enum rc room_view_of(struct call *call, const struct room *room, struct room_view *ret_view)
{
    struct room_view view = {.room = room};
    const struct user_room *mine = call->who.user ? user_rooms_find(call->who.user->rooms, view.room->nid) : NULL;
    bool world_readable = room_state_history(view.room->state) == HISTORY_WORLD_READABLE;
    enum membership membership = room_state_membership(view.room->state, call->who.user_id);
    bool was_here = membership == MEMBERSHIP_LEAVE || membership == MEMBERSHIP_BAN;
    if (membership != MEMBERSHIP_JOIN && !world_readable && !(was_here && mine && !mine->forgotten))
        return RC_FORBIDDEN;
    TRY(visibility_new(call->tx, view.room, call->who.user_id, &view.visibility));
    view.until = world_readable ? view.room->last_pos : visibility_until(view.visibility);
    if (view.until <= 0)
        return RC_FORBIDDEN;
    *ret_view = view;
    return RC_OK;
}

enum rc room_view_open(struct call *call, str room_id, struct room_view *ret_view)
{
    const struct room *room;
    enum rc rc = rooms_find(call->tx, room_id, &room);
    if (rc == RC_NOT_FOUND)
        return no_entry(call);
    TRY(rc);
    /* Its events lie open in memory. */
    TRY(gate_check(call->tx, call->who.user_nid, FIELD_EVENT, call->tx->act->purpose));
    rc = room_view_of(call, room, ret_view);
    return rc == RC_FORBIDDEN ? no_entry(call) : rc;
}

enum rc room_view_event(struct call *call, const struct room_view *view, str event_id, const struct event **ret_event)
{
    const struct event *event;
    enum rc rc = events_find(call->tx, view->room, event_id, &event);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !visibility_allows(view->visibility, event)))
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such event, or you may not see it.");
    if (rc == RC_OK)
        *ret_event = event;
    return rc;
}

enum rc room_view_state(struct call *call, const struct room_view *view, const struct room_state **ret_state)
{
    if (view->until >= view->room->last_pos) {
        *ret_state = view->room->state;
        return RC_OK;
    }
    struct room_state *state;
    TRY(events_full_state_at(call->tx, view->room, view->until, &state));
    *ret_state = state;
    return RC_OK;
}

enum rc room_invite_is_hidden(struct call *call, const struct room *room, bool *ret_hidden)
{
    const struct ignored_users *ignored;
    const struct event *invite = room_state_get(room->state, S("m.room.member"), call->who.user_id);
    TRY(invites_are_blocked(call->tx, call->who.user_nid, ret_hidden));
    TRY(ignored_users_load(call->tx, call->who.user_nid, &ignored));
    *ret_hidden |= invite && ignored_users_has(ignored, invite->sender);
    return RC_OK;
}

enum rc room_view_reader(struct call *call, const struct room_view *view, bool with_ignored,
                         struct bundle_reader *ret_reader)
{
    *ret_reader = (struct bundle_reader){.tx = call->tx,
                                         .room = view->room,
                                         .user_id = call->who.user_id,
                                         .user_nid = call->who.user_nid,
                                         .device_nid = call->who.device_nid,
                                         .visibility = view->visibility,
                                         .now_ms = call_now_ms(call)};
    if (with_ignored)
        TRY(ignored_users_load(call->tx, call->who.user_nid, &ret_reader->ignored));
    return RC_OK;
}

enum rc room_resolve(struct call *call, str id_or_alias, const struct room **ret_room)
{
    if (!str_starts(id_or_alias, S("#")))
        return rooms_find(call->tx, id_or_alias, ret_room);
    uint64_t room_nid;
    enum rc rc = aliases_find(call->tx, id_or_alias, &room_nid, NULL);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no room of that address.");
    TRY(rc);
    return rooms_get(call->tx, room_nid, ret_room);
}

static enum rc wait_for_turn(struct call *call, const struct room *room)
{
    int64_t wait_ms;
    TRY(slow_mode_wait(call->tx, room, call->who.user_nid, call->who.user_id, &wait_ms));
    return call_fail_limited(call, "This room is in slow mode. Wait before you write again.", wait_ms);
}

enum rc room_send_as_caller(struct call *call, const struct room **room_in_out, struct room_send *send,
                            const struct event **ret_event, str *ret_event_id)
{
    TRY(suspension_check_event(call, &send->draft));
    TRY(policy_lists_admit(call, *room_in_out, &send->draft));
    send->draft.sender = call->who.user_id;
    send->sender_nid = call->who.user_nid;
    send->device_nid = call->who.device_nid;
    bool admitted_guests = room_state_guests_may_join((*room_in_out)->state);
    if (call->who.has_time) {
        send->keeps_time = true;
        send->draft.origin_server_ts = call->who.time_ms;
    }
    enum rc rc = rooms_send(call->tx, room_in_out, send, ret_event, ret_event_id, call_err(call));
    if (rc == RC_LIMITED)
        return wait_for_turn(call, *room_in_out);
    return rc == RC_OK ? guests_turn_out(call->tx, room_in_out, admitted_guests) : rc;
}

static void reply_id(struct call *call, str key, str id)
{
    strbuf_add(&call->out, key);
    strbuf_add_json(&call->out, id);
    strbuf_add_char(&call->out, '}');
}

void reply_event_id(struct call *call, str event_id)
{
    reply_id(call, S("{\"event_id\":"), event_id);
}

void reply_room_id(struct call *call, str room_id)
{
    reply_id(call, S("{\"room_id\":"), room_id);
}

bool room_caller_lists(const struct call *call, const struct room *room)
{
    return room_state_membership(room->state, call->who.user_id) == MEMBERSHIP_JOIN
           && room_state_power_of(room->state, call->who.user_id)
                  >= room_state_power_for(room->state, S("m.room.canonical_alias"), true);
}

bool is_local_id(struct call *call, str id)
{
    return str_eq(id_server_name(id), store_server_name(call->server->store));
}
