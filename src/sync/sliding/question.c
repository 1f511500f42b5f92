/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/sliding/question.h"

/* What every part needs to be read. */
struct reading {
    struct arena *arena;
    str user_id;
    struct error *err;
};

static enum rc too_many(struct reading *r, const char *what)
{
    return error_set(r->err, RC_INVALID, "there are too many %s", what);
}

/* ---- how much of a room ---- */

static enum rc read_pattern(struct reading *r, yyjson_val *pair, struct sliding_config *config)
{
    yyjson_val *type = yyjson_arr_get(pair, 0), *key = yyjson_arr_get(pair, 1);
    if (yyjson_arr_size(pair) != 2 || !yyjson_is_str(type) || !yyjson_is_str(key))
        return error_set(r->err, RC_BAD_JSON, "required_state is a list of pairs of a type and a state key");
    struct state_pattern pattern = {json_str_of(type), json_str_of(key)};
    if (str_eq(pattern.type, S("m.room.member")) && str_eq(pattern.key, S("$LAZY"))) {
        config->lazy_members = true;
        return RC_OK;
    }
    if (str_eq(pattern.key, S("$ME")))
        pattern.key = r->user_id;
    config->state[config->state_count++] = pattern;
    return RC_OK;
}

static enum rc read_config(struct reading *r, yyjson_val *object, struct sliding_config *ret_config)
{
    yyjson_val *pairs, *pair;
    size_t i, count;
    TRY(json_get_i64(object, "timeline_limit", 0, &ret_config->timeline_limit, r->err));
    TRY(json_get_array(object, "required_state", &pairs, r->err));
    if (ret_config->timeline_limit < 0)
        return error_set(r->err, RC_INVALID, "timeline_limit must not be negative");
    if (ret_config->timeline_limit > SLIDING_TIMELINE_MAX)
        ret_config->timeline_limit = SLIDING_TIMELINE_MAX;
    if (yyjson_arr_size(pairs) > SLIDING_STATE_MAX)
        return too_many(r, "entries of required_state");
    ret_config->state = arena_array(r->arena, struct state_pattern, yyjson_arr_size(pairs) + 1);
    yyjson_arr_foreach(pairs, i, count, pair) TRY(read_pattern(r, pair, ret_config));
    return RC_OK;
}

/* ---- which rooms ---- */

static enum rc read_tristate(struct reading *r, yyjson_val *object, const char *key, enum tristate *ret)
{
    bool value;
    *ret = EITHER;
    if (!yyjson_obj_get(object, key) || yyjson_is_null(yyjson_obj_get(object, key)))
        return RC_OK;
    TRY(json_get_bool(object, key, false, &value, r->err));
    *ret = value ? YES : NO;
    return RC_OK;
}

static enum rc read_strs(struct reading *r, yyjson_val *object, const char *key, struct sliding_strs *ret)
{
    yyjson_val *list, *item;
    size_t i, count;
    TRY(json_get_array(object, key, &list, r->err));
    if (!list)
        return RC_OK;
    if (yyjson_arr_size(list) > SLIDING_ITEMS_MAX)
        return too_many(r, key);
    ret->given = true;
    ret->items = arena_array(r->arena, str, yyjson_arr_size(list) + 1);
    yyjson_arr_foreach(list, i, count, item)
    {
        if (yyjson_is_str(item))
            ret->items[ret->count++] = json_str_of(item);
        else if (yyjson_is_null(item))
            ret->null = true;
        else
            return error_set(r->err, RC_BAD_JSON, "%s must be a list of strings", key);
    }
    return RC_OK;
}

static enum rc read_filter(struct reading *r, yyjson_val *object, struct sliding_filter *ret)
{
    TRY(read_tristate(r, object, "is_dm", &ret->is_dm));
    TRY(read_tristate(r, object, "is_encrypted", &ret->is_encrypted));
    TRY(read_tristate(r, object, "is_invite", &ret->is_invite));
    TRY(read_strs(r, object, "spaces", &ret->spaces));
    TRY(read_strs(r, object, "room_types", &ret->room_types));
    TRY(read_strs(r, object, "not_room_types", &ret->not_room_types));
    TRY(read_strs(r, object, "tags", &ret->tags));
    return read_strs(r, object, "not_tags", &ret->not_tags);
}

static enum rc read_ranges(struct reading *r, yyjson_val *object, struct sliding_list *list)
{
    yyjson_val *ranges, *range;
    size_t i, count;
    TRY(json_get_array(object, "ranges", &ranges, r->err));
    if (yyjson_arr_size(ranges) > SLIDING_RANGES_MAX)
        return too_many(r, "ranges");
    list->all = !ranges;
    yyjson_arr_foreach(ranges, i, count, range)
    {
        yyjson_val *from = yyjson_arr_get(range, 0), *to = yyjson_arr_get(range, 1);
        if (yyjson_arr_size(range) != 2 || !yyjson_is_uint(from) || !yyjson_is_uint(to)
            || yyjson_get_uint(from) > INT32_MAX || yyjson_get_uint(to) > INT32_MAX
            || yyjson_get_uint(from) > yyjson_get_uint(to))
            return error_set(r->err, RC_INVALID, "ranges is a list of pairs: from and to, counted from 0");
        list->ranges[list->range_count][0] = (int64_t)yyjson_get_uint(from);
        list->ranges[list->range_count++][1] = (int64_t)yyjson_get_uint(to);
    }
    return RC_OK;
}

static enum rc read_lists(struct reading *r, yyjson_val *body, struct sliding_question *question)
{
    yyjson_val *lists, *key, *value, *filters;
    size_t i, count;
    TRY(json_get_object(body, "lists", &lists, r->err));
    if (yyjson_obj_size(lists) > SLIDING_LISTS_MAX)
        return too_many(r, "lists");
    question->lists = arena_array(r->arena, struct sliding_list, yyjson_obj_size(lists) + 1);
    yyjson_obj_foreach(lists, i, count, key, value)
    {
        struct sliding_list *list = &question->lists[question->list_count++];
        *list = (struct sliding_list){.name = json_str_of(key)};
        if (!yyjson_is_obj(value))
            return error_set(r->err, RC_BAD_JSON, "each list must be an object");
        TRY(read_config(r, value, &list->config));
        TRY(json_get_object(value, "filters", &filters, r->err));
        TRY(read_filter(r, filters, &list->filter));
        TRY(read_ranges(r, value, list));
    }
    return RC_OK;
}

static enum rc read_subscriptions(struct reading *r, yyjson_val *body, struct sliding_question *question)
{
    yyjson_val *rooms, *key, *value;
    size_t i, count;
    TRY(json_get_object(body, "room_subscriptions", &rooms, r->err));
    if (yyjson_obj_size(rooms) > SLIDING_SUBSCRIPTIONS_MAX)
        return too_many(r, "room_subscriptions");
    question->subscriptions = arena_array(r->arena, struct sliding_subscription, yyjson_obj_size(rooms) + 1);
    yyjson_obj_foreach(rooms, i, count, key, value)
    {
        struct sliding_subscription *subscription = &question->subscriptions[question->subscription_count++];
        *subscription = (struct sliding_subscription){.room_id = json_str_of(key)};
        if (!yyjson_is_obj(value))
            return error_set(r->err, RC_BAD_JSON, "each room subscription must be an object");
        TRY(read_config(r, value, &subscription->config));
    }
    return RC_OK;
}

/* ---- extensions ---- */

static enum rc read_extension(struct reading *r, yyjson_val *extensions, const char *name,
                              struct sliding_extension *ret)
{
    yyjson_val *object;
    TRY(json_get_object(extensions, name, &object, r->err));
    if (!object)
        return RC_OK;
    TRY(json_get_bool(object, "enabled", false, &ret->on, r->err));
    TRY(read_strs(r, object, "lists", &ret->lists));
    return read_strs(r, object, "rooms", &ret->rooms);
}

static enum rc read_to_device_since(struct reading *r, str since, struct sliding_to_device *ret)
{
    if (!since.len)
        return RC_OK;
    ret->carried = since.ptr[0] == 'm';
    bool known = ret->carried || since.ptr[0] == 's';
    if (!known || str_to_i64(str_skip(since, 1), &ret->since) != RC_OK || ret->since < 0)
        return error_set(r->err, RC_INVALID, "the since token of to_device is not one this server gave out");
    return RC_OK;
}

static enum rc read_to_device(struct reading *r, yyjson_val *extensions, struct sliding_to_device *ret)
{
    yyjson_val *object;
    str since;
    TRY(json_get_object(extensions, "to_device", &object, r->err));
    if (!object)
        return RC_OK;
    TRY(json_get_bool(object, "enabled", false, &ret->on, r->err));
    TRY(json_get_i64(object, "limit", SLIDING_TO_DEVICE_MAX, &ret->limit, r->err));
    TRY(json_get_str(object, "since", &since, r->err));
    if (ret->limit < 1)
        return error_set(r->err, RC_INVALID, "limit must be at least 1");
    if (ret->limit > SLIDING_TO_DEVICE_MAX)
        ret->limit = SLIDING_TO_DEVICE_MAX;
    return read_to_device_since(r, since, ret);
}

enum rc sliding_question_read(struct arena *arena, yyjson_val *body, str user_id, struct sliding_question *ret_question,
                              struct error *err)
{
    struct reading r = {arena, user_id, err};
    struct sliding_question question = {0};
    yyjson_val *extensions;
    TRY(json_get_str(body, "conn_id", &question.conn_id, err));
    TRY(json_get_str(body, "txn_id", &question.txn_id, err));
    if (question.conn_id.len > SLIDING_CONN_ID_MAX || question.txn_id.len > SLIDING_CONN_ID_MAX)
        return error_set(err, RC_INVALID, "conn_id and txn_id are at most %d bytes long", SLIDING_CONN_ID_MAX);
    TRY(read_lists(&r, body, &question));
    TRY(read_subscriptions(&r, body, &question));
    TRY(json_get_object(body, "extensions", &extensions, err));
    TRY(read_extension(&r, extensions, "account_data", &question.account_data));
    TRY(read_extension(&r, extensions, "receipts", &question.receipts));
    TRY(read_extension(&r, extensions, "typing", &question.typing));
    TRY(read_to_device(&r, extensions, &question.to_device));
    TRY(read_extension(&r, extensions, "e2ee", &question.e2ee));
    *ret_question = question;
    return RC_OK;
}
