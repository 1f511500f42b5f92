/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/member_profile.h"

#include "api/server.h"
#include "privacy/profile.h"
#include "store/gate.h"

#include <stdlib.h>

enum { ROOMS_AT_ONCE = 40 };

static bool is_profile_member(str key)
{
    return str_eq(key, S("displayname")) || str_eq(key, S("avatar_url"));
}

/* The member's present content with the profile replaced. */
static enum rc content_with_profile(struct tx *tx, const struct user *user, const struct event *member,
                                    str *ret_content)
{
    yyjson_val *content, *key, *value;
    size_t at, count;
    struct strbuf text = STRBUF_INIT;
    struct profile profile;
    TRY(profile_release(tx, user, PURPOSE_MESSAGING, &profile));
    TRY(event_content(member, tx->arena, &content));
    strbuf_add(&text, S("{\"membership\":\"join\""));
    yyjson_obj_foreach(content, at, count, key, value)
    {
        if (is_profile_member(json_str_of(key)) || str_eq(json_str_of(key), S("membership")))
            continue;
        strbuf_add_char(&text, ',');
        strbuf_add_json(&text, json_str_of(key));
        strbuf_add_char(&text, ':');
        json_add_text(&text, value);
    }
    if (profile.display_name.len) {
        strbuf_add(&text, S(",\"displayname\":"));
        strbuf_add_json(&text, profile.display_name);
    }
    if (profile.avatar_url.len) {
        strbuf_add(&text, S(",\"avatar_url\":"));
        strbuf_add_json(&text, profile.avatar_url);
    }
    strbuf_add_char(&text, '}');
    *ret_content = strbuf_to_arena(&text, tx->arena);
    strbuf_fini(&text);
    return RC_OK;
}

static enum rc update_room(struct tx *tx, const struct user *user, uint64_t room_nid)
{
    const struct room *room;
    const struct event *event;
    str event_id;
    TRY(rooms_get(tx, room_nid, &room));
    const struct event *member = room_state_get(room->state, S("m.room.member"), user->user_id);
    if (!member || event_membership(member) != MEMBERSHIP_JOIN)
        return RC_OK;
    struct room_send send = {
        .draft = {.type = S("m.room.member"), .sender = user->user_id, .state_key = user->user_id},
        .sender_nid = user->nid,
    };
    TRY(content_with_profile(tx, user, member, &send.draft.content));
    if (str_eq(send.draft.content, member->content))
        return RC_OK;
    return rooms_send(tx, &room, &send, &event, &event_id, NULL);
}

/* Rooms with a number above *after; moves it on. *ret_more: there are further ones. */
static enum rc update_some(struct tx *tx, const struct user *user, uint64_t *after, bool *ret_more)
{
    size_t done = 0;
    *ret_more = false;
    for (size_t i = 0; user->rooms && i < user->rooms->count; i++) {
        const struct user_room *room = &user->rooms->rooms[i];
        if (room->membership != MEMBERSHIP_JOIN || room->room_nid <= *after)
            continue;
        if (done++ == ROOMS_AT_ONCE) {
            *ret_more = true;
            break;
        }
        TRY(update_room(tx, user, room->room_nid));
        *after = room->room_nid;
    }
    return RC_OK;
}

/* ---- the rooms beyond the first ---- */

struct rest {
    struct server *server;
    uint64_t user_nid, after, next;
    bool more;
};

/* The rooms one is in show one's new name. */
static const struct act telling_rooms = ACT_SERVICE(PURPOSE_MESSAGING);

static enum rc rest_run(struct tx *tx, void *arg)
{
    struct rest *rest = arg;
    const struct user *user;
    rest->next = rest->after;
    TRY(users_get(tx, rest->user_nid, &user));
    return update_some(tx, user, &rest->next, &rest->more);
}

static void rest_done(void *arg, enum rc rc)
{
    struct rest *rest = arg;
    if (rc == RC_OK && rest->more) {
        rest->after = rest->next;
        server_write(rest->server, &telling_rooms, rest_run, rest_done, rest);
    } else {
        free(rest);
    }
}

static void rest_begin(struct store *store, void *arg)
{
    struct rest *rest = arg;
    (void)store;
    server_write(rest->server, &telling_rooms, rest_run, rest_done, rest);
}

enum rc member_profile_spread(struct call *call)
{
    const struct user *user;
    uint64_t after = 0;
    bool more;
    TRY(users_get(call->tx, call->who.user_nid, &user));
    TRY(update_some(call->tx, user, &after, &more));
    if (more) {
        struct rest *rest = xcalloc(1, sizeof *rest);
        rest->server = call->server;
        rest->user_nid = user->nid;
        rest->after = after;
        tx_after_commit(call->tx, rest_begin, free, rest);
    }
    return RC_OK;
}
