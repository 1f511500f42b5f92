/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/scan.h"

#include <stdio.h>

str scan_text(str json, const char *key)
{
    char needle[64];
    int length = snprintf(needle, sizeof needle, "\"%s\":", key);
    if (json.len == 0)
        return STR_NONE;
    const char *found = memmem(json.ptr, json.len, needle, (size_t)length);
    if (!found)
        return STR_NONE;
    const char *end = json.ptr + json.len, *from = found + length;
    while (from < end && *from == ' ')
        from++;
    if (from == end || *from++ != '"')
        return STR_NONE;
    const char *to = from;
    while (to < end && *to != '"')
        to += *to == '\\' ? 2 : 1;
    return to < end ? str_from(from, (size_t)(to - from)) : STR_NONE;
}

uint64_t scan_stamp(str json, size_t *cursor)
{
    str rest = str_skip(json, *cursor);
    const size_t marker = sizeof STAMP_MARKER - 1;
    if (rest.len == 0)
        return 0;
    const char *found = memmem(rest.ptr, rest.len, STAMP_MARKER, marker);
    if (!found || (size_t)(rest.ptr + rest.len - found) < marker + STAMP_DIGITS)
        return 0;
    uint64_t stamp = 0;
    for (const char *digit = found + marker; digit < found + marker + STAMP_DIGITS; digit++)
        stamp = stamp << 4 | (uint64_t)(*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);
    *cursor = (size_t)(found - json.ptr) + marker + STAMP_DIGITS;
    return stamp;
}
