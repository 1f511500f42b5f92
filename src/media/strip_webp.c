/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/strip.h"

enum { FLAG_XMP = 0x04, FLAG_EXIF = 0x08 };

static uint32_t read_u32le(const char *ptr)
{
    const unsigned char *p = (const unsigned char *)ptr;
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void write_u32le(char *ptr, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        ptr[i] = (char)(value >> 8 * i);
}

static void add_orientation(int orientation, struct strbuf *out)
{
    unsigned char tiff[EXIF_MINIMAL_SIZE];
    exif_minimal(orientation, tiff);
    strbuf_add(out, S("EXIF\x1a\0\0\0"));
    strbuf_add(out, str_from(tiff, sizeof tiff));
}

enum rc strip_webp(str bytes, struct strbuf *out)
{
    if (bytes.len < 20)
        return RC_INVALID;
    size_t end = 8 + (size_t)read_u32le(bytes.ptr + 4), start = out->len, flags_at = 0;
    if (end < 20 || end > bytes.len)
        return RC_INVALID;
    int orientation = 1;
    strbuf_add(out, str_head(bytes, 12));
    for (size_t at = 12; at + 8 <= end;) {
        str type = str_from(bytes.ptr + at, 4);
        size_t len = read_u32le(bytes.ptr + at + 4);
        if (len > end - at - 8)
            return RC_INVALID;
        str data = str_from(bytes.ptr + at + 8, len);
        size_t whole = 8 + len + (len & 1);
        if (whole > end - at)
            whole = end - at;
        if (str_eq(type, S("EXIF"))) {
            orientation = exif_orientation(str_starts(data, S("Exif\0\0")) ? str_skip(data, 6) : data);
        } else if (!str_eq(type, S("XMP "))) {
            if (str_eq(type, S("VP8X")) && len >= 10)
                flags_at = out->len + 8;
            strbuf_add(out, str_from(bytes.ptr + at, whole));
        }
        at += whole;
    }
    if (flags_at) {
        out->ptr[flags_at] &= ~(FLAG_XMP | FLAG_EXIF);
        if (orientation != 1) {
            add_orientation(orientation, out);
            out->ptr[flags_at] |= FLAG_EXIF;
        }
    }
    write_u32le(out->ptr + start + 4, (uint32_t)(out->len - start - 8));
    return RC_OK;
}
