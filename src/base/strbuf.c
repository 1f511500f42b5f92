/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void strbuf_fini(struct strbuf *buf)
{
    free(buf->ptr);
    *buf = STRBUF_INIT;
}

void strbuf_clear(struct strbuf *buf)
{
    buf->len = 0;
    if (buf->ptr)
        buf->ptr[0] = '\0';
}

char *strbuf_reserve(struct strbuf *buf, size_t more)
{
    size_t need = buf->len + more + 1;
    if (need > buf->capacity) {
        size_t capacity = buf->capacity ? buf->capacity : 256;
        while (capacity < need)
            capacity *= 2;
        buf->ptr = xrealloc(buf->ptr, capacity);
        buf->capacity = capacity;
    }
    return buf->ptr + buf->len;
}

void strbuf_add(struct strbuf *buf, str s)
{
    char *end = strbuf_reserve(buf, s.len);
    if (s.len)
        memcpy(end, s.ptr, s.len);
    end[s.len] = '\0';
    buf->len += s.len;
}

void strbuf_add_char(struct strbuf *buf, char c)
{
    char *end = strbuf_reserve(buf, 1);
    end[0] = c;
    end[1] = '\0';
    buf->len++;
}

void strbuf_add_u64(struct strbuf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    strbuf_add(buf, str_from(digits + at, sizeof digits - at));
}

void strbuf_add_i64(struct strbuf *buf, int64_t value)
{
    if (value < 0)
        strbuf_add_char(buf, '-');
    strbuf_add_u64(buf, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    char *end = strbuf_reserve(buf, 64); /* formatting is what takes time: nearly always once is enough */
    size_t room = buf->capacity - buf->len;
    int len = vsnprintf(end, room, format, args);
    va_end(args);
    if ((size_t)len >= room)
        vsnprintf(strbuf_reserve(buf, (size_t)len), (size_t)len + 1, format, again);
    va_end(again);
    buf->len += (size_t)len;
}

/* The escape letter of a control character with a short form, or 0. */
static char short_escape(unsigned char c)
{
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
    }
}

void strbuf_add_json(struct strbuf *buf, str s)
{
    strbuf_add_char(buf, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        strbuf_add(buf, str_from(s.ptr + from, i - from));
        char letter = short_escape(c);
        if (letter)
            strbuf_add(buf, str_from((char[]){'\\', letter}, 2));
        else
            strbuf_printf(buf, "\\u%04x", c);
        from = i + 1;
    }
    strbuf_add(buf, str_from(s.ptr + from, s.len - from));
    strbuf_add_char(buf, '"');
}

str strbuf_take(struct strbuf *buf)
{
    str taken = strbuf_str(buf);
    *buf = STRBUF_INIT;
    return taken;
}

str strbuf_to_arena(const struct strbuf *buf, struct arena *arena)
{
    return arena_dup(arena, strbuf_str(buf));
}
