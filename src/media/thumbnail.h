/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Thumbnails, made where a picture can do no harm (media/workshop.h). Bounded in input, pixels and time whatever the
 * picture says. */
#ifndef MEDIA_THUMBNAIL_H
#define MEDIA_THUMBNAIL_H

#include "base/strbuf.h"

enum {
    THUMBNAIL_MAX_INPUT = 64 * 1024 * 1024,
    THUMBNAIL_MAX_SIDE = 32767,
    THUMBNAIL_MAX_PIXELS = 120 * 1000 * 1000,
    THUMBNAIL_MAX_OUTPUT = 8 * 1024 * 1024,
    THUMBNAIL_MAX_MS = 8000,
};

struct vips_lib;

/* A size there are thumbnails of (spec "Thumbnails" recommends these). */
struct thumbnail_size {
    int width, height;
    bool crop;
};

/* The smallest of the fixed sizes that is at least what was asked for, or the largest of that method. */
const struct thumbnail_size *thumbnail_size_for(int64_t width, int64_t height, bool crop);
/* Can a thumbnail be made of files of that type? */
bool thumbnail_type_ok(str type);
/* Before the process loses its files: what libvips would open with the first picture. */
void thumbnail_prepare(const struct vips_lib *vips);
/* Appends a JPEG, or a PNG where there is transparency; upright, without metadata. Never larger than the picture.
 * RC_INVALID: no picture; RC_TOO_LARGE: beyond the limits; RC_UNSUPPORTED: this machine cannot. */
enum rc thumbnail_make(str bytes, const struct thumbnail_size *size, struct strbuf *out) MUST_USE;

#endif
