/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Mutual rooms": GET /mutual_rooms, the rooms the caller shares with somebody. */
#include "api/call.h"
#include "room/auth.h"

enum { PAGE = 100 };

struct mutual {
    struct call *call;
    const struct user_rooms *mine, *theirs;
    int64_t from; /* the page begins behind this number of rooms */
};

/* The next room of the first, at or behind *at, in which both are. */
static const struct user_room *next_shared(const struct mutual *mutual, size_t *at)
{
    while (mutual->mine && *at < mutual->mine->count) {
        const struct user_room *mine = &mutual->mine->rooms[(*at)++];
        const struct user_room *theirs = user_rooms_find(mutual->theirs, mine->room_nid);
        if (mine->membership == MEMBERSHIP_JOIN && theirs && theirs->membership == MEMBERSHIP_JOIN)
            return mine;
    }
    return NULL;
}

static enum rc bad_user(struct call *call)
{
    return call_fail(call, 400, "M_INVALID_PARAM", "user_id must be the user id of somebody else.");
}

static enum rc read_request(struct mutual *mutual)
{
    struct call *call = mutual->call;
    str user_id = call_query(call, "user_id"), from = call_query(call, "from");
    if (!user_id.ptr || !user_id_is_valid(user_id) || str_eq(user_id, call->who.user_id))
        return bad_user(call);
    if (from.ptr && (!str_starts(from, S("m")) || str_to_i64(str_skip(from, 1), &mutual->from) || mutual->from <= 0))
        return call_fail(call, 400, "M_INVALID_PARAM", "from is no token of this list.");
    const struct user *user;
    enum rc rc = users_find(call->tx, user_id, &user);
    if (rc == RC_OK)
        mutual->theirs = user->rooms;
    /* Nobody of that name shares no room with anybody. */
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc get_mutual_rooms(struct call *call)
{
    struct mutual mutual = {.call = call, .mine = call->who.user->rooms};
    const struct user_room *room;
    struct strbuf *out = &call->out;
    size_t at = 0;
    int64_t count = 0;
    TRY(read_request(&mutual));
    strbuf_add(out, S("{\"joined\":["));
    while (mutual.theirs && (room = next_shared(&mutual, &at))) {
        str room_id;
        if (count++ < mutual.from || count > mutual.from + PAGE)
            continue;
        TRY(rooms_id(call->tx, room->room_nid, &room_id));
        if (count > mutual.from + 1)
            strbuf_add_char(out, ',');
        strbuf_add_json(out, room_id);
    }
    strbuf_printf(out, "],\"count\":%lld", (long long)count);
    if (count > mutual.from + PAGE)
        strbuf_printf(out, ",\"next_batch\":\"m%lld\"", (long long)(mutual.from + PAGE));
    strbuf_add_char(out, '}');
    return RC_OK;
}

#define MUTUAL_ROOMS(operation, address)                                                                               \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = address, .auth = AUTH_USER, .exec = EXEC_READ,                  \
        .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, .run = get_mutual_rooms                    \
    }

static const struct endpoint endpoints[] = {
    MUTUAL_ROOMS("getMutualRooms", "/_matrix/client/v1/mutual_rooms"),
    /* MSC2666, by the name under which clients have known it for years. */
    MUTUAL_ROOMS("getMutualRoomsUnstable", "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms"),
};

extern const struct endpoint_module mutual_rooms_module;
const struct endpoint_module mutual_rooms_module = ENDPOINT_MODULE(endpoints);
