/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "User directory": POST /user_directory/search. Found are those the caller shares a room with and those in a
 * public room: nobody else can be looked up by guessing names. */
#include "api/call.h"
#include "privacy/profile.h"

enum { DEFAULT_LIMIT = 10, MAX_LIMIT = 50, MAX_TERM = 255, CANDIDATES = 500, ROOMS_LOOKED_AT = 100 };

static bool room_is_public(const struct room *room)
{
    return room->listed || room_state_join_rule(room->state) == JOIN_PUBLIC;
}

static enum rc may_see(struct call *call, const struct user *other, bool *ret_may)
{
    *ret_may = other->nid == call->who.user_nid;
    int looked_at = 0;
    for (size_t i = 0; other->rooms && i < other->rooms->count && !*ret_may; i++) {
        const struct user_room *theirs = &other->rooms->rooms[i];
        if (theirs->membership != MEMBERSHIP_JOIN)
            continue;
        const struct user_room *mine = user_rooms_find(call->who.user->rooms, theirs->room_nid);
        if (mine && mine->membership == MEMBERSHIP_JOIN) {
            *ret_may = true;
            break;
        }
        if (++looked_at > ROOMS_LOOKED_AT)
            break;
        const struct room *room;
        TRY(rooms_get(call->tx, theirs->room_nid, &room));
        *ret_may = room_is_public(room);
    }
    return RC_OK;
}

static enum rc add_user(struct call *call, const struct user *user)
{
    struct strbuf *out = &call->out;
    struct profile profile;
    TRY(profile_release(call->tx, user, PURPOSE_MESSAGING, &profile));
    strbuf_add(out, S("{\"user_id\":"));
    strbuf_add_json(out, user->user_id);
    if (profile.display_name.len) {
        strbuf_add(out, S(",\"display_name\":"));
        strbuf_add_json(out, profile.display_name);
    }
    if (profile.avatar_url.len) {
        strbuf_add(out, S(",\"avatar_url\":"));
        strbuf_add_json(out, profile.avatar_url);
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* "@name:server" and "@name" are looked for as "name". */
static str search_name(str term)
{
    if (!str_starts(term, S("@")))
        return term;
    str name;
    (void)str_split(str_skip(term, 1), ':', &name);
    return name;
}

static enum rc post_search(struct call *call)
{
    str term;
    int64_t limit;
    TRY(json_need_str(call->body, "search_term", &term, call_err(call)));
    TRY(json_get_i64(call->body, "limit", DEFAULT_LIMIT, &limit, call_err(call)));
    if (limit < 0 || term.len > MAX_TERM)
        return call_fail(call, 400, "M_INVALID_PARAM", "The search term is too long, or limit negative.");
    limit = limit < MAX_LIMIT ? limit : MAX_LIMIT;
    term = search_name(str_trim(term));

    const struct user **found = NULL;
    size_t count = 0;
    if (term.len)
        TRY(users_search(call->tx, term, CANDIDATES, &found, &count));
    bool limited = count == CANDIDATES;
    int64_t shown = 0;
    strbuf_add(&call->out, S("{\"results\":["));
    for (size_t i = 0; i < count; i++) {
        bool may;
        if (found[i]->flags & USER_DEACTIVATED)
            continue;
        TRY(may_see(call, found[i], &may));
        if (!may)
            continue;
        if (shown == limit) {
            limited = true;
            break;
        }
        if (shown++)
            strbuf_add_char(&call->out, ',');
        TRY(add_user(call, found[i]));
    }
    strbuf_printf(&call->out, "],\"limited\":%s}", limited ? "true" : "false");
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "searchUserDirectory",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/user_directory/search",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = post_search},
};

extern const struct endpoint_module user_directory_module;
const struct endpoint_module user_directory_module = ENDPOINT_MODULE(endpoints);
