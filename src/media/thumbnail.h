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
    THUMBNAIL_MAX_FRAMES = 100, /* of an animation; what comes behind them is left out */
    THUMBNAIL_MAX_OUTPUT = 8 * 1024 * 1024,
    THUMBNAIL_MAX_MS = 8000,
};

struct vips_lib;

/* A size there are thumbnails of: those spec "Thumbnails" recommends, and larger ones for large screens. */
struct thumbnail_size {
    int width, height;
    bool crop;
};

/* What is to be made of a picture. */
struct thumbnail_wish {
    struct thumbnail_size size;
    bool animated; /* if it can be */
};

/* The smallest of the fixed sizes that is at least what was asked for, or the largest of that method. */
const struct thumbnail_size *thumbnail_size_for(int64_t width, int64_t height, bool crop);
/* Can a thumbnail be made of files of that type? */
bool thumbnail_type_ok(str type);
/* Can it move? Of an animated PNG libvips reads the first picture only: its thumbnails stand still. */
bool thumbnail_type_moves(str type);
/* RC_TOO_LARGE: more pixels than are decoded. */
enum rc thumbnail_check_pixels(int64_t width, int64_t height) MUST_USE;
/* How many of an animation's frames are decoded together; fewer than two do not move. */
int thumbnail_frames(int width, int height, int frames);
/* Before the process loses its files: what libvips would open with the first picture. */
void thumbnail_prepare(const struct vips_lib *vips);
/* Appends a JPEG, or a PNG where there is transparency, or a WebP where it moves; upright, without metadata. Never
 * larger than the picture. RC_INVALID: no picture; RC_TOO_LARGE: beyond the limits; RC_UNSUPPORTED: this machine
 * cannot. */
enum rc thumbnail_make(str bytes, const struct thumbnail_wish *wish, struct strbuf *out) MUST_USE;

#endif
