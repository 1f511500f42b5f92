/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/fold.h"

uint32_t fold_next_char(str s, size_t *at)
{
    unsigned char first = (unsigned char)s.ptr[(*at)++];
    if (first < 0xc0)
        return first;
    int more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t c = first & (0x3f >> more);
    for (; more > 0 && *at < s.len; more--)
        c = c << 6 | ((unsigned char)s.ptr[(*at)++] & 0x3f);
    return c;
}

uint32_t fold_char(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    if (c < 0xc0)
        return c;
    if ((c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c == 0x3c2) /* final sigma */
        return 0x3c3;
    return c >= 0x400 && c <= 0x40f ? c + 80 : c;
}

/* What changes is below U+0800, and stays on its side of U+0080. */
char *fold_into(char *at, str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t begin = i;
        uint32_t c = fold_char(fold_next_char(s, &i));
        if (c < 0x80) {
            *at++ = (char)c;
        } else if (c < 0x800) {
            *at++ = (char)(0xc0 | c >> 6);
            *at++ = (char)(0x80 | (c & 0x3f));
        } else {
            memmove(at, s.ptr + begin, i - begin);
            at += i - begin;
        }
    }
    return at;
}
