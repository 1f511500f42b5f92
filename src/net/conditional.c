/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/conditional.h"

/* Digits of *text, which moves on. False: there are none, or more than anything is long. */
static bool take_number(str *text, uint64_t *ret)
{
    enum { DIGITS_MAX = 18 };
    size_t len = 0;
    *ret = 0;
    while (len < text->len && text->ptr[len] >= '0' && text->ptr[len] <= '9') {
        if (len == DIGITS_MAX)
            return false;
        *ret = *ret * 10 + (uint64_t)(text->ptr[len++] - '0');
    }
    *text = str_skip(*text, len);
    return len > 0;
}

static bool take_char(str *text, char c)
{
    if (!text->len || text->ptr[0] != c)
        return false;
    *text = str_skip(*text, 1);
    return true;
}

/* The last so many bytes. */
static enum range_answer from_the_end(uint64_t len, uint64_t size, uint64_t *ret_from, uint64_t *ret_len)
{
    if (!len || !size)
        return RANGE_NOWHERE;
    *ret_len = len < size ? len : size;
    *ret_from = size - *ret_len;
    return RANGE_PART;
}

enum range_answer conditional_range(str range, uint64_t size, uint64_t *ret_from, uint64_t *ret_len)
{
    uint64_t first, last = UINT64_MAX;
    str rest = str_trim(range);
    if (rest.len < 6 || !str_eq_nocase(str_head(rest, 6), S("bytes=")))
        return RANGE_WHOLE;
    rest = str_trim(str_skip(rest, 6));
    bool has_first = take_number(&rest, &first);
    if (!take_char(&rest, '-'))
        return RANGE_WHOLE;
    bool has_last = take_number(&rest, &last);
    if (rest.len || (!has_first && !has_last) || (has_first && has_last && last < first))
        return RANGE_WHOLE;
    if (!has_first)
        return from_the_end(last, size, ret_from, ret_len);
    if (first >= size)
        return RANGE_NOWHERE;
    if (!has_last || last >= size)
        last = size - 1;
    *ret_from = first;
    *ret_len = last - first + 1;
    return RANGE_PART;
}

bool conditional_if_range(str if_range, str tag)
{
    return !if_range.ptr || str_eq(str_trim(if_range), tag);
}

static str without_weakness(str tag)
{
    return str_starts(tag, S("W/")) ? str_skip(tag, 2) : tag;
}

bool conditional_none_match(str if_none_match, str tag)
{
    if (str_eq(str_trim(if_none_match), S("*")))
        return true;
    while (if_none_match.len) {
        str one;
        if_none_match = str_split(if_none_match, ',', &one);
        if (str_eq(without_weakness(str_trim(one)), without_weakness(tag)))
            return true;
    }
    return false;
}
