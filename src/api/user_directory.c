/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "User directory": POST /user_directory/search. Found are those the caller shares a room with and those in a room
 * anybody may enter or read: nobody else can be looked up by guessing names. Of the first all are looked at, of the
 * others as many as one request may cost; "limited" says when there may be more.
 */
#include "api/call.h"
#include "base/fold.h"
#include "base/map.h"
#include "privacy/profile.h"
#include "store/account_data.h"

#include <stdlib.h>

enum {
    DEFAULT_LIMIT = 10,
    MAX_LIMIT = 50,
    MAX_TERM = 255,
    CANDIDATES = 500,
    ROOMS_LOOKED_AT = 20000, /* of all candidates together */
    MEMBERS_LOOKED_AT = 100000,
};

struct found {
    const struct user *user;
    bool acquainted, begins, has_profile;
};

struct search {
    struct call *call;
    str term;
    struct map acquainted; /* whom the caller shares a room with */
    const struct ignored_users *ignored;
    size_t rooms_left, members_left;
    struct found *found;
    size_t count;
    bool limited;
};

/* ---- who may be seen ---- */

static bool note_member(const struct event *event, enum membership membership, void *ctx)
{
    struct search *search = ctx;
    if (membership == MEMBERSHIP_JOIN && event->target_nid)
        map_put(&search->acquainted, event->target_nid, search);
    return --search->members_left > 0;
}

static enum rc find_acquainted(struct search *search)
{
    struct call *call = search->call;
    const struct user_rooms *rooms = call->who.user->rooms;
    for (size_t i = 0; rooms && i < rooms->count && search->members_left; i++) {
        const struct room *room;
        if (rooms->rooms[i].membership != MEMBERSHIP_JOIN)
            continue;
        TRY(rooms_get(call->tx, rooms->rooms[i].room_nid, &room));
        room_state_each_member(room->state, note_member, search);
    }
    return RC_OK;
}

static bool is_open(const struct room *room)
{
    return room->listed || room_state_join_rule(room->state) == JOIN_PUBLIC
           || room_state_history(room->state) == HISTORY_WORLD_READABLE;
}

static enum rc is_in_an_open_room(struct search *search, const struct user *other, bool *ret_is)
{
    *ret_is = false;
    for (size_t i = 0; other->rooms && i < other->rooms->count && !*ret_is; i++) {
        const struct room *room;
        if (other->rooms->rooms[i].membership != MEMBERSHIP_JOIN)
            continue;
        if (!search->rooms_left) {
            search->limited = true;
            break;
        }
        search->rooms_left--;
        TRY(rooms_get(search->call->tx, other->rooms->rooms[i].room_nid, &room));
        *ret_is = is_open(room);
    }
    return RC_OK;
}

/* Oneself, whom one ignores, and accounts that are closed or under a measure are nobody to begin a chat with. */
static bool is_left_out(const struct search *search, const struct user *user)
{
    return user->nid == search->call->who.user_nid || ignored_users_has(search->ignored, user->user_id)
           || user->flags & (USER_DEACTIVATED | USER_ERASED | USER_SUSPENDED | USER_LOCKED | USER_SERVER);
}

/* ---- searching ---- */

static str folded(struct call *call, str text)
{
    char *to = arena_alloc_raw(call->arena, text.len);
    return (str){to, (size_t)(fold_into(to, text) - to)};
}

static bool begins_with(struct call *call, str text, str term)
{
    return str_starts(folded(call, text), term);
}

static enum rc note_found(struct search *search, const struct user *user, bool acquainted)
{
    struct call *call = search->call;
    struct profile profile;
    TRY(profile_release(call->tx, user, PURPOSE_MESSAGING, &profile));
    search->found[search->count++] = (struct found){
        .user = user,
        .acquainted = acquainted,
        .begins =
            begins_with(call, profile.display_name, search->term) || begins_with(call, user->localpart, search->term),
        .has_profile = profile.display_name.len || profile.avatar_url.len,
    };
    return RC_OK;
}

static enum rc look(struct search *search, bool acquainted)
{
    struct users_query query = {.term = search->term, .limit = CANDIDATES};
    const struct user **users;
    size_t count;
    *(acquainted ? &query.among : &query.except) = &search->acquainted;
    TRY(users_search(search->call->tx, &query, &users, &count));
    search->limited |= count == CANDIDATES;
    for (size_t i = 0; i < count; i++) {
        bool may = acquainted;
        if (is_left_out(search, users[i]))
            continue;
        if (!acquainted)
            TRY(is_in_an_open_room(search, users[i], &may));
        if (may)
            TRY(note_found(search, users[i], acquainted));
    }
    return RC_OK;
}

/* Spec: by rank, then by whether there is a profile. */
static int by_rank(const void *a, const void *b)
{
    const struct found *left = a, *right = b;
    if (left->acquainted != right->acquainted)
        return left->acquainted ? -1 : 1;
    if (left->begins != right->begins)
        return left->begins ? -1 : 1;
    if (left->has_profile != right->has_profile)
        return left->has_profile ? -1 : 1;
    return str_cmp(left->user->user_id, right->user->user_id);
}

static enum rc find(struct search *search)
{
    struct call *call = search->call;
    search->found = arena_array(call->arena, struct found, 2 * CANDIDATES);
    TRY(ignored_users_load(call->tx, call->who.user_nid, &search->ignored));
    TRY(find_acquainted(search));
    TRY(look(search, true));
    TRY(look(search, false));
    qsort(search->found, search->count, sizeof *search->found, by_rank);
    return RC_OK;
}

/* ---- the answer ---- */

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

/* "@name" is looked for as "name", and so is "@name:server" of this server; of others there is nobody here. */
static str search_name(struct call *call, str term)
{
    if (!str_starts(term, S("@")))
        return term;
    str name, server = str_split(str_skip(term, 1), ':', &name);
    return str_starts(store_server_name(call->tx->store), server) ? name : STR_NONE;
}

static enum rc post_search(struct call *call)
{
    struct search search = {.call = call, .rooms_left = ROOMS_LOOKED_AT, .members_left = MEMBERS_LOOKED_AT};
    str term;
    int64_t limit;
    TRY(json_need_str(call->body, "search_term", &term, call_err(call)));
    TRY(json_get_i64(call->body, "limit", DEFAULT_LIMIT, &limit, call_err(call)));
    if (limit < 0 || term.len > MAX_TERM)
        return call_fail(call, 400, "M_INVALID_PARAM", "The search term is too long, or limit negative.");
    size_t most = limit < MAX_LIMIT ? (size_t)limit : MAX_LIMIT;
    search.term = folded(call, search_name(call, str_trim(term)));
    enum rc rc = search.term.len ? find(&search) : RC_OK;
    map_fini(&search.acquainted);
    TRY(rc);
    strbuf_add(&call->out, S("{\"results\":["));
    for (size_t i = 0; i < search.count && i < most; i++) {
        if (i)
            strbuf_add_char(&call->out, ',');
        TRY(add_user(call, search.found[i].user));
    }
    bool limited = search.limited || search.count > most;
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
