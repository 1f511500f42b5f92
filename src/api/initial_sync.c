/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What clients asked before there was /sync: GET /initialSync, rooms/{roomId}/initialSync, /events/{eventId}. */
#include "api/history.h"
#include "api/room_info.h"
#include "api/server.h"
#include "sync/presence.h"

enum { MAX_PRESENCE = 1000 };

static enum rc read_limit(struct call *call, size_t *ret_limit)
{
    int64_t limit;
    TRY(call_query_i64(call, "limit", ROOM_INFO_LIMIT, 0, INT64_MAX, &limit));
    *ret_limit = limit < ROOM_INFO_MAX_LIMIT ? (size_t)limit : ROOM_INFO_MAX_LIMIT;
    return RC_OK;
}

/* ---- everything ---- */

static bool is_told(const struct user_room *mine, bool archived)
{
    switch (mine->membership) {
    case MEMBERSHIP_JOIN:
    case MEMBERSHIP_INVITE: return true;
    case MEMBERSHIP_LEAVE:
    case MEMBERSHIP_BAN: return archived && !mine->forgotten;
    default: return false;
    }
}

/* RC_NOT_FOUND: there is nothing to tell of it, as of a room whose invitation was declined or is not wanted. */
static enum rc add_room(struct call *call, const struct user_room *mine, size_t limit, struct strbuf *out)
{
    const struct room *room;
    struct room_view view;
    TRY(rooms_get(call->tx, mine->room_nid, &room));
    if (mine->membership == MEMBERSHIP_INVITE) {
        bool hidden;
        TRY(room_invite_is_hidden(call, room, &hidden));
        return hidden ? RC_NOT_FOUND : room_info_add_invite(call, room, out);
    }
    enum rc rc = room_view_open(call, room->room_id, &view);
    if (rc == RC_INVALID && mine->membership != MEMBERSHIP_JOIN)
        return RC_NOT_FOUND;
    TRY(rc);
    return room_info_add(call, &view, limit, out);
}

static enum rc add_rooms(struct call *call, size_t limit, bool archived, struct strbuf *out)
{
    const struct user_rooms *rooms = call->who.user->rooms;
    bool more = false;
    for (size_t i = 0; rooms && i < rooms->count; i++) {
        size_t begin = out->len;
        if (!is_told(&rooms->rooms[i], archived))
            continue;
        if (more)
            strbuf_add_char(out, ',');
        enum rc rc = add_room(call, &rooms->rooms[i], limit, out);
        if (rc == RC_NOT_FOUND)
            out->len = begin;
        else
            TRY(rc);
        more |= rc == RC_OK;
    }
    return RC_OK;
}

static enum rc add_presence(struct call *call, struct strbuf *out)
{
    struct presence *presence = call->server->presence;
    uint64_t *nids;
    size_t count = 0, told = 0;
    if (presence)
        presence_changes(presence, call->arena, 0, presence_serial(presence), &nids, &count);
    for (size_t i = 0; i < count && told < MAX_PRESENCE; i++) {
        const struct user *user;
        struct presence_view view;
        enum rc rc = users_get(call->tx, nids[i], &user);
        if (rc == RC_NOT_FOUND || (rc == RC_OK && !user_rooms_share(call->who.user->rooms, user->rooms)))
            continue;
        TRY(rc);
        presence_get(presence, call->arena, nids[i], &view);
        if (told++)
            strbuf_add_char(out, ',');
        presence_add_event(out, user->user_id, &view);
    }
    return RC_OK;
}

static enum rc get_initial_sync(struct call *call)
{
    struct strbuf *out = &call->out;
    size_t limit;
    bool archived;
    int64_t end = tx_pos(call->tx); /* first: what comes while this is read is told again rather than not at all */
    TRY(read_limit(call, &limit));
    TRY(call_query_bool(call, "archived", false, &archived));
    strbuf_add_char(out, '{');
    history_token_add(out, "end", end);
    strbuf_add(out, S(",\"presence\":["));
    TRY(add_presence(call, out));
    strbuf_add(out, S("],\"rooms\":["));
    TRY(add_rooms(call, limit, archived, out));
    strbuf_add(out, S("],\"account_data\":"));
    TRY(room_info_add_account_data(call, 0, out));
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* ---- one room ---- */

static enum rc get_room_initial_sync(struct call *call)
{
    struct room_view view;
    size_t limit;
    TRY(read_limit(call, &limit));
    TRY(room_view_open(call, call->params[0], &view));
    return room_info_add(call, &view, limit, &call->out);
}

/* ---- one event, whatever its room ---- */

static enum rc no_such_event(struct call *call)
{
    return call_fail(call, 404, "M_NOT_FOUND", "There is no such event, or you may not see it.");
}

static enum rc get_one_event(struct call *call)
{
    uint64_t room_nid;
    const struct room *room;
    const struct event *event;
    struct room_view view;
    struct bundle_reader reader;
    enum rc rc = events_find_room(call->tx, call->params[0], &room_nid);
    if (rc == RC_NOT_FOUND)
        return no_such_event(call);
    TRY(rc);
    TRY(rooms_get(call->tx, room_nid, &room));
    rc = room_view_open(call, room->room_id, &view);
    if (rc == RC_INVALID)
        return no_such_event(call);
    TRY(rc);
    TRY(room_view_event(call, &view, call->params[0], &event));
    TRY(room_view_reader(call, &view, true, &reader));
    return bundle_add_event(&reader, event, true, &call->out);
}

#define OLD_GET(operation, address, who, handler)                                                                      \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = "/_matrix/client/v3/" address, .auth = who, .exec = EXEC_READ,  \
        .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, .run = handler                             \
    }

static const struct endpoint endpoints[] = {
    OLD_GET("initialSync", "initialSync", AUTH_USER, get_initial_sync),
    OLD_GET("roomInitialSync", "rooms/{roomId}/initialSync", AUTH_GUEST_TOO, get_room_initial_sync),
    OLD_GET("getOneEvent", "events/{eventId}", AUTH_USER, get_one_event),
};

extern const struct endpoint_module initial_sync_module;
const struct endpoint_module initial_sync_module = ENDPOINT_MODULE(endpoints);
