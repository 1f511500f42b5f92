/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/hash.h"
#include "json/alc.h"
#include "json/json.h"

#include <stdlib.h>

/* Up to this many keys comparing each with each is cheaper than a hash table. */
enum { FEW_KEYS = 12 };

static bool same_key(yyjson_val *a, yyjson_val *b)
{
    return yyjson_get_len(a) == yyjson_get_len(b)
           && memcmp(yyjson_get_str(a), yyjson_get_str(b), yyjson_get_len(a)) == 0;
}

static bool few_keys_repeat(yyjson_val *object)
{
    yyjson_val *keys[FEW_KEYS];
    size_t count = 0;
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter)); keys[count++] = key) {
        for (size_t i = 0; i < count; i++) {
            if (same_key(keys[i], key))
                return true;
        }
    }
    return false;
}

static bool many_keys_repeat(yyjson_val *object)
{
    size_t capacity = 32;
    while (capacity < yyjson_obj_size(object) * 2)
        capacity *= 2;
    yyjson_val **slots = xcalloc(capacity, sizeof(yyjson_val *));
    bool repeat = false;
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    for (yyjson_val *key; !repeat && (key = yyjson_obj_iter_next(&iter));) {
        size_t at = hash_bytes(yyjson_get_str(key), yyjson_get_len(key)) & (capacity - 1);
        while (slots[at] && !(repeat = same_key(slots[at], key)))
            at = (at + 1) & (capacity - 1);
        slots[at] = key;
    }
    free(slots);
    return repeat;
}

/* Recursion ends at JSON_MAX_DEPTH. */
static enum rc check(yyjson_val *value, int depth, struct error *err)
{
    if (!yyjson_is_ctn(value))
        return RC_OK;
    if (depth > JSON_MAX_DEPTH)
        return error_set(err, RC_BAD_JSON, "JSON is nested deeper than %d levels", JSON_MAX_DEPTH);
    if (yyjson_is_arr(value)) {
        yyjson_arr_iter iter = yyjson_arr_iter_with(value);
        for (yyjson_val *item; (item = yyjson_arr_iter_next(&iter));)
            TRY(check(item, depth + 1, err));
        return RC_OK;
    }
    if (yyjson_obj_size(value) <= FEW_KEYS ? few_keys_repeat(value) : many_keys_repeat(value))
        return error_set(err, RC_BAD_JSON, "an object names a key twice");
    yyjson_obj_iter iter = yyjson_obj_iter_with(value);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));)
        TRY(check(yyjson_obj_iter_get_val(key), depth + 1, err));
    return RC_OK;
}

enum rc json_parse(struct arena *arena, str text, yyjson_val **ret_root, struct error *err)
{
    yyjson_alc alc = json_alc(arena);
    yyjson_read_err why;
    /* Without the in-situ flag yyjson copies the text and leaves it alone. */
    yyjson_doc *doc = yyjson_read_opts((char *)(text.ptr ? text.ptr : ""), text.len, 0, &alc, &why);
    if (!doc)
        return error_set(err, RC_NOT_JSON, "not JSON: %s at byte %zu", why.msg, why.pos);
    yyjson_val *root = yyjson_doc_get_root(doc);
    TRY(check(root, 1, err));
    *ret_root = root;
    return RC_OK;
}

enum rc json_parse_object(struct arena *arena, str text, bool empty_ok, yyjson_val **ret_root, struct error *err)
{
    yyjson_val *root;
    if (text.len == 0 && empty_ok)
        text = S("{}");
    TRY(json_parse(arena, text, &root, err));
    if (!yyjson_is_obj(root))
        return error_set(err, RC_BAD_JSON, "the JSON text must be an object");
    *ret_root = root;
    return RC_OK;
}
