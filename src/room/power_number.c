/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/power_number.h"

static bool in_range(int64_t level)
{
    return level >= -JSON_MAX_INTEGER && level <= JSON_MAX_INTEGER;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static str trimmed(str text)
{
    while (text.len && is_blank(text.ptr[0]))
        text = str_skip(text, 1);
    while (text.len && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

static bool number_of_text(str text, int64_t *ret_level)
{
    text = trimmed(text);
    bool negative = text.len && text.ptr[0] == '-';
    if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = str_skip(text, 1);
    if (!text.len)
        return false;
    int64_t level = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        level = level * 10 + (text.ptr[i] - '0');
        if (!in_range(level))
            return false;
    }
    *ret_level = negative ? -level : level;
    return true;
}

bool power_number(yyjson_val *value, bool strings_too, int64_t *ret_level)
{
    if (strings_too && yyjson_is_str(value))
        return number_of_text(json_str_of(value), ret_level);
    if (!yyjson_is_int(value))
        return false;
    if (yyjson_is_uint(value) && yyjson_get_uint(value) > (uint64_t)JSON_MAX_INTEGER)
        return false;
    *ret_level = yyjson_get_sint(value);
    return in_range(*ret_level);
}
