/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/auth_private.h"

/* ---- Rule 1: m.room.create ---- */

static enum rc check_additional_creators(const struct auth_case *c)
{
    yyjson_val *more = yyjson_obj_get(c->content, "additional_creators");
    if (!more)
        return RC_OK;
    if (!yyjson_is_arr(more))
        return error_set(c->err, RC_BAD_JSON, "additional_creators must be an array of user ids");
    yyjson_arr_iter iter = yyjson_arr_iter_with(more);
    for (yyjson_val *user; (user = yyjson_arr_iter_next(&iter));)
        if (!user_id_is_valid(json_str_of(user)))
            return error_set(c->err, RC_BAD_JSON, "additional_creators must be an array of user ids");
    return RC_OK;
}

static enum rc check_create(const struct auth_case *c)
{
    const struct room_version *version = room_state_version(c->state);
    yyjson_val *pdu;
    TRY(json_parse_object(c->arena, c->event->pdu, false, &pdu, c->err));
    /* 1.1. One server orders the room: "no previous events" is also "no state yet". */
    if (yyjson_arr_size(yyjson_obj_get(pdu, "prev_events")) || room_state_count(c->state))
        return auth_refuse(c, "only the first event of a room can create it");
    /* 1.2 */
    if (version->id_is_create_hash && yyjson_obj_get(pdu, "room_id"))
        return auth_refuse(c, "the event that creates a room of this version has no room id");
    if (!version->id_is_create_hash && !str_eq(id_server_name(c->event->room_id), id_server_name(c->event->sender)))
        return auth_refuse(c, "the room id is of another server than the sender");
    /* 1.3. Absent counts as "1". Stricter than the rule: what the content says is what the room is. */
    yyjson_val *named = yyjson_obj_get(c->content, "room_version");
    if (!str_eq(named ? json_str_of(named) : S("1"), version->name))
        return auth_refuse(c, "room_version is not the version of this room");
    if (version->create_has_creator && !yyjson_obj_get(c->content, "creator")) /* 1.4 up to v10 */
        return auth_refuse(c, "the event that creates a room of this version names its creator");
    return version->privileged_creators ? check_additional_creators(c) : RC_OK; /* 1.4 of v12 */
}

/* ---- All others ---- */

/* Rules 2 and 4. Rule 3 is about auth_events, which this server chooses itself (room_auth_events). */
static enum rc check_room(const struct auth_case *c)
{
    const struct event *create = room_state_get(c->state, S("m.room.create"), S(""));
    if (!create) /* 3.4 up to v11; 2 in v12 */
        return auth_refuse(c, "the room was not created yet");
    if (!str_eq(create->room_id, c->event->room_id)) /* 3.5; 2 in v12 */
        return auth_refuse(c, "the event is for another room");
    if (str_eq(id_server_name(create->sender), id_server_name(c->event->sender)))
        return RC_OK;
    yyjson_val *content;
    TRY(event_content(create, c->arena, &content));
    yyjson_val *federate = yyjson_obj_get(content, "m.federate");
    if (yyjson_is_bool(federate) && !yyjson_get_bool(federate)) /* 4 */
        return auth_refuse(c, "the room is closed to users of other servers");
    return RC_OK;
}

/* Rule 4 up to v5: the addresses a server keeps of the room, which it tells whoever its users are. */
static enum rc check_aliases(const struct auth_case *c)
{
    if (!c->event->is_state)
        return error_set(c->err, RC_BAD_JSON, "m.room.aliases needs a state key");
    return str_eq(id_server_name(c->event->sender), c->event->state_key)
               ? RC_OK
               : auth_refuse(c, "the addresses of a server are told by its users");
}

/* Rule 11 up to v2. From v3 on m.room.redaction falls under the other rules like any type: the redact level is asked
 * when the redaction takes effect (room_auth_may_redact). */
static enum rc check_redaction(const struct auth_case *c, int64_t power)
{
    if (power >= room_state_power(c->state)->redact
        || str_eq(id_server_name(c->event->redacts), id_server_name(c->event->event_id)))
        return RC_OK;
    return auth_refuse(c, "redacting the event of another server needs more power");
}

/* Rules 6 to 9 and 11. */
static enum rc check_sending(const struct auth_case *c)
{
    const struct event *event = c->event;
    int64_t power = room_state_power_of(c->state, event->sender);
    if (room_state_membership(c->state, event->sender) != MEMBERSHIP_JOIN) /* 6 */
        return auth_refuse(c, "the sender is not in the room");
    if (str_eq(event->type, S("m.room.third_party_invite"))) /* 7 */
        return power >= room_state_power(c->state)->invite ? RC_OK : auth_refuse(c, "inviting needs more power");
    if (room_state_power_for(c->state, event->type, event->is_state) > power) /* 8 */
        return auth_refuse(c, "sending this type of event needs more power");
    if (str_starts(event->state_key, S("@")) && !str_eq(event->state_key, event->sender)) /* 9 */
        return auth_refuse(c, "a state key that is a user id belongs to that user");
    if (str_eq(event->type, S("m.room.power_levels"))) /* 10 */
        return auth_check_power_levels(c);
    if (room_state_version(c->state)->redaction_power_first && str_eq(event->type, S("m.room.redaction")))
        return check_redaction(c, power);
    return RC_OK; /* 11 */
}

static bool rules_read_content(const struct event *event)
{
    return str_eq(event->type, S("m.room.member")) || str_eq(event->type, S("m.room.power_levels"))
           || str_eq(event->type, S("m.room.create"));
}

static enum rc check(struct auth_case *c)
{
    const struct event *event = c->event;
    if (!user_id_is_valid(event->sender))
        return auth_refuse(c, "the sender is not a user id");
    if (rules_read_content(event))
        TRY(event_content(event, c->arena, &c->content));
    if (str_eq(event->type, S("m.room.create")))
        return check_create(c);
    TRY(check_room(c));
    if (room_state_version(c->state)->alias_events && str_eq(event->type, S("m.room.aliases")))
        return check_aliases(c);
    return str_eq(event->type, S("m.room.member")) ? auth_check_member(c) : check_sending(c);
}

enum rc room_auth_check(const struct room_state *state, const struct event *event, const struct room_auth_facts *facts,
                        struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct auth_case c = {.state = state, .event = event, .facts = facts, .arena = &arena, .err = err};
    enum rc rc = check(&c);
    arena_fini(&arena);
    return rc;
}

bool room_auth_may_redact(const struct room_state *state, str sender, const struct event *target)
{
    return str_eq(sender, target->sender) || room_state_power_of(state, sender) >= room_state_power(state)->redact;
}

/* ---- Auth events selection ---- */

/* At most: create, power levels, sender, target, join rules, third party invite, voucher. */
enum { MOST_AUTH_EVENTS = 7 };

struct selection {
    const struct room_state *state;
    str ids[MOST_AUTH_EVENTS];
    size_t count;
};

/* Each event once: sender and target are often the same. */
static void select_state(struct selection *selection, str type, str state_key)
{
    const struct event *event = room_state_get(selection->state, type, state_key);
    if (!event)
        return;
    for (size_t i = 0; i < selection->count; i++)
        if (str_eq(selection->ids[i], event->event_id))
            return;
    selection->ids[selection->count++] = event->event_id;
}

static void select_for_member(struct selection *selection, str state_key, yyjson_val *content)
{
    enum membership membership = membership_parse(json_str_of(yyjson_obj_get(content, "membership")));
    select_state(selection, S("m.room.member"), state_key);
    if (membership == MEMBERSHIP_JOIN || membership == MEMBERSHIP_INVITE || membership == MEMBERSHIP_KNOCK)
        select_state(selection, S("m.room.join_rules"), S(""));
    yyjson_val *invite = yyjson_obj_get(content, "third_party_invite");
    if (membership == MEMBERSHIP_INVITE && invite) {
        str token = json_str_of(yyjson_obj_get(yyjson_obj_get(invite, "signed"), "token"));
        select_state(selection, S("m.room.third_party_invite"), token);
    }
    str voucher = json_str_of(yyjson_obj_get(content, "join_authorised_via_users_server"));
    if (voucher.len)
        select_state(selection, S("m.room.member"), voucher);
}

/* Spec, server-server API, "Auth events selection"; v12: the room id stands for m.room.create. */
void room_auth_events(const struct room_state *state, str type, str state_key, str sender, yyjson_val *content,
                      struct arena *arena, str **ret_ids, size_t *ret_count)
{
    struct selection selection = {.state = state};
    if (!str_eq(type, S("m.room.create"))) {
        if (!room_state_version(state)->id_is_create_hash)
            select_state(&selection, S("m.room.create"), S(""));
        select_state(&selection, S("m.room.power_levels"), S(""));
        select_state(&selection, S("m.room.member"), sender);
        if (str_eq(type, S("m.room.member")))
            select_for_member(&selection, state_key, content);
    }
    *ret_ids = arena_array(arena, str, selection.count);
    for (size_t i = 0; i < selection.count; i++)
        (*ret_ids)[i] = arena_dup(arena, selection.ids[i]);
    *ret_count = selection.count;
}
