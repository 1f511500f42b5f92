/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* "presence": those whose presence changed and who share a room with the user (spec "Presence", security), and all who
 * are in a room the user has joined since. */
#include "sync/request.h"

enum { PRESENCE_MAX = 1000 }; /* per answer; the rest waits for its next change */

static bool is_new(const struct sync_request *request, const struct user_room *room)
{
    return room->membership == MEMBERSHIP_JOIN && room->pos > request->since.pos && room->pos <= request->next.pos;
}

static bool has_new_rooms(const struct sync_request *request)
{
    const struct user_rooms *rooms = request->user->rooms;
    size_t count = request->by_notes ? request->note_count : rooms ? rooms->count : 0;
    for (size_t i = 0; !request->initial && i < count; i++) {
        const struct user_room *room =
            request->by_notes ? user_rooms_find(rooms, request->notes[i].room_nid) : &rooms->rooms[i];
        if (room && is_new(request, room))
            return true;
    }
    return false;
}

static bool is_in_a_new_room(const struct sync_request *request, const struct user *user)
{
    const struct user_rooms *rooms = request->user->rooms;
    for (size_t i = 0; rooms && i < rooms->count; i++) {
        const struct user_room *theirs =
            is_new(request, &rooms->rooms[i]) ? user_rooms_find(user->rooms, rooms->rooms[i].room_nid) : NULL;
        if (theirs && theirs->membership == MEMBERSHIP_JOIN)
            return true;
    }
    return false;
}

static bool is_due(const struct sync_request *request, const struct user *user, const struct presence_view *view)
{
    if (view->serial <= request->since.presence && !is_in_a_new_room(request, user))
        return false;
    return user->nid == request->user->nid || user_rooms_share(request->user->rooms, user->rooms);
}

static enum rc add_one(struct sync_request *request, uint64_t nid, size_t *count, struct strbuf *out)
{
    const struct user *user;
    struct presence_view view;
    enum rc rc = users_get(request->tx, nid, &user);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    presence_get(request->presence, request->arena, nid, &view);
    if (!is_due(request, user, &view)
        || !event_filter_allows_type(&request->filter->presence, S("m.presence"), user->user_id)
        || ignored_users_has(request->ignored, user->user_id))
        return RC_OK;
    if ((*count)++)
        strbuf_add_char(out, ',');
    presence_add_event(out, user->user_id, &view);
    return RC_OK;
}

enum rc sync_add_presence(struct sync_request *request, struct strbuf *out)
{
    uint64_t *nids = NULL;
    size_t changed = 0, count = 0;
    int64_t since = has_new_rooms(request) ? 0 : request->since.presence;
    if (request->presence && request->next.presence > since)
        presence_changes(request->presence, request->arena, since, request->next.presence, &nids, &changed);
    strbuf_add(out, S(",\"presence\":{\"events\":["));
    for (size_t i = 0; i < changed && count < PRESENCE_MAX; i++)
        TRY(add_one(request, nids[i], &count, out));
    strbuf_add(out, S("]}"));
    if (count)
        request->empty = false;
    return RC_OK;
}
