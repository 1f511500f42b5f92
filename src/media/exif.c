/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/strip.h"

enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3 };

static unsigned number(const unsigned char *p, size_t len, bool little)
{
    unsigned value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | p[little ? len - 1 - i : i];
    return value;
}

int exif_orientation(str tiff)
{
    const unsigned char *p = (const unsigned char *)tiff.ptr;
    if (tiff.len < 14 || (!str_starts(tiff, S("II*\0")) && !str_starts(tiff, S("MM\0*"))))
        return 1;
    bool little = p[0] == 'I';
    size_t at = number(p + 4, 4, little);
    if (at > tiff.len - 2)
        return 1;
    unsigned entries = number(p + at, 2, little);
    at += 2;
    for (unsigned i = 0; i < entries && at + 12 <= tiff.len; i++, at += 12)
        if (number(p + at, 2, little) == TAG_ORIENTATION && number(p + at + 2, 2, little) == TYPE_SHORT) {
            unsigned orientation = number(p + at + 8, 2, little);
            return orientation >= 1 && orientation <= 8 ? (int)orientation : 1;
        }
    return 1;
}

void exif_minimal(int orientation, unsigned char ret_tiff[EXIF_MINIMAL_SIZE])
{
    /* Big endian, one entry: Orientation, SHORT, one value; no next directory. */
    static const unsigned char block[EXIF_MINIMAL_SIZE] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12,
                                                           0,   3,   0, 0,  0, 1, 0, 0, 0, 0, 0,    0};
    memcpy(ret_tiff, block, sizeof block);
    ret_tiff[19] = (unsigned char)orientation;
}
