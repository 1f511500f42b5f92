/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "json/json.h"

str json_str_of(yyjson_val *value)
{
    return yyjson_is_str(value) ? str_from(yyjson_get_str(value), yyjson_get_len(value)) : STR_NONE;
}

/* Recursion ends at the levels allowed. */
bool json_depth_fits(yyjson_val *value, int levels)
{
    if (!yyjson_is_ctn(value))
        return true;
    if (levels == 0)
        return false;
    size_t children = yyjson_is_obj(value) ? 2 * yyjson_obj_size(value) : yyjson_arr_size(value);
    yyjson_val *child = unsafe_yyjson_get_first(value);
    for (size_t i = 0; i < children; i++, child = unsafe_yyjson_get_next(child))
        if (!json_depth_fits(child, levels - 1))
            return false;
    return true;
}

/* The member, or NULL when it is absent or null. */
static yyjson_val *member(yyjson_val *object, const char *key)
{
    yyjson_val *value = yyjson_obj_get(object, key);
    return yyjson_is_null(value) ? NULL : value;
}

static enum rc wrong_type(struct error *err, const char *key, const char *type)
{
    return error_set(err, RC_BAD_JSON, "%s must be %s", key, type);
}

static enum rc missing(struct error *err, const char *key)
{
    return error_set(err, RC_BAD_JSON, "%s is missing", key);
}

enum rc json_get_str(yyjson_val *object, const char *key, str *ret, struct error *err)
{
    yyjson_val *value = member(object, key);
    if (value && !yyjson_is_str(value))
        return wrong_type(err, key, "a string");
    *ret = json_str_of(value);
    return RC_OK;
}

enum rc json_need_str(yyjson_val *object, const char *key, str *ret, struct error *err)
{
    if (!member(object, key))
        return missing(err, key);
    return json_get_str(object, key, ret, err);
}

enum rc json_get_i64(yyjson_val *object, const char *key, int64_t fallback, int64_t *ret, struct error *err)
{
    yyjson_val *value = member(object, key);
    if (!value) {
        *ret = fallback;
        return RC_OK;
    }
    if (!yyjson_is_int(value))
        return wrong_type(err, key, "an integer");
    if (yyjson_is_uint(value) && yyjson_get_uint(value) > INT64_MAX)
        return error_set(err, RC_BAD_JSON, "%s is too large", key);
    *ret = yyjson_get_sint(value);
    return RC_OK;
}

enum rc json_get_bool(yyjson_val *object, const char *key, bool fallback, bool *ret, struct error *err)
{
    yyjson_val *value = member(object, key);
    if (value && !yyjson_is_bool(value))
        return wrong_type(err, key, "true or false");
    *ret = value ? yyjson_get_bool(value) : fallback;
    return RC_OK;
}

enum rc json_get_object(yyjson_val *object, const char *key, yyjson_val **ret, struct error *err)
{
    yyjson_val *value = member(object, key);
    if (value && !yyjson_is_obj(value))
        return wrong_type(err, key, "an object");
    *ret = value;
    return RC_OK;
}

enum rc json_need_object(yyjson_val *object, const char *key, yyjson_val **ret, struct error *err)
{
    if (!member(object, key))
        return missing(err, key);
    return json_get_object(object, key, ret, err);
}

enum rc json_get_array(yyjson_val *object, const char *key, yyjson_val **ret, struct error *err)
{
    yyjson_val *value = member(object, key);
    if (value && !yyjson_is_arr(value))
        return wrong_type(err, key, "an array");
    *ret = value;
    return RC_OK;
}

enum rc json_get_strs(struct arena *arena, yyjson_val *object, const char *key, str **ret_items, size_t *ret_count,
                      bool *ret_present, struct error *err)
{
    yyjson_val *array;
    TRY(json_get_array(object, key, &array, err));
    size_t count = 0;
    str *items = array ? arena_array(arena, str, yyjson_arr_size(array)) : NULL;
    yyjson_arr_iter iter;
    yyjson_arr_iter_init(array, &iter);
    for (yyjson_val *item; array && (item = yyjson_arr_iter_next(&iter));) {
        if (!yyjson_is_str(item))
            return wrong_type(err, key, "an array of strings");
        items[count++] = json_str_of(item);
    }
    *ret_items = items;
    *ret_count = count;
    if (ret_present)
        *ret_present = array != NULL;
    return RC_OK;
}
