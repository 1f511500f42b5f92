/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Small pictures of stored ones: made once in the workshop, kept beside the file under its key, and gone with it. That
 * none can be made of a file is kept there too, for a day, so that a picture which is hard on the server is so once.
 *
 * Functions may be called from several threads and wait: not for loops.
 */
#ifndef MEDIA_PICTURES_H
#define MEDIA_PICTURES_H

#include "base/env.h"
#include "media/file.h"
#include "media/thumbnail.h"

enum {
    PICTURES_REFUSED_MS = 24 * 3600 * 1000,
    /* Who has sent so many pictures of which the workshop's process died, within that time, waits with more. */
    PICTURES_STRIKES = 3,
    PICTURES_STRIKES_MS = 5 * 60 * 1000,
};

struct pictures;
struct pictures *pictures_new(struct env *env, struct media_folder *folder, int max_ms);
void pictures_free(struct pictures **pictures);

/* A stored file and whose it is. */
struct picture {
    str file;
    struct crypto_key key;
    uint64_t owner;
};

/* Afterwards the variant is there. RC_INVALID, RC_TOO_LARGE: none can be made of it; RC_LIMITED: not now, its owner's
 * pictures have ended the workshop too often; RC_BUSY, RC_UNSUPPORTED: as workshop_make(). */
enum rc pictures_make(struct pictures *pictures, const struct picture *picture, const struct thumbnail_wish *wish,
                      str variant) MUST_USE;
/* From time to time; never waits. */
void pictures_tend(struct pictures *pictures);

#endif
