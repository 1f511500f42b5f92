/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "json/alc.h"
#include "json/json.h"

yyjson_mut_doc *json_new(struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    /* Most answers are small: yyjson's own first pools (4 kB and more) would outgrow the arena's first block. */
    yyjson_mut_doc_set_val_pool_size(doc, 32);
    yyjson_mut_doc_set_str_pool_size(doc, 256);
    return doc;
}

yyjson_mut_val *json_mut_str(yyjson_mut_doc *doc, str s)
{
    return yyjson_mut_strn(doc, s.ptr ? s.ptr : "", s.len);
}

void json_set(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, yyjson_mut_val *value)
{
    yyjson_mut_obj_add(object, yyjson_mut_str(doc, key), value);
}

void json_set_str(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, str s)
{
    json_set(doc, object, key, json_mut_str(doc, s));
}

void json_set_i64(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, int64_t value)
{
    json_set(doc, object, key, yyjson_mut_sint(doc, value));
}

void json_set_bool(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, bool value)
{
    json_set(doc, object, key, yyjson_mut_bool(doc, value));
}

void json_set_raw(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, str text)
{
    json_set(doc, object, key, yyjson_mut_rawn(doc, text.ptr, text.len));
}
