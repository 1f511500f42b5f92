/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * JSON: yyjson with our limits, typed readers and the canonical form.
 *
 * A parsed document lives in the arena it was parsed into; strings read from it point into it.
 * Values are yyjson's own (`yyjson_val *` read, `yyjson_mut_val *` built); this header adds what Matrix asks.
 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include "base/arena.h"
#include "base/strbuf.h"

#include <yyjson.h>

enum {
    JSON_MAX_DEPTH = 64,
    /* Matrix canonical JSON: integers within ±(2^53 − 1). */
};
#define JSON_MAX_INTEGER ((int64_t)9007199254740991)

/* Parses text whose top level may be any value. RC_NOT_JSON: malformed, not UTF-8, trailing bytes, lone
 * surrogates; RC_BAD_JSON: nested deeper than JSON_MAX_DEPTH, or an object names a key twice. */
enum rc json_parse(struct arena *arena, str text, yyjson_val **ret_root, struct error *err) MUST_USE;
/* The same, top level must be an object (RC_BAD_JSON). Empty text counts as {} when empty_ok. */
enum rc json_parse_object(struct arena *arena, str text, bool empty_ok, yyjson_val **ret_root,
                          struct error *err) MUST_USE;

/* A string value as str (STR_NONE when value is not a string). */
str json_str_of(yyjson_val *value);
/* Whether arrays and objects are nested at most `levels` deep in value (a plain value: 0). For what is going to be
 * wrapped and must be parsed again under JSON_MAX_DEPTH. */
bool json_depth_fits(yyjson_val *value, int levels);

/*
 * Typed readers of an object's member. _get: absent (or null) sets *ret to the given default / NULL and is RC_OK;
 * wrong type is RC_BAD_JSON. _need: absent is RC_BAD_JSON as well. err names the key, never the value.
 */
enum rc json_get_str(yyjson_val *object, const char *key, str *ret, struct error *err) MUST_USE; /* absent: STR_NONE */
enum rc json_need_str(yyjson_val *object, const char *key, str *ret, struct error *err) MUST_USE;
enum rc json_get_i64(yyjson_val *object, const char *key, int64_t fallback, int64_t *ret, struct error *err) MUST_USE;
enum rc json_get_bool(yyjson_val *object, const char *key, bool fallback, bool *ret, struct error *err) MUST_USE;
enum rc json_get_object(yyjson_val *object, const char *key, yyjson_val **ret,
                        struct error *err) MUST_USE; /* absent: NULL */
enum rc json_need_object(yyjson_val *object, const char *key, yyjson_val **ret, struct error *err) MUST_USE;
enum rc json_get_array(yyjson_val *object, const char *key, yyjson_val **ret,
                       struct error *err) MUST_USE; /* absent: NULL */
/* Every item a string: returns them in the arena. Absent: *ret_items NULL, count 0 (tell apart by ret_present). */
enum rc json_get_strs(struct arena *arena, yyjson_val *object, const char *key, str **ret_items, size_t *ret_count,
                      bool *ret_present, struct error *err) MUST_USE;

/* A new document to build in, living in the arena. */
yyjson_mut_doc *json_new(struct arena *arena);
/* A mutable string value that points at s (not copied: s must outlive the document). */
yyjson_mut_val *json_mut_str(yyjson_mut_doc *doc, str s);
/* object[key] = s; key must outlive the document (a literal). */
void json_set_str(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, str s);
void json_set_i64(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, int64_t value);
void json_set_bool(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, bool value);
void json_set(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, yyjson_mut_val *value);
/* object[key] = the parsed form of text, which must be JSON the program wrote itself (splices raw bytes). */
void json_set_raw(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, str text);

/* Compact text, in the arena / appended. */
str json_text(struct arena *arena, yyjson_val *value);
str json_mut_text(struct arena *arena, yyjson_mut_val *value);
void json_add_text(struct strbuf *buf, yyjson_val *value);

/*
 * Canonical JSON (spec appendix "Canonical JSON"): keys sorted by code point, shortest form, integers only
 * within JSON_MAX_INTEGER. RC_BAD_JSON on floats and numbers out of range.
 */
enum rc json_canonical(struct strbuf *buf, yyjson_val *value, struct error *err) MUST_USE;
enum rc json_mut_canonical(struct strbuf *buf, yyjson_mut_val *value, struct error *err) MUST_USE;

#endif
