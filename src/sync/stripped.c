/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rooms.invite and rooms.knock: what somebody outside may know of the room (spec "Stripped state"). */
#include "sync/delivery.h"

static const str shown_types[] = {
    STR_INIT("m.room.create"),     STR_INIT("m.room.name"),       STR_INIT("m.room.avatar"),
    STR_INIT("m.room.topic"),      STR_INIT("m.room.join_rules"), STR_INIT("m.room.canonical_alias"),
    STR_INIT("m.room.encryption"),
};

enum rc sync_invite_is_hidden(struct sync_request *request, const struct user_room *mine, bool *ret_hidden)
{
    *ret_hidden = false;
    if (mine->membership != MEMBERSHIP_INVITE)
        return RC_OK;
    if (!request->invites_known)
        TRY(invites_are_blocked(request->tx, request->user->nid, &request->invites_blocked));
    request->invites_known = true;
    if (request->invites_blocked || !request->ignored) {
        *ret_hidden = request->invites_blocked;
        return RC_OK;
    }
    const struct room *room;
    TRY(rooms_get(request->tx, mine->room_nid, &room));
    const struct event *member = room_state_get(room->state, S("m.room.member"), request->user->user_id);
    *ret_hidden = member && ignored_users_has(request->ignored, member->sender);
    return RC_OK;
}

enum rc sync_add_stripped_events(struct sync_request *request, const struct user_room *mine, struct strbuf *out)
{
    const struct room *room;
    TRY(rooms_get(request->tx, mine->room_nid, &room));
    for (size_t i = 0; i < sizeof shown_types / sizeof *shown_types; i++) {
        const struct event *event = room_state_get(room->state, shown_types[i], S(""));
        if (!event)
            continue;
        event_add_stripped_json(out, event);
        strbuf_add_char(out, ',');
    }
    const struct event *member = room_state_get(room->state, S("m.room.member"), request->user->user_id);
    if (!member)
        return RC_NOT_FOUND;
    const struct event *inviter = room_state_get(room->state, S("m.room.member"), member->sender);
    if (inviter && inviter != member) {
        event_add_stripped_json(out, inviter);
        strbuf_add_char(out, ',');
    }
    event_add_stripped_json(out, member);
    return RC_OK;
}

enum rc sync_add_stripped(struct sync_request *request, const struct user_room *mine, struct strbuf *out)
{
    str room_id;
    TRY(rooms_id(request->tx, mine->room_nid, &room_id));
    strbuf_add_json(out, room_id);
    strbuf_add(out, mine->membership == MEMBERSHIP_KNOCK ? S(":{\"knock_state\":{\"events\":[")
                                                         : S(":{\"invite_state\":{\"events\":["));
    TRY(sync_add_stripped_events(request, mine, out));
    strbuf_add(out, S("]}}"));
    return RC_OK;
}
