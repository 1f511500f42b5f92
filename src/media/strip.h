/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Takes out of a picture what it says beside the picture: place, camera, time, previews, text. What is needed to show
 * it right stays: orientation and colour profile (obligation 1.15).
 *
 * The formats are taken apart by rules as strict as they are: a file that does not follow its format's frame is
 * refused, for it cannot be known what else is in it. Nothing is decoded.
 */
#ifndef MEDIA_STRIP_H
#define MEDIA_STRIP_H

#include "base/strbuf.h"

/* Appends the stripped file to out. *ret_known false: not a format with metadata known here; nothing was appended.
 * RC_INVALID: damaged. type: as media_sniff() says. */
enum rc media_strip(str type, str bytes, struct strbuf *out, bool *ret_known) MUST_USE;

/* The formats. RC_INVALID: damaged. */
enum rc strip_jpeg(str bytes, struct strbuf *out) MUST_USE;
enum rc strip_png(str bytes, struct strbuf *out) MUST_USE;
enum rc strip_webp(str bytes, struct strbuf *out) MUST_USE;
/* HEIC and AVIF: metadata items are overwritten where they stand, so that no offset changes. */
enum rc strip_heif(str bytes, struct strbuf *out) MUST_USE;
/* MP4 and QuickTime: user data and metadata boxes become free space. */
enum rc strip_mp4(str bytes, struct strbuf *out) MUST_USE;

/* EXIF orientation of a TIFF block: 1 to 8, 1 when it does not say. */
int exif_orientation(str tiff);
enum { EXIF_MINIMAL_SIZE = 26 };
/* A TIFF block that says the orientation and nothing else. */
void exif_minimal(int orientation, unsigned char ret_tiff[EXIF_MINIMAL_SIZE]);

static inline uint32_t read_u32be(const char *ptr)
{
    const unsigned char *p = (const unsigned char *)ptr;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint16_t read_u16be(const char *ptr)
{
    const unsigned char *p = (const unsigned char *)ptr;
    return (uint16_t)(p[0] << 8 | p[1]);
}

#endif
