/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/policy_lists.h"

#include "push/glob.h"
#include "room/membership.h"

/* ---- following ---- */

static enum rc bad_form(struct call *call)
{
    return call_fail(call, 400, "M_BAD_JSON", "\"rooms\" is a list of at most 8 room ids.");
}

static enum rc check_followed(struct call *call, str room_id)
{
    const struct room *room;
    enum rc rc = rooms_find(call->tx, room_id, &room);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && room_state_membership(room->state, call->who.user_id) != MEMBERSHIP_JOIN))
        return call_fail(call, 403, "M_FORBIDDEN", "To follow a policy list, be in its room.");
    return rc;
}

enum rc policy_lists_check(struct call *call, yyjson_val *content)
{
    yyjson_val *rooms = yyjson_obj_get(content, "rooms"), *room_id;
    if (!rooms) /* the way to end it, as with any state */
        return RC_OK;
    if (!yyjson_is_arr(rooms) || yyjson_arr_size(rooms) > POLICY_LISTS_MAX)
        return bad_form(call);
    size_t i, count;
    yyjson_arr_foreach(rooms, i, count, room_id)
    {
        if (!yyjson_is_str(room_id))
            return bad_form(call);
        TRY(check_followed(call, json_str_of(room_id)));
    }
    return RC_OK;
}

/* ---- keeping out ---- */

struct search {
    struct arena *arena;
    str user_id;
    bool found;
};

static bool is_user_rule(str type)
{
    static const str types[] = {STR_INIT("m.policy.rule.user"), STR_INIT("m.room.rule.user"),
                                STR_INIT("org.matrix.mjolnir.rule.user")};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_eq(types[i], type))
            return true;
    return false;
}

static bool is_ban(str recommendation)
{
    return str_eq(recommendation, S("m.ban")) || str_eq(recommendation, S("org.matrix.mjolnir.ban"));
}

static bool look_at(const struct event *event, void *ctx)
{
    struct search *search = ctx;
    yyjson_val *rule;
    if (!is_user_rule(event->type) || event_content(event, search->arena, &rule) != RC_OK)
        return true;
    str entity = json_str_of(yyjson_obj_get(rule, "entity"));
    if (entity.len && is_ban(json_str_of(yyjson_obj_get(rule, "recommendation"))))
        search->found = glob_matches(entity, search->user_id);
    return !search->found;
}

static enum rc followed_says(struct call *call, yyjson_val *room_id, struct search *search)
{
    const struct room *list;
    enum rc rc = rooms_find(call->tx, json_str_of(room_id), &list);
    if (rc == RC_OK)
        room_state_each(list->state, look_at, search);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc lists_say(struct call *call, const struct event *following, struct search *search)
{
    yyjson_val *content, *room_id;
    TRY(event_content(following, call->arena, &content));
    yyjson_arr_iter iter = yyjson_arr_iter_with(yyjson_obj_get(content, "rooms"));
    for (size_t i = 0; i < POLICY_LISTS_MAX && !search->found && (room_id = yyjson_arr_iter_next(&iter)); i++)
        TRY(followed_says(call, room_id, search));
    return RC_OK;
}

static enum rc lets_in(struct call *call, const struct event_draft *draft, bool *ret_yes)
{
    yyjson_val *content = draft->content_value;
    if (!content)
        TRY(json_parse_object(call->arena, draft->content, false, &content, call_err(call)));
    enum membership to = membership_parse(json_str_of(yyjson_obj_get(content, "membership")));
    *ret_yes = to == MEMBERSHIP_JOIN || to == MEMBERSHIP_INVITE || to == MEMBERSHIP_KNOCK;
    return RC_OK;
}

enum rc policy_lists_admit(struct call *call, const struct room *room, const struct event_draft *draft)
{
    if (!str_eq(draft->type, S("m.room.member")))
        return RC_OK;
    const struct event *following = room_state_get(room->state, S(POLICY_LISTS_TYPE), S(""));
    if (!following || room_state_membership(room->state, draft->state_key) == MEMBERSHIP_JOIN)
        return RC_OK;
    bool yes;
    TRY(lets_in(call, draft, &yes));
    struct search search = {.arena = call->arena, .user_id = draft->state_key};
    if (yes)
        TRY(lists_say(call, following, &search));
    if (search.found)
        return call_fail(call, 403, "M_FORBIDDEN",
                         "A moderation policy list this room follows keeps this account out.");
    return RC_OK;
}
