/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/strip.h"

enum {
    SOI = 0xd8,
    EOI = 0xd9,
    SOS = 0xda,
    APP0 = 0xe0,
    APP1 = 0xe1,
    APP2 = 0xe2,
    APP14 = 0xee,
    APP15 = 0xef,
    COM = 0xfe
};

/* Of the application segments only those that decoding needs: JFIF, colour profile, Adobe's colour transform. */
static bool segment_stays(unsigned char marker, str data)
{
    if (marker == COM)
        return false;
    if (marker < APP0 || marker > APP15)
        return true;
    return marker == APP0 || (marker == APP2 && str_starts(data, S("ICC_PROFILE"))) || marker == APP14;
}

static void add_orientation(int orientation, struct strbuf *out)
{
    unsigned char tiff[EXIF_MINIMAL_SIZE];
    exif_minimal(orientation, tiff);
    strbuf_add(out, S("\xff\xe1\0\x22"
                      "Exif\0\0")); /* 2 + 6 + 26 = 0x22 */
    strbuf_add(out, str_from(tiff, sizeof tiff));
}

/* First pass: the orientation stands before the picture. */
static int find_orientation(str bytes)
{
    size_t at = 2;
    while (at + 4 <= bytes.len && (unsigned char)bytes.ptr[at] == 0xff) {
        unsigned char marker = (unsigned char)bytes.ptr[at + 1];
        size_t len = read_u16be(bytes.ptr + at + 2);
        if (marker == SOS || at + 2 + len > bytes.len)
            break;
        str data = str_from(bytes.ptr + at + 4, len < 2 ? 0 : len - 2);
        if (marker == APP1 && str_starts(data, S("Exif\0\0")))
            return exif_orientation(str_skip(data, 6));
        at += 2 + len;
    }
    return 1;
}

/* Length of the coded data from at on: up to the next marker that is not part of it. */
static size_t coded_length(str bytes, size_t at)
{
    size_t i = at;
    while (i + 1 < bytes.len) {
        const char *ff = memchr(bytes.ptr + i, 0xff, bytes.len - 1 - i);
        if (!ff)
            return bytes.len - at;
        i = (size_t)(ff - bytes.ptr);
        unsigned char next = (unsigned char)bytes.ptr[i + 1];
        if (next != 0 && !(next >= 0xd0 && next <= 0xd7) && next != 0xff)
            return i - at;
        i += next == 0xff ? 1 : 2;
    }
    return bytes.len - at;
}

enum rc strip_jpeg(str bytes, struct strbuf *out)
{
    if (bytes.len < 4 || !str_starts(bytes, S("\xff\xd8")))
        return RC_INVALID;
    int orientation = find_orientation(bytes);
    bool orientation_due = orientation != 1;
    strbuf_add(out, S("\xff\xd8"));
    size_t at = 2;
    while (at + 2 <= bytes.len) {
        unsigned char marker = (unsigned char)bytes.ptr[at + 1];
        if ((unsigned char)bytes.ptr[at] != 0xff)
            return RC_INVALID;
        if (marker == 0xff) { /* a fill byte */
            at++;
            continue;
        }
        if (marker == EOI) /* what stands behind the picture is not the picture */
            break;
        if (at + 4 > bytes.len)
            return RC_INVALID;
        size_t len = read_u16be(bytes.ptr + at + 2);
        if (len < 2 || at + 2 + len > bytes.len)
            return RC_INVALID;
        /* Exif follows JFIF where there is one. */
        if (orientation_due && marker != APP0) {
            add_orientation(orientation, out);
            orientation_due = false;
        }
        if (segment_stays(marker, str_from(bytes.ptr + at + 4, len - 2)))
            strbuf_add(out, str_from(bytes.ptr + at, 2 + len));
        at += 2 + len;
        if (marker == SOS) {
            size_t coded = coded_length(bytes, at);
            strbuf_add(out, str_from(bytes.ptr + at, coded));
            at += coded;
        }
    }
    /* Cut off while it was sent: browsers show what there is, if it ends properly. */
    strbuf_add(out, S("\xff\xd9"));
    return RC_OK;
}
