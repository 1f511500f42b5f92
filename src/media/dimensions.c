/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/dimensions.h"

#include "media/sniff.h"
#include "media/strip.h"

/* Little-endian, of so many bytes. */
static uint32_t read_le(const char *ptr, int bytes)
{
    uint32_t value = 0;
    for (int i = bytes; i-- > 0;)
        value = value << 8 | (unsigned char)ptr[i];
    return value;
}

static bool of_png(str head, uint32_t *ret_width, uint32_t *ret_height)
{
    if (head.len < 24 || !str_starts(str_skip(head, 12), S("IHDR")))
        return false;
    *ret_width = read_u32be(head.ptr + 16);
    *ret_height = read_u32be(head.ptr + 20);
    return true;
}

static bool of_gif(str head, uint32_t *ret_width, uint32_t *ret_height)
{
    if (head.len < 10)
        return false;
    *ret_width = read_le(head.ptr + 6, 2);
    *ret_height = read_le(head.ptr + 8, 2);
    return true;
}

static bool of_webp(str head, uint32_t *ret_width, uint32_t *ret_height)
{
    if (head.len < 30)
        return false;
    str chunk = str_skip(head, 12);
    if (str_starts(chunk, S("VP8X"))) {
        *ret_width = read_le(chunk.ptr + 12, 3) + 1;
        *ret_height = read_le(chunk.ptr + 15, 3) + 1;
    } else if (str_starts(chunk, S("VP8L"))) {
        uint32_t bits = read_le(chunk.ptr + 9, 4); /* behind the signature: 14 bits each */
        *ret_width = (bits & 0x3fff) + 1;
        *ret_height = (bits >> 14 & 0x3fff) + 1;
    } else if (str_starts(chunk, S("VP8 "))) {
        *ret_width = read_le(chunk.ptr + 14, 2) & 0x3fff;
        *ret_height = read_le(chunk.ptr + 16, 2) & 0x3fff;
    } else {
        return false;
    }
    return true;
}

/* SOF0 … SOF15 but DHT, JPG and DAC. */
static bool is_frame(unsigned char marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool of_jpeg(str head, uint32_t *ret_width, uint32_t *ret_height)
{
    for (size_t at = 2; at + 9 <= head.len;) {
        if ((unsigned char)head.ptr[at] != 0xff)
            return false;
        unsigned char marker = (unsigned char)head.ptr[at + 1];
        if (marker == 0xff) { /* filling */
            at++;
            continue;
        }
        if (is_frame(marker)) {
            *ret_height = read_u16be(head.ptr + at + 5);
            *ret_width = read_u16be(head.ptr + at + 7);
            return true;
        }
        at += 2 + (size_t)read_u16be(head.ptr + at + 2);
    }
    return false;
}

bool media_dimensions(str head, uint32_t *ret_width, uint32_t *ret_height)
{
    str type = media_sniff(head);
    if (str_eq(type, S("image/png")))
        return of_png(head, ret_width, ret_height);
    if (str_eq(type, S("image/gif")))
        return of_gif(head, ret_width, ret_height);
    if (str_eq(type, S("image/webp")))
        return of_webp(head, ret_width, ret_height);
    return str_eq(type, S("image/jpeg")) && of_jpeg(head, ret_width, ret_height);
}
