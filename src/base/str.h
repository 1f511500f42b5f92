/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A string is a pointer and a length, passed by value. It does not own its bytes and is not
 * NUL-terminated; what it points to must outlive it. The empty string may have a NULL pointer.
 * NUL-terminated text exists only at a library's border: see arena_cstr().
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct str {
    const char *ptr;
    size_t len;
} str;

/* A str of a string literal. */
#define S(literal) ((str){"" literal, sizeof(literal) - 1})
/* For static initialisers, where a compound literal is not constant. */
#define STR_INIT(literal)                                                                                              \
    {                                                                                                                  \
        "" literal, sizeof(literal) - 1                                                                                \
    }
/* The two arguments printf's "%.*s" wants. */
#define STR_ARG(s) (int)(s).len, (s).ptr
#define STR_NONE ((str){NULL, 0})

static inline str str_of(const char *cstr)
{
    return (str){cstr, cstr ? strlen(cstr) : 0};
}

static inline str str_from(const void *ptr, size_t len)
{
    return (str){ptr, len};
}

static inline bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

static inline bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

/* s without its first n bytes (empty when n ≥ len). */
static inline str str_skip(str s, size_t n)
{
    return n >= s.len ? (str){s.ptr + s.len, 0} : (str){s.ptr + n, s.len - n};
}

/* The first n bytes of s, or all of it. */
static inline str str_head(str s, size_t n)
{
    return (str){s.ptr, n < s.len ? n : s.len};
}

/* Byte order, shorter first on a tie: <0, 0, >0. */
int str_cmp(str a, str b);
/* ASCII case is ignored. */
bool str_eq_nocase(str a, str b);
/* Position of the first c in s, or s.len. */
size_t str_find_char(str s, char c);
bool str_contains(str s, str needle);
/* Splits at the first c: *ret_head is what stands before it, the result what stands after; both from s.
 * Without a c, head is all of s and the result has a NULL pointer. */
str str_split(str s, char c, str *ret_head);
/* Without leading and trailing space, tab, CR and LF. */
str str_trim(str s);

/* Whole of s as a decimal number without sign or leading '+'. RC_INVALID on anything else or overflow. */
enum rc str_to_u64(str s, uint64_t *ret_value) MUST_USE;
enum rc str_to_i64(str s, int64_t *ret_value) MUST_USE;
/* Well-formed UTF-8 without surrogates, NUL allowed. */
bool str_is_utf8(str s);
/* One code point of well-formed UTF-8; *at moves behind it. */
uint32_t str_code_point(str s, size_t *at);
/* 64-bit hash for in-memory tables, keyed per process so that nobody outside can choose collisions. */
uint64_t str_hash(str s);

#endif
