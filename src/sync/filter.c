/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/filter.h"

static const struct event_filter everything = {.limit = FILTER_DEFAULT_LIMIT, .contains_url = -1, .plain = true};

void filter_default(struct filter *ret_filter)
{
    *ret_filter = (struct filter){.presence = everything,
                                  .account_data = everything,
                                  .ephemeral = everything,
                                  .room_account_data = everything,
                                  .state = everything,
                                  .timeline = everything};
}

/* ---- parsing ---- */

static enum rc parse_list(struct arena *arena, yyjson_val *object, const char *key, const struct filter_list **ret_list,
                          struct error *err)
{
    bool present;
    str *items;
    size_t count;
    *ret_list = NULL;
    TRY(json_get_strs(arena, object, key, &items, &count, &present, err));
    if (count > FILTER_MAX_ITEMS)
        return error_set(err, RC_BAD_JSON, "%s: at most %d items", key, FILTER_MAX_ITEMS);
    if (present) {
        struct filter_list *list = arena_new(arena, struct filter_list);
        *list = (struct filter_list){items, count};
        *ret_list = list;
    }
    return RC_OK;
}

static enum rc parse_not_list(struct arena *arena, yyjson_val *object, const char *key, struct filter_list *ret_list,
                              struct error *err)
{
    const struct filter_list *list;
    TRY(parse_list(arena, object, key, &list, err));
    *ret_list = list ? *list : (struct filter_list){0};
    return RC_OK;
}

/* Of rooms and people; what begins otherwise is a mistake nobody would notice. */
static enum rc check_ids(const struct filter_list *list, const char *key, char sigil, struct error *err)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (!list->items[i].len || list->items[i].ptr[0] != sigil)
            return error_set(err, RC_BAD_JSON, "%s: ids begin with %c", key, sigil);
    return RC_OK;
}

static enum rc parse_ids(struct arena *arena, yyjson_val *object, const char *key, char sigil,
                         const struct filter_list **ret_list, struct error *err)
{
    TRY(parse_list(arena, object, key, ret_list, err));
    return check_ids(*ret_list, key, sigil, err);
}

static enum rc parse_not_ids(struct arena *arena, yyjson_val *object, const char *key, char sigil,
                             struct filter_list *ret_list, struct error *err)
{
    TRY(parse_not_list(arena, object, key, ret_list, err));
    return check_ids(ret_list, key, sigil, err);
}

static enum rc parse_contains_url(yyjson_val *object, int *ret, struct error *err)
{
    bool value;
    TRY(json_get_bool(object, "contains_url", false, &value, err));
    yyjson_val *member = yyjson_obj_get(object, "contains_url");
    *ret = member && !yyjson_is_null(member) ? value : -1;
    return RC_OK;
}

enum rc event_filter_parse(struct arena *arena, yyjson_val *object, struct event_filter *ret_filter, struct error *err)
{
    struct event_filter f = everything;
    if (!object) {
        *ret_filter = f;
        return RC_OK;
    }
    TRY(json_get_i64(object, "limit", FILTER_DEFAULT_LIMIT, &f.limit, err));
    if (f.limit < 0)
        return error_set(err, RC_BAD_JSON, "limit must not be negative");
    if (f.limit > FILTER_MAX_LIMIT)
        f.limit = FILTER_MAX_LIMIT;
    TRY(parse_list(arena, object, "types", &f.types, err));
    TRY(parse_ids(arena, object, "senders", '@', &f.senders, err));
    TRY(parse_ids(arena, object, "rooms", '!', &f.rooms, err));
    TRY(parse_ids(arena, object, "related_by_senders", '@', &f.related_by_senders, err));
    TRY(parse_list(arena, object, "related_by_rel_types", &f.related_by_rel_types, err));
    TRY(parse_not_list(arena, object, "not_types", &f.not_types, err));
    TRY(parse_not_ids(arena, object, "not_senders", '@', &f.not_senders, err));
    TRY(parse_not_ids(arena, object, "not_rooms", '!', &f.not_rooms, err));
    TRY(parse_contains_url(object, &f.contains_url, err));
    TRY(json_get_bool(object, "lazy_load_members", false, &f.lazy_load_members, err));
    TRY(json_get_bool(object, "include_redundant_members", false, &f.include_redundant_members, err));
    TRY(json_get_bool(object, "unread_thread_notifications", false, &f.unread_thread_notifications, err));
    f.plain = !f.types && !f.senders && !f.rooms && !f.related_by_senders && !f.related_by_rel_types
              && !f.not_types.count && !f.not_senders.count && !f.not_rooms.count && f.contains_url < 0;
    *ret_filter = f;
    return RC_OK;
}

static enum rc parse_member(struct arena *arena, yyjson_val *object, const char *key, struct event_filter *ret_filter,
                            struct error *err)
{
    yyjson_val *member = NULL;
    if (object)
        TRY(json_get_object(object, key, &member, err));
    return event_filter_parse(arena, member, ret_filter, err);
}

static enum rc parse_event_format(yyjson_val *object, bool *ret_federation, struct error *err)
{
    str format;
    TRY(json_get_str(object, "event_format", &format, err));
    *ret_federation = str_eq(format, S("federation"));
    if (format.ptr && !*ret_federation && !str_eq(format, S("client")))
        return error_set(err, RC_BAD_JSON, "event_format must be client or federation");
    return RC_OK;
}

enum rc filter_parse(struct arena *arena, yyjson_val *object, struct filter *ret_filter, struct error *err)
{
    struct filter f;
    yyjson_val *room;
    filter_default(&f);
    if (!object) {
        *ret_filter = f;
        return RC_OK;
    }
    TRY(parse_event_format(object, &f.federation_format, err));
    TRY(parse_list(arena, object, "event_fields", &f.event_fields, err));
    TRY(parse_member(arena, object, "presence", &f.presence, err));
    TRY(parse_member(arena, object, "account_data", &f.account_data, err));
    TRY(json_get_object(object, "room", &room, err));
    if (room) {
        TRY(parse_ids(arena, room, "rooms", '!', &f.rooms, err));
        TRY(parse_not_ids(arena, room, "not_rooms", '!', &f.not_rooms, err));
        TRY(json_get_bool(room, "include_leave", false, &f.include_leave, err));
        TRY(parse_member(arena, room, "ephemeral", &f.ephemeral, err));
        TRY(parse_member(arena, room, "account_data", &f.room_account_data, err));
        TRY(parse_member(arena, room, "state", &f.state, err));
        TRY(parse_member(arena, room, "timeline", &f.timeline, err));
    }
    *ret_filter = f;
    return RC_OK;
}

/* ---- asking ---- */

/* '*' stands for any run of characters. Iterative, linear for one star at a time. */
static bool glob_matches(str pattern, str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

static bool list_has(const struct filter_list *list, str item, bool globs)
{
    for (size_t i = 0; i < list->count; i++)
        if (globs ? glob_matches(list->items[i], item) : str_eq(list->items[i], item))
            return true;
    return false;
}

static bool lists_allow(const struct filter_list *only, const struct filter_list *never, str item, bool globs)
{
    return !list_has(never, item, globs) && (!only || list_has(only, item, globs));
}

bool filter_allows_room(const struct filter *filter, str room_id)
{
    return lists_allow(filter->rooms, &filter->not_rooms, room_id, false);
}

bool event_filter_allows_room(const struct event_filter *filter, str room_id)
{
    return filter->plain || lists_allow(filter->rooms, &filter->not_rooms, room_id, false);
}

bool event_filter_allows_type(const struct event_filter *filter, str type, str sender)
{
    return filter->plain
           || (lists_allow(filter->types, &filter->not_types, type, true)
               && lists_allow(filter->senders, &filter->not_senders, sender, false));
}

/* Canonical JSON has no spaces: a top-level "url" string member can be told by parsing only where the bytes occur. */
static bool content_has_url(const struct event *event)
{
    if (!str_contains(event->content, S("\"url\":")))
        return false;
    struct arena arena = ARENA_INIT;
    yyjson_val *content;
    bool has = event_content(event, &arena, &content) == RC_OK && yyjson_is_str(yyjson_obj_get(content, "url"));
    arena_fini(&arena);
    return has;
}

bool event_filter_allows(const struct event_filter *filter, const struct event *event)
{
    if (filter->plain)
        return true;
    return event_filter_allows_type(filter, event->type, event->sender)
           && event_filter_allows_room(filter, event->room_id)
           && (filter->contains_url < 0 || (bool)filter->contains_url == content_has_url(event));
}
