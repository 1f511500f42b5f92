/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A growing byte buffer on the heap. It owns its bytes until strbuf_fini() or strbuf_take().
 * Always NUL-terminated behind `len` once something was added.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include "base/arena.h"
#include "base/str.h"

struct strbuf {
    char *ptr;
    size_t len, capacity;
};

#define STRBUF_INIT ((struct strbuf){NULL, 0, 0})

void strbuf_fini(struct strbuf *buf);
void strbuf_clear(struct strbuf *buf);
/* Makes room for `more` bytes behind len and returns where they go; add to len what was written. */
char *strbuf_reserve(struct strbuf *buf, size_t more);
void strbuf_add(struct strbuf *buf, str s);
void strbuf_add_char(struct strbuf *buf, char c);
void strbuf_add_u64(struct strbuf *buf, uint64_t value);
void strbuf_add_i64(struct strbuf *buf, int64_t value);
void strbuf_printf(struct strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* s as a JSON string with its quotes. s must be UTF-8. */
void strbuf_add_json(struct strbuf *buf, str s);

static inline str strbuf_str(const struct strbuf *buf)
{
    return (str){buf->ptr, buf->len};
}

/* Hands the bytes over: the caller frees the pointer with free(). The buffer is empty afterwards. */
str strbuf_take(struct strbuf *buf);
/* A copy in the arena. */
str strbuf_to_arena(const struct strbuf *buf, struct arena *arena);

#endif
