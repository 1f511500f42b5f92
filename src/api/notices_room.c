/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/notices_room.h"

#include "api/server.h"
#include "crypto/crypto.h"
#include "privacy/profile.h"
#include "room/auth.h"
#include "store/account_data.h"

/* ---- the account ---- */

static str operator_name(const struct config *config)
{
    return config->operator.name.len ? config->operator.name : config->server.name;
}

static str account_id(struct arena *arena, const struct config *config)
{
    return arena_printf(arena, "@%.*s:%.*s", STR_ARG(config->notices.user), STR_ARG(config->server.name));
}

static enum rc keep_name(struct tx *tx, const struct config *config, const struct user **account)
{
    struct profile profile;
    uint64_t nid = (*account)->nid;
    TRY(profile_release(tx, *account, PURPOSE_SERVICE, &profile));
    if (str_eq(profile.display_name, operator_name(config)))
        return RC_OK;
    TRY(users_set_profile(tx, nid, S("displayname"), operator_name(config)));
    return users_get(tx, nid, account);
}

enum rc notices_account(struct tx *tx, const struct config *config, const struct user **ret_account)
{
    const struct user *account;
    uint64_t nid;
    if (!user_localpart_is_valid(config->notices.user))
        return RC_INVALID;
    enum rc rc = users_find(tx, account_id(tx->arena, config), &account);
    if (rc == RC_NOT_FOUND) {
        TRY(users_create(tx, config->notices.user, USER_SERVER, &nid, NULL));
        rc = users_get(tx, nid, &account);
    }
    TRY(rc);
    if (!(account->flags & USER_SERVER))
        return RC_EXISTS;
    TRY(keep_name(tx, config, &account));
    *ret_account = account;
    return RC_OK;
}

/* ---- the room ---- */

/* Power, not words, keeps others from writing here. */
static const char levels[] = "{\"users\":{\"%.*s\":100},\"users_default\":0,\"events_default\":50,\"state_default\":50,"
                             "\"invite\":50,\"kick\":50,\"ban\":50,\"redact\":50}";

static const str names[LANGUAGE_COUNT] = {STR_INIT("Notices"), STR_INIT("通知")};
static const str topics[LANGUAGE_COUNT] = {STR_INIT("What the operator of this server has to tell you."),
                                           STR_INIT("本服务器运营者发给您的消息。")};

struct making {
    struct tx *tx;
    const struct user *account, *person;
    const struct room *room;
};

static enum rc put(struct making *making, str type, str state_key, str content)
{
    struct room_send send = {
        .draft = {.type = type, .sender = making->account->user_id, .state_key = state_key, .content = content},
        .sender_nid = making->account->nid,
        .skip_auth = true,
    };
    const struct event *event;
    str event_id;
    return rooms_send(making->tx, &making->room, &send, &event, &event_id, NULL);
}

static enum rc put_text(struct making *making, str type, const char *key, str value)
{
    yyjson_mut_doc *doc = json_new(making->tx->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    json_set_str(doc, content, key, value);
    return put(making, type, S(""), json_mut_text(making->tx->arena, content));
}

static enum rc put_create(struct making *making)
{
    struct tx *tx = making->tx;
    const struct room_version *version = room_version_find(S("11"));
    str name = crypto_random_name(tx->env, tx->arena, 18);
    struct event_draft draft = {
        .room_id = arena_printf(tx->arena, "!%.*s:%.*s", STR_ARG(name), STR_ARG(store_server_name(tx->store))),
        .type = S("m.room.create"),
        .sender = making->account->user_id,
        .state_key = S(""),
        .content = S("{\"room_version\":\"11\",\"m.federate\":false}"),
        .origin_server_ts = env_now_ms(tx->env),
        .depth = 1};
    struct event *event;
    TRY(event_build(version, &draft, &event, NULL));
    enum rc rc = rooms_create(tx, version, event, making->account->nid, &making->room, NULL);
    const struct event *mine = event;
    event_unref(&mine);
    return rc;
}

static enum rc put_account(struct making *making)
{
    struct profile profile;
    TRY(profile_release(making->tx, making->account, PURPOSE_SERVICE, &profile));
    yyjson_mut_doc *doc = json_new(making->tx->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    json_set_str(doc, content, "membership", S("join"));
    json_set_str(doc, content, "displayname", profile.display_name);
    return put(making, S("m.room.member"), making->account->user_id, json_mut_text(making->tx->arena, content));
}

static enum rc make_room(struct making *making, enum language language)
{
    struct tx *tx = making->tx;
    TRY(put_create(making));
    TRY(put_account(making));
    TRY(put(making, S("m.room.power_levels"), S(""),
            arena_printf(tx->arena, levels, STR_ARG(making->account->user_id))));
    TRY(put_text(making, S("m.room.join_rules"), "join_rule", S("invite")));
    TRY(put_text(making, S("m.room.history_visibility"), "history_visibility", S("shared")));
    TRY(put_text(making, S("m.room.guest_access"), "guest_access", S("forbidden")));
    TRY(put_text(making, S("m.room.name"), "name", names[language]));
    return put_text(making, S("m.room.topic"), "topic", topics[language]);
}

/* ---- whose it is ---- */

/* It is stored even where the person's own account data has taken all the room there is, which refuses what clients
 * store: nobody may keep notices from others, or from themselves, by filling it. */
static enum rc store_data(struct making *making, uint64_t room_nid, str type, str content)
{
    enum rc rc = account_data_set(making->tx, making->person->nid, room_nid, type, content);
    return rc == RC_LIMITED ? RC_OK : rc;
}

static enum rc remember(struct making *making)
{
    str text = arena_printf(making->tx->arena, "{\"room_id\":\"%.*s\"}", STR_ARG(making->room->room_id));
    return store_data(making, 0, S(NOTICES_ROOM_TYPE), text);
}

static bool is_made_by(const struct room *room, str user_id)
{
    const struct event *create = room_state_get(room->state, S("m.room.create"), S(""));
    return create && str_eq(create->sender, user_id);
}

/* RC_NOT_FOUND: there is none yet, or one of an account that is not used any more. */
static enum rc find_room(struct making *making)
{
    struct tx *tx = making->tx;
    str content, room_id;
    yyjson_val *object;
    TRY(account_data_get(tx, making->person->nid, 0, S(NOTICES_ROOM_TYPE), &content));
    TRY(json_parse_object(tx->arena, content, false, &object, NULL));
    TRY(json_need_str(object, "room_id", &room_id, NULL));
    TRY(rooms_find(tx, room_id, &making->room));
    return is_made_by(making->room, making->account->user_id) ? RC_OK : RC_NOT_FOUND;
}

static enum rc tag(struct making *making)
{
    struct tx *tx = making->tx;
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc), *tags = yyjson_mut_obj(doc);
    yyjson_val *before = NULL, *kept = NULL;
    str text;
    enum rc rc = account_data_get(tx, making->person->nid, making->room->nid, S("m.tag"), &text);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    /* Clients can store anything there: what is no tags counts as none. */
    if (rc != RC_OK || json_parse_object(tx->arena, text, false, &before, NULL) != RC_OK
        || json_get_object(before, "tags", &kept, NULL) != RC_OK)
        kept = NULL;
    if (yyjson_obj_get(kept, "m.server_notice"))
        return RC_OK;
    if (kept)
        tags = yyjson_val_mut_copy(doc, kept);
    json_set(doc, tags, "m.server_notice", yyjson_mut_obj(doc));
    json_set(doc, content, "tags", tags);
    return store_data(making, making->room->nid, S("m.tag"), json_mut_text(tx->arena, content));
}

/* Who could not see an invitation, or not accept it. */
static enum rc must_be_put_in(struct making *making, bool *ret_must)
{
    *ret_must = making->person->flags & USER_SUSPENDED;
    return *ret_must ? RC_OK : invites_are_blocked(making->tx, making->person->nid, ret_must);
}

/* Without the person's name: it is not the server's to keep. */
static enum rc ask_in(struct making *making)
{
    bool put_in;
    struct making mine = *making;
    enum membership now = room_state_membership(making->room->state, making->person->user_id);
    if (now == MEMBERSHIP_JOIN || now == MEMBERSHIP_INVITE)
        return RC_OK;
    TRY(must_be_put_in(making, &put_in));
    if (put_in)
        mine.account = making->person;
    TRY(put(&mine, S("m.room.member"), making->person->user_id,
            put_in ? S("{\"membership\":\"join\"}") : S("{\"membership\":\"invite\"}")));
    making->room = mine.room;
    return RC_OK;
}

enum rc notices_room(struct tx *tx, const struct user *account, const struct user *person, enum language language,
                     const struct room **ret_room)
{
    struct making making = {.tx = tx, .account = account, .person = person};
    enum rc rc = find_room(&making);
    if (rc == RC_NOT_FOUND) {
        TRY(make_room(&making, language));
        TRY(remember(&making));
    } else {
        TRY(rc);
    }
    TRY(ask_in(&making));
    TRY(tag(&making));
    *ret_room = making.room;
    return RC_OK;
}

enum rc notices_room_find(struct tx *tx, const struct user *account, const struct user *person,
                          const struct room **ret_room)
{
    struct making making = {.tx = tx, .account = account, .person = person};
    TRY(find_room(&making));
    *ret_room = making.room;
    return RC_OK;
}

/* ---- leaving it ---- */

static bool is_for_notices(const struct server *server, const struct room *room)
{
    const struct event *create = room_state_get(room->state, S("m.room.create"), S(""));
    str localpart, name;
    if (!create)
        return false;
    name = str_split(create->sender, ':', &localpart);
    return str_eq(name, server->config->server.name) && str_eq(str_skip(localpart, 1), server->config->notices.user);
}

enum rc notices_room_check_leave(struct call *call, const struct room *room)
{
    if (room_state_membership(room->state, call->who.user_id) != MEMBERSHIP_INVITE
        || !is_for_notices(call->server, room))
        return RC_OK;
    return call_fail(call, 403, "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM",
                     "The operator writes to you in this room: the invitation cannot be declined.");
}
