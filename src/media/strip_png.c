/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/strip.h"

static uint32_t crc_of(const char *ptr, size_t len)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
    }
    return ~crc;
}

static void add_u32be(struct strbuf *out, uint32_t value)
{
    char bytes[4] = {(char)(value >> 24), (char)(value >> 16), (char)(value >> 8), (char)value};
    strbuf_add(out, str_from(bytes, 4));
}

static void add_orientation(int orientation, struct strbuf *out)
{
    char chunk[4 + EXIF_MINIMAL_SIZE] = "eXIf";
    exif_minimal(orientation, (unsigned char *)chunk + 4);
    add_u32be(out, EXIF_MINIMAL_SIZE);
    strbuf_add(out, str_from(chunk, sizeof chunk));
    add_u32be(out, crc_of(chunk, sizeof chunk));
}

/* Text, time, Exif, provenance: gone. Everything that is part of showing it, animation included, stays. */
static bool chunk_goes(str type)
{
    static const str going[] = {STR_INIT("tEXt"), STR_INIT("zTXt"), STR_INIT("iTXt"), STR_INIT("eXIf"),
                                STR_INIT("tIME"), STR_INIT("caBX"), STR_INIT("dSIG"), STR_INIT("zxIf")};
    for (size_t i = 0; i < sizeof going / sizeof *going; i++)
        if (str_eq(going[i], type))
            return true;
    return false;
}

enum rc strip_png(str bytes, struct strbuf *out)
{
    size_t at = 8;
    if (bytes.len < 8)
        return RC_INVALID;
    strbuf_add(out, str_head(bytes, 8));
    while (at + 12 <= bytes.len) {
        size_t len = read_u32be(bytes.ptr + at);
        str type = str_from(bytes.ptr + at + 4, 4);
        if (len > bytes.len - at - 12)
            return RC_INVALID;
        if (!chunk_goes(type))
            strbuf_add(out, str_from(bytes.ptr + at, len + 12));
        if (str_eq(type, S("eXIf"))) {
            int orientation = exif_orientation(str_from(bytes.ptr + at + 8, len));
            if (orientation != 1)
                add_orientation(orientation, out);
        }
        if (str_eq(type, S("IEND")))
            return RC_OK;
        at += len + 12;
    }
    return RC_INVALID;
}
