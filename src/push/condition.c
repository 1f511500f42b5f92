/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Conditions of push rules (spec: push module, "Conditions"). */
#include "push/glob.h"
#include "push/rules_private.h"

/* ---- Reading ---- */

/* Spec: appendices, "Dot-separated property paths": `\.` and `\\` stand for '.' and '\'; others for themselves. */
static void path_read(struct arena *arena, str key, struct condition *condition)
{
    condition->path = arena_array(arena, str, key.len + 1);
    char *out = arena_alloc_raw(arena, key.len + 1), *start = out;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (c == '.') {
            condition->path[condition->path_count++] = str_from(start, (size_t)(out - start));
            start = out;
            continue;
        }
        if (c == '\\' && i + 1 < key.len && (key.ptr[i + 1] == '.' || key.ptr[i + 1] == '\\'))
            c = key.ptr[++i];
        *out++ = c;
    }
    condition->path[condition->path_count++] = str_from(start, (size_t)(out - start));
}

/* Spec, "room_member_count": a decimal integer, with ==, <, >, >= or <= before it, or none for ==. */
static bool member_count_read(str is, struct condition *condition)
{
    static const struct {
        str sign;
        enum comparison comparison;
    } signs[] = {
        {STR_INIT("=="), EQUAL}, {STR_INIT("<="), LESS_OR_EQUAL}, {STR_INIT(">="), GREATER_OR_EQUAL},
        {STR_INIT("<"), LESS},   {STR_INIT(">"), GREATER},
    };
    condition->comparison = EQUAL;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (str_starts(is, signs[i].sign)) {
            condition->comparison = signs[i].comparison;
            is = str_skip(is, signs[i].sign.len);
            break;
        }
    }
    return str_to_u64(is, &condition->count) == RC_OK;
}

static enum condition_kind property_read(struct arena *arena, yyjson_val *object, struct condition *condition,
                                         enum condition_kind kind)
{
    yyjson_val *key = yyjson_obj_get(object, "key");
    condition->value = yyjson_obj_get(object, "value");
    if (!yyjson_is_str(key) || !condition->value || yyjson_is_ctn(condition->value) || yyjson_is_real(condition->value))
        return CONDITION_NEVER;
    path_read(arena, json_str_of(key), condition);
    return kind;
}

static enum condition_kind match_read(struct arena *arena, yyjson_val *object, struct condition *condition)
{
    yyjson_val *key = yyjson_obj_get(object, "key"), *pattern = yyjson_obj_get(object, "pattern");
    if (!yyjson_is_str(key) || !yyjson_is_str(pattern))
        return CONDITION_NEVER;
    path_read(arena, json_str_of(key), condition);
    condition->text = json_str_of(pattern);
    return str_eq(json_str_of(key), S("content.body")) ? CONDITION_MATCH_WORDS : CONDITION_MATCH;
}

static enum condition_kind read(struct arena *arena, yyjson_val *object, struct condition *condition)
{
    str kind = json_str_of(yyjson_obj_get(object, "kind"));
    if (str_eq(kind, S("event_match")))
        return match_read(arena, object, condition);
    if (str_eq(kind, S("event_property_is")))
        return property_read(arena, object, condition, CONDITION_IS);
    if (str_eq(kind, S("event_property_contains")))
        return property_read(arena, object, condition, CONDITION_CONTAINS);
    if (str_eq(kind, S("contains_display_name")))
        return CONDITION_DISPLAY_NAME;
    if (str_eq(kind, S("room_member_count")))
        return member_count_read(json_str_of(yyjson_obj_get(object, "is")), condition) ? CONDITION_MEMBER_COUNT
                                                                                       : CONDITION_NEVER;
    condition->text = json_str_of(yyjson_obj_get(object, "key"));
    if (str_eq(kind, S("sender_notification_permission")) && condition->text.ptr)
        return CONDITION_SENDER_PERMISSION;
    return CONDITION_NEVER;
}

void condition_read(struct arena *arena, yyjson_val *object, struct condition *ret_condition)
{
    *ret_condition = (struct condition){0};
    ret_condition->kind = read(arena, object, ret_condition);
}

/* ---- Judging ---- */

yyjson_val *property_at(yyjson_val *root, const str *path, size_t count)
{
    for (size_t i = 0; i < count && root; i++)
        root = yyjson_obj_getn(root, path[i].ptr, path[i].len);
    return root;
}

/* Exactly the same string, integer, boolean or null. */
static bool same_value(const struct condition *condition, yyjson_val *found, str user_id)
{
    if (condition->user_id)
        return yyjson_is_str(found) && str_eq(json_str_of(found), user_id);
    return !yyjson_is_ctn(found) && yyjson_equals(condition->value, found);
}

static bool contains(const struct condition *condition, yyjson_val *array, str user_id)
{
    yyjson_arr_iter iter = yyjson_arr_iter_with(array);
    for (yyjson_val *item; (item = yyjson_arr_iter_next(&iter));)
        if (same_value(condition, item, user_id))
            return true;
    return false;
}

static bool count_fits(const struct condition *condition, uint64_t members)
{
    switch (condition->comparison) {
    case EQUAL: return members == condition->count;
    case LESS: return members < condition->count;
    case GREATER: return members > condition->count;
    case LESS_OR_EQUAL: return members <= condition->count;
    case GREATER_OR_EQUAL: return members >= condition->count;
    }
    return false;
}

/* Spec, m.room.power_levels: each of `notifications` is 50 unless it is set. */
static int64_t notification_level(const struct push_event *event, str key)
{
    const struct event *levels = room_state_get(event->state, S("m.room.power_levels"), S(""));
    yyjson_val *content;
    if (str_eq(key, S("room")))
        return room_state_power(event->state)->notify_room;
    if (!levels || event_content(levels, event->arena, &content) != RC_OK)
        return 50;
    yyjson_val *level = yyjson_obj_getn(yyjson_obj_get(content, "notifications"), key.ptr, key.len);
    return yyjson_is_int(level) ? yyjson_get_sint(level) : 50;
}

/* Spec, "contains_display_name": the one in that room. */
static bool display_name_in_body(const struct push_event *event, str user_id)
{
    const struct event *member = room_state_get(event->state, S("m.room.member"), user_id);
    yyjson_val *content;
    if (!member || event_content(member, event->arena, &content) != RC_OK)
        return false;
    str display_name = json_str_of(yyjson_obj_get(content, "displayname"));
    str body = json_str_of(yyjson_obj_get(yyjson_obj_get(event->root, "content"), "body"));
    return display_name.len && body.ptr && text_has_words(display_name, body);
}

/* An id is no pattern: who it is can be found by it (push_shortlist_named()). */
static bool matches(const struct condition *condition, str text, str user_id)
{
    return condition->user_id ? str_eq(text, user_id) : glob_matches(condition->text, text);
}

bool condition_holds(const struct condition *condition, const struct push_event *event, str user_id)
{
    yyjson_val *found = property_at(event->root, condition->path, condition->path_count);
    switch (condition->kind) {
    case CONDITION_MATCH: return yyjson_is_str(found) && matches(condition, json_str_of(found), user_id);
    case CONDITION_MATCH_WORDS: return yyjson_is_str(found) && glob_matches_words(condition->text, json_str_of(found));
    case CONDITION_IS: return found && same_value(condition, found, user_id);
    case CONDITION_CONTAINS: return contains(condition, found, user_id);
    case CONDITION_DISPLAY_NAME: return display_name_in_body(event, user_id);
    case CONDITION_MEMBER_COUNT: return count_fits(condition, event->member_count);
    case CONDITION_SENDER_PERMISSION: return event->sender_power >= notification_level(event, condition->text);
    case CONDITION_NEVER: break;
    }
    return false;
}

bool condition_may_hold(const struct condition *condition, const struct push_event *event, bool *ret_for_all)
{
    bool personal = condition->user_id || condition->kind == CONDITION_DISPLAY_NAME;
    *ret_for_all = !personal;
    if (!personal)
        return condition_holds(condition, event, STR_NONE);
    return condition->kind == CONDITION_DISPLAY_NAME
           || property_at(event->root, condition->path, condition->path_count) != NULL;
}
