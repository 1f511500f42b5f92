/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/room_creation.h"

#include "api/member_event.h"
#include "api/room_access.h"
#include "api/server.h"
#include "api/state_check.h"
#include "crypto/crypto.h"
#include "store/aliases.h"

enum { SAME_MOMENT_MAX = 1000 };

/* ---- m.room.create ---- */

/* object = source without the named keys, copied into doc. */
static void copy_without(yyjson_mut_doc *doc, yyjson_mut_val *object, yyjson_val *source, const str *keys, size_t count)
{
    size_t i, n;
    yyjson_val *key, *value;
    yyjson_obj_foreach(source, i, n, key, value)
    {
        bool skip = false;
        for (size_t k = 0; k < count; k++)
            skip |= str_eq(json_str_of(key), keys[k]);
        if (!skip)
            yyjson_mut_obj_add(object, yyjson_val_mut_copy(doc, key), yyjson_val_mut_copy(doc, value));
    }
}

static bool array_has(yyjson_mut_val *array, str text)
{
    size_t i, n;
    yyjson_mut_val *item;
    yyjson_mut_arr_foreach(
        array, i, n,
        item) if (yyjson_mut_is_str(item)
                  && str_eq(str_from(yyjson_mut_get_str(item), yyjson_mut_get_len(item)), text)) return true;
    return false;
}

/* Those named in creation_content and, in a trusted private chat, those invited; each once. */
static void add_creators(struct creation *creation, yyjson_mut_doc *doc, yyjson_mut_val *content)
{
    yyjson_val *given = yyjson_obj_get(creation->creation_content, "additional_creators");
    yyjson_mut_val *creators = given ? yyjson_val_mut_copy(doc, given) : yyjson_mut_arr(doc);
    /* What is not a list is left for the authorisation rules to refuse. */
    if (yyjson_mut_is_arr(creators) && creation->preset && creation->preset->invitees_are_equals)
        for (size_t i = 0; i < creation->invite_count; i++)
            if (!array_has(creators, creation->invites[i])
                && !str_eq(creation->invites[i], creation->call->who.user_id))
                yyjson_mut_arr_append(creators, json_mut_str(doc, creation->invites[i]));
    if (!yyjson_mut_is_arr(creators) || yyjson_mut_arr_size(creators))
        json_set(doc, content, "additional_creators", creators);
}

static str create_content(struct creation *creation)
{
    static const str overwritten[] = {STR_INIT("creator"), STR_INIT("room_version"), STR_INIT("additional_creators")};
    struct call *call = creation->call;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    copy_without(doc, content, creation->creation_content, overwritten, creation->version->privileged_creators ? 3 : 2);
    if (creation->version->create_has_creator)
        json_set_str(doc, content, "creator", call->who.user_id);
    json_set_str(doc, content, "room_version", creation->version->name);
    if (creation->version->privileged_creators)
        add_creators(creation, doc, content);
    return json_mut_text(call->arena, content);
}

/* What the authorisation rules refuse here is the fault of the room that was asked for. */
static enum rc invalid_state(struct call *call, enum rc rc)
{
    if (rc != RC_FORBIDDEN)
        return rc;
    const struct error *err = call_err(call);
    const char *text = arena_cstr(call->arena, str_of(err->text[0] ? err->text : "These settings exclude each other."));
    return call_fail(call, 400, "M_INVALID_ROOM_STATE", text);
}

static enum rc make_room(struct creation *creation, const struct event_draft *draft)
{
    struct call *call = creation->call;
    struct event *event;
    TRY(event_build(creation->version, draft, &event, call_err(call)));
    enum rc rc = rooms_create(call->tx, creation->version, event, call->who.user_nid, &creation->room, call_err(call));
    const struct event *mine = event;
    event_unref(&mine);
    return rc;
}

static enum rc send_create(struct creation *creation)
{
    struct call *call = creation->call;
    struct event_draft draft = {.type = S("m.room.create"),
                                .sender = call->who.user_id,
                                .state_key = S(""),
                                .content = create_content(creation),
                                .origin_server_ts = call_now_ms(call),
                                .depth = 1};
    if (!creation->version->id_is_create_hash) {
        str name = crypto_random_name(call->server->env, call->arena, 18);
        draft.room_id =
            arena_printf(call->arena, "!%.*s:%.*s", STR_ARG(name), STR_ARG(store_server_name(call->server->store)));
    }
    enum rc rc = make_room(creation, &draft);
    /* Where the id is the event's hash, two rooms of one maker in one millisecond would be the same room. */
    for (int later = 0; rc == RC_EXISTS && creation->version->id_is_create_hash && later < SAME_MOMENT_MAX; later++) {
        draft.origin_server_ts++;
        rc = make_room(creation, &draft);
    }
    return invalid_state(call, rc);
}

/* ---- the other events ---- */

static enum rc send_state(struct creation *creation, str type, str state_key, str content, yyjson_val *content_value)
{
    struct room_send send = {
        .draft = {.type = type, .state_key = state_key, .content = content, .content_value = content_value}};
    const struct event *event;
    str event_id;
    return invalid_state(creation->call,
                         room_send_as_caller(creation->call, &creation->room, &send, &event, &event_id));
}

static enum rc send_value(struct creation *creation, str type, const char *key, str value)
{
    yyjson_mut_doc *doc = json_new(creation->call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    json_set_str(doc, content, key, value);
    return send_state(creation, type, S(""), json_mut_text(creation->call->arena, content), NULL);
}

static const struct {
    const char *type;
    int64_t level;
} event_levels[] = {
    {"m.room.name", 50},          {"m.room.avatar", 50},          {"m.room.topic", 50},
    {"m.room.power_levels", 100}, {"m.room.canonical_alias", 50}, {"m.room.history_visibility", 100},
    {"m.room.server_acl", 100},   {"m.room.encryption", 100},
};

static enum rc send_power_levels(struct creation *creation)
{
    struct call *call = creation->call;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc), *users = yyjson_mut_obj(doc), *events = yyjson_mut_obj(doc);
    bool creators_outrank = creation->version->privileged_creators;
    if (!creators_outrank) {
        yyjson_mut_obj_add(users, json_mut_str(doc, call->who.user_id), yyjson_mut_sint(doc, 100));
        for (size_t i = 0; creation->preset->invitees_are_equals && i < creation->invite_count; i++)
            if (!yyjson_mut_obj_getn(users, creation->invites[i].ptr, creation->invites[i].len))
                yyjson_mut_obj_add(users, json_mut_str(doc, creation->invites[i]), yyjson_mut_sint(doc, 100));
    }
    for (size_t i = 0; i < sizeof event_levels / sizeof *event_levels; i++)
        json_set_i64(doc, events, event_levels[i].type, event_levels[i].level);
    json_set_i64(doc, events, "m.room.tombstone", creators_outrank ? 150 : 100);
    json_set(doc, content, "users", users);
    json_set(doc, content, "events", events);
    json_set_i64(doc, content, "users_default", 0);
    json_set_i64(doc, content, "events_default", 0);
    json_set_i64(doc, content, "state_default", 50);
    json_set_i64(doc, content, "ban", 50);
    json_set_i64(doc, content, "kick", 50);
    json_set_i64(doc, content, "redact", 50);
    json_set_i64(doc, content, "invite", creation->preset->invite_power);

    size_t i, n;
    yyjson_val *key, *value;
    yyjson_obj_foreach(creation->power_override, i, n, key, value)
        yyjson_mut_obj_put(content, yyjson_val_mut_copy(doc, key), yyjson_val_mut_copy(doc, value));
    return send_state(creation, S("m.room.power_levels"), S(""), json_mut_text(call->arena, content), NULL);
}

static bool initial_state_has(const struct creation *creation, str type)
{
    size_t i, n;
    yyjson_val *item;
    yyjson_arr_foreach(creation->initial_state, i, n, item)
    {
        str state_key = json_str_of(yyjson_obj_get(item, "state_key"));
        if (str_eq(json_str_of(yyjson_obj_get(item, "type")), type) && !state_key.len)
            return true;
    }
    return false;
}

/* What the room's join rule will be. */
static str join_rule_of(const struct creation *creation)
{
    size_t i, n;
    yyjson_val *item;
    yyjson_arr_foreach(creation->initial_state, i, n, item)
    {
        if (str_eq(json_str_of(yyjson_obj_get(item, "type")), S("m.room.join_rules")))
            return json_str_of(yyjson_obj_get(yyjson_obj_get(item, "content"), "join_rule"));
    }
    return creation->preset->join_rule;
}

/* Groups nobody can walk into and direct chats are encrypted from their beginning (obligation 4.4). Spaces hold no
 * messages, and bridges and bots ask for it themselves if they can. */
static bool is_encrypted_by_default(const struct creation *creation)
{
    struct call *call = creation->call;
    return str_eq(call->server->config->rooms.encryption, S("private")) && !call->who.service && !creation->listed
           && !str_eq(join_rule_of(creation), S("public")) && !yyjson_obj_get(creation->creation_content, "type")
           && !initial_state_has(creation, S("m.room.encryption"));
}

static enum rc send_preset(struct creation *creation)
{
    if (!initial_state_has(creation, S("m.room.join_rules")))
        TRY(send_value(creation, S("m.room.join_rules"), "join_rule", creation->preset->join_rule));
    if (!initial_state_has(creation, S("m.room.history_visibility")))
        TRY(send_value(creation, S("m.room.history_visibility"), "history_visibility", S("shared")));
    if (!initial_state_has(creation, S("m.room.guest_access")))
        TRY(send_value(creation, S("m.room.guest_access"), "guest_access", creation->preset->guest_access));
    if (is_encrypted_by_default(creation))
        TRY(send_value(creation, S("m.room.encryption"), "algorithm", S("m.megolm.v1.aes-sha2")));
    return RC_OK;
}

static enum rc send_initial_state(struct creation *creation)
{
    struct error *err = call_err(creation->call);
    size_t i, n;
    yyjson_val *item, *content;
    yyjson_arr_foreach(creation->initial_state, i, n, item)
    {
        str type, state_key;
        if (!yyjson_is_obj(item))
            return error_set(err, RC_BAD_JSON, "initial_state must be a list of objects");
        TRY(json_need_str(item, "type", &type, err));
        TRY(json_get_str(item, "state_key", &state_key, err));
        TRY(json_need_object(item, "content", &content, err));
        state_key = state_key.ptr ? state_key : S("");
        TRY(state_check(creation->call, creation->room, type, state_key, content));
        TRY(send_state(creation, type, state_key, STR_NONE, content));
    }
    return RC_OK;
}

/* m.topic: the text in its plain representation (spec "m.room.topic"). */
static enum rc send_topic(struct creation *creation)
{
    yyjson_mut_doc *doc = json_new(creation->call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc), *rich = yyjson_mut_obj(doc), *texts = yyjson_mut_arr(doc),
                   *plain = yyjson_mut_obj(doc);
    json_set_str(doc, plain, "body", creation->topic);
    json_set_str(doc, plain, "mimetype", S("text/plain"));
    yyjson_mut_arr_append(texts, plain);
    json_set(doc, rich, "m.text", texts);
    json_set_str(doc, content, "topic", creation->topic);
    json_set(doc, content, "m.topic", rich);
    return send_state(creation, S("m.room.topic"), S(""), json_mut_text(creation->call->arena, content), NULL);
}

enum rc creation_begin(struct creation *creation)
{
    struct call *call = creation->call;
    TRY(send_create(creation));
    return invalid_state(call, member_change_send(call, &creation->room,
                                                  &(struct member_change){.target = call->who.user,
                                                                          .membership = MEMBERSHIP_JOIN,
                                                                          .with_profile = true}));
}

enum rc creation_send_all(struct creation *creation)
{
    struct call *call = creation->call;
    TRY(creation_begin(creation));
    TRY(send_power_levels(creation));
    if (creation->alias.len) {
        TRY(aliases_add(call->tx, creation->alias, creation->room->nid, call->who.user_nid));
        TRY(send_value(creation, S("m.room.canonical_alias"), "alias", creation->alias));
    }
    TRY(send_preset(creation));
    TRY(send_initial_state(creation));
    if (creation->name.len)
        TRY(send_value(creation, S("m.room.name"), "name", creation->name));
    if (creation->topic.len)
        TRY(send_topic(creation));
    for (size_t i = 0; i < creation->invite_count; i++) {
        /* Named twice, or the maker themselves: once is enough. */
        if (room_state_membership(creation->room->state, creation->invites[i]) != MEMBERSHIP_NONE)
            continue;
        TRY(invalid_state(call,
                          member_invite(call, &creation->room, creation->invites[i], STR_NONE, creation->is_direct)));
    }
    for (size_t i = 0; i < creation->contact_count; i++)
        TRY(invalid_state(call,
                          third_party_invite_make(call, &creation->room, &creation->contacts[i], creation->is_direct)));
    return RC_OK;
}
