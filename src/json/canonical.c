/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Every event is written in canonical form at least twice (content hash, reference hash), so this is on the
 * way of every message: no allocation for objects of usual size, whole runs of plain text copied at once,
 * and keys compared by their first eight bytes as a number, which nearly always decides.
 */
#include "json/json.h"

#include <endian.h>
#include <stdlib.h>

enum { MEMBERS_ON_STACK = 32, INSERTION_SORT_MAX = 24 };

/* One object member on its way to being sorted. */
struct member {
    uint64_t prefix; /* the key's first eight bytes, big-endian, zero-padded: orders like the bytes do */
    str key;
    void *value; /* yyjson_val or yyjson_mut_val */
};

/* What follows the backslash of a byte that must be escaped; 0: it need not be. */
static const char ESCAPES[256] = {
    [0 ... 7] = 'u', ['\b'] = 'b', ['\t'] = 't',      ['\n'] = 'n', [11] = 'u',
    ['\f'] = 'f',    ['\r'] = 'r', [14 ... 31] = 'u', ['"'] = '"',  ['\\'] = '\\',
};

/* Whether one of eight bytes needs an escape: below 0x20, '"' or '\\'. */
static bool has_special(const char *at)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t word;
    memcpy(&word, at, sizeof word);
    uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
    return (((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs;
}

static const char *plain_end(const char *at, const char *end)
{
    while (end - at >= 8 && !has_special(at))
        at += 8;
    while (at < end && !ESCAPES[(unsigned char)*at])
        at++;
    return at;
}

/*
 * Spec, appendices, "Canonical JSON": only what must be escaped is, control characters in the short form
 * where there is one, else as \u00xx in lower case. before and after (0: none) go around the string, so that a
 * member costs one look at the buffer's room.
 */
static void emit_string(struct strbuf *buf, char before, str s, char after)
{
    static const char hex[] = "0123456789abcdef";
    const char *at = s.ptr, *end = s.ptr + s.len;
    char *out = strbuf_reserve(buf, s.len + 4);
    if (before)
        *out++ = before;
    *out++ = '"';
    for (;;) {
        const char *stop = plain_end(at, end);
        memcpy(out, at, (size_t)(stop - at));
        out += stop - at;
        if (stop == end)
            break;
        unsigned char c = (unsigned char)*stop;
        at = stop + 1;
        /* Room for this escape, the rest of the string and what closes it. */
        buf->len = (size_t)(out - buf->ptr);
        out = strbuf_reserve(buf, 6 + (size_t)(end - at) + 2);
        *out++ = '\\';
        *out++ = ESCAPES[c];
        if (ESCAPES[c] == 'u') {
            memcpy(out, "00", 2);
            out[2] = hex[c >> 4];
            out[3] = hex[c & 15];
            out += 4;
        }
    }
    *out++ = '"';
    if (after)
        *out++ = after;
    *out = '\0';
    buf->len = (size_t)(out - buf->ptr);
}

static enum rc emit_integer(struct strbuf *buf, bool negative, uint64_t magnitude, struct error *err)
{
    if (magnitude > (uint64_t)JSON_MAX_INTEGER)
        return error_set(err, RC_BAD_JSON, "a number is outside the range of integers allowed here");
    if (negative && magnitude)
        strbuf_add_char(buf, '-');
    strbuf_add_u64(buf, magnitude);
    return RC_OK;
}

/* The spec's own example turns 1e10 into 10000000000 and -0 into 0: a number is judged by its value. */
static enum rc emit_real(struct strbuf *buf, double number, struct error *err)
{
    if (!(number >= -(double)JSON_MAX_INTEGER && number <= (double)JSON_MAX_INTEGER))
        return error_set(err, RC_BAD_JSON, "a number is outside the range of integers allowed here");
    int64_t whole = (int64_t)number;
    if ((double)whole != number)
        return error_set(err, RC_BAD_JSON, "numbers must be integers here");
    return emit_integer(buf, whole < 0, whole < 0 ? -(uint64_t)whole : (uint64_t)whole, err);
}

static enum rc emit_number(struct strbuf *buf, void *value, struct error *err)
{
    switch (unsafe_yyjson_get_subtype(value)) {
    case YYJSON_SUBTYPE_UINT: return emit_integer(buf, false, unsafe_yyjson_get_uint(value), err);
    case YYJSON_SUBTYPE_SINT: {
        int64_t number = unsafe_yyjson_get_sint(value);
        return emit_integer(buf, number < 0, number < 0 ? -(uint64_t)number : (uint64_t)number, err);
    }
    default: return emit_real(buf, unsafe_yyjson_get_real(value), err);
    }
}

static int member_cmp(const struct member *a, const struct member *b)
{
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return str_cmp(a->key, b->key);
}

static int member_cmp_qsort(const void *a, const void *b)
{
    return member_cmp(a, b);
}

/* Byte order of UTF-8 is code point order. Keys often arrive sorted: that costs one pass here. */
static void sort_members(struct member *members, size_t count)
{
    if (count > INSERTION_SORT_MAX) {
        qsort(members, count, sizeof *members, member_cmp_qsort);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct member moving = members[i];
        size_t at = i;
        for (; at > 0 && member_cmp(&members[at - 1], &moving) > 0; at--)
            members[at] = members[at - 1];
        members[at] = moving;
    }
}

static void member_set(struct member *member, void *key, void *value)
{
    member->key = str_from(unsafe_yyjson_get_str(key), unsafe_yyjson_get_len(key));
    uint64_t prefix = 0;
    memcpy(&prefix, member->key.ptr, member->key.len < 8 ? member->key.len : 8);
    member->prefix = be64toh(prefix);
    member->value = value;
}

static void collect_members(struct member *members, void *object, bool mutable)
{
    if (mutable) {
        yyjson_mut_obj_iter iter = yyjson_mut_obj_iter_with(object);
        for (yyjson_mut_val *key; (key = yyjson_mut_obj_iter_next(&iter));)
            member_set(members++, key, yyjson_mut_obj_iter_get_val(key));
    } else {
        yyjson_obj_iter iter = yyjson_obj_iter_with(object);
        for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));)
            member_set(members++, key, yyjson_obj_iter_get_val(key));
    }
}

static enum rc emit(struct strbuf *buf, void *value, bool mutable, int depth, struct error *err);

static enum rc emit_members(struct strbuf *buf, const struct member *members, size_t count, bool mutable, int depth,
                            struct error *err)
{
    strbuf_add_char(buf, '{');
    for (size_t i = 0; i < count; i++) {
        emit_string(buf, i > 0 ? ',' : 0, members[i].key, ':');
        TRY(emit(buf, members[i].value, mutable, depth, err));
    }
    strbuf_add_char(buf, '}');
    return RC_OK;
}

static enum rc emit_object(struct strbuf *buf, void *object, bool mutable, int depth, struct error *err)
{
    struct member few[MEMBERS_ON_STACK], *members = few;
    size_t count = unsafe_yyjson_get_len(object);
    if (count > MEMBERS_ON_STACK)
        members = xmalloc(count * sizeof *members);
    collect_members(members, object, mutable);
    sort_members(members, count);
    enum rc rc = emit_members(buf, members, count, mutable, depth, err);
    if (members != few)
        free(members);
    return rc;
}

static enum rc emit_array(struct strbuf *buf, void *array, bool mutable, int depth, struct error *err)
{
    strbuf_add_char(buf, '[');
    size_t count = unsafe_yyjson_get_len(array);
    yyjson_arr_iter iter;
    yyjson_mut_arr_iter mut_iter;
    if (mutable)
        yyjson_mut_arr_iter_init(array, &mut_iter);
    else
        yyjson_arr_iter_init(array, &iter);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(buf, ',');
        void *item = mutable ? (void *)yyjson_mut_arr_iter_next(&mut_iter) : (void *)yyjson_arr_iter_next(&iter);
        TRY(emit(buf, item, mutable, depth, err));
    }
    strbuf_add_char(buf, ']');
    return RC_OK;
}

/* Text spliced in by json_set_raw(): its keys need not be sorted. */
static enum rc emit_raw(struct strbuf *buf, str text, int depth, struct error *err)
{
    struct arena arena = ARENA_INIT;
    yyjson_val *root;
    enum rc rc = json_parse(&arena, text, &root, err);
    if (rc == RC_OK)
        rc = emit(buf, root, false, depth, err);
    arena_fini(&arena);
    return rc;
}

/* depth: containers around value. Recursion ends at JSON_MAX_DEPTH, so that what is written can be parsed. */
static enum rc emit(struct strbuf *buf, void *value, bool mutable, int depth, struct error *err)
{
    switch (unsafe_yyjson_get_type(value)) {
    case YYJSON_TYPE_NULL: strbuf_add(buf, S("null")); return RC_OK;
    case YYJSON_TYPE_BOOL: strbuf_add(buf, unsafe_yyjson_get_bool(value) ? S("true") : S("false")); return RC_OK;
    case YYJSON_TYPE_NUM: return emit_number(buf, value, err);
    case YYJSON_TYPE_STR:
        emit_string(buf, 0, str_from(unsafe_yyjson_get_str(value), unsafe_yyjson_get_len(value)), 0);
        return RC_OK;
    case YYJSON_TYPE_RAW:
        return emit_raw(buf, str_from(unsafe_yyjson_get_raw(value), unsafe_yyjson_get_len(value)), depth, err);
    default: break;
    }
    if (depth >= JSON_MAX_DEPTH)
        return error_set(err, RC_BAD_JSON, "JSON is nested deeper than %d levels", JSON_MAX_DEPTH);
    if (unsafe_yyjson_get_type(value) == YYJSON_TYPE_ARR)
        return emit_array(buf, value, mutable, depth + 1, err);
    return emit_object(buf, value, mutable, depth + 1, err);
}

enum rc json_canonical(struct strbuf *buf, yyjson_val *value, struct error *err)
{
    return emit(buf, value, false, 0, err);
}

enum rc json_mut_canonical(struct strbuf *buf, yyjson_mut_val *value, struct error *err)
{
    return emit(buf, value, true, 0, err);
}
