/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Getting events for a room": GET …/members, …/joined_members. */
#include "api/history.h"
#include "appservice/appservice.h"

static enum rc membership_param(struct call *call, const char *name, enum membership *ret)
{
    str text = call_query(call, name);
    *ret = text.ptr ? membership_parse(text) : MEMBERSHIP_NONE;
    if (text.ptr && *ret == MEMBERSHIP_NONE)
        return error_set(call_err(call), RC_INVALID, "%s must be join, invite, knock, leave or ban", name);
    return RC_OK;
}

struct listing {
    struct strbuf *out;
    enum membership only, not ;
    bool more;
};

static bool list_member(const struct event *event, enum membership membership, void *ctx)
{
    struct listing *listing = ctx;
    if ((listing->only && membership != listing->only) || (listing->not &&membership == listing->not ))
        return true;
    if (listing->more)
        strbuf_add_char(listing->out, ',');
    event_add_client_json(listing->out, event, true, STR_NONE);
    listing->more = true;
    return true;
}

static enum rc get_members(struct call *call)
{
    struct room_view view;
    struct listing listing = {.out = &call->out};
    int64_t at;
    TRY(membership_param(call, "membership", &listing.only));
    TRY(membership_param(call, "not_membership", &listing.not ));
    TRY(room_view_open(call, call->params[0], &view));
    TRY(history_token_param(call, "at", view.until, &at));
    at = at < view.until ? at : view.until;
    const struct room_state *state = view.room->state;
    if (at < view.room->last_pos) {
        struct room_state *then;
        TRY(events_full_state_at(call->tx, view.room, at, &then));
        state = then;
    }
    strbuf_add(&call->out, S("{\"chunk\":["));
    room_state_each_member(state, list_member, &listing);
    strbuf_add(&call->out, S("]}"));
    return RC_OK;
}

struct joined {
    struct call *call;
    bool more;
};

/* The profile they have in this room, which is what their member event says. Who has no name in it is called by their
 * user id, as "Calculating the display name for a user" has it: there are clients (matrix-nio before 0.24) that take no
 * answer in which a name is missing, and the specification knows no null here. */
static bool add_joined(const struct event *event, enum membership membership, void *ctx)
{
    struct joined *joined = ctx;
    struct strbuf *out = &joined->call->out;
    yyjson_val *content;
    if (membership != MEMBERSHIP_JOIN || event_content(event, joined->call->arena, &content) != RC_OK)
        return true;
    if (joined->more)
        strbuf_add_char(out, ',');
    joined->more = true;
    strbuf_add_json(out, event->state_key);
    strbuf_add(out, S(":{\"display_name\":"));
    str name = json_str_of(yyjson_obj_get(content, "displayname"));
    str avatar = json_str_of(yyjson_obj_get(content, "avatar_url"));
    strbuf_add_json(out, name.len ? name : event->state_key);
    if (avatar.ptr) {
        strbuf_add(out, S(",\"avatar_url\":"));
        strbuf_add_json(out, avatar);
    }
    strbuf_add_char(out, '}');
    return true;
}

struct search {
    const struct appservice *service;
    bool found;
};

static bool is_of_service(const struct event *event, enum membership membership, void *ctx)
{
    struct search *search = ctx;
    search->found = membership == MEMBERSHIP_JOIN && appservice_owns_user(search->service, event->state_key);
    return !search->found;
}

/* Of an application service any of its users must be in the room, whoever it asks for. */
static bool service_is_in(struct call *call, const struct room **ret_room)
{
    struct search search = {.service = call->who.service};
    if (search.service && rooms_find(call->tx, call->params[0], ret_room) == RC_OK)
        room_state_each_member((*ret_room)->state, is_of_service, &search);
    return search.found;
}

static enum rc get_joined_members(struct call *call)
{
    const struct room *room;
    if (!service_is_in(call, &room))
        TRY(call_joined_room(call, call->params[0], &room));
    struct joined joined = {call, false};
    strbuf_add(&call->out, S("{\"joined\":{"));
    room_state_each_member(room->state, add_joined, &joined);
    strbuf_add(&call->out, S("}}"));
    return RC_OK;
}

#define MEMBERS_GET(operation, address, who, handler)                                                                  \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = "/_matrix/client/v3/rooms/{roomId}/" address, .auth = who,      \
        .exec = EXEC_READ, .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, .run = handler          \
    }

static const struct endpoint endpoints[] = {
    MEMBERS_GET("getMembersByRoom", "members", AUTH_GUEST_TOO, get_members),
    MEMBERS_GET("getJoinedMembersByRoom", "joined_members", AUTH_USER, get_joined_members),
};

extern const struct endpoint_module members_module;
const struct endpoint_module members_module = ENDPOINT_MODULE(endpoints);
