/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/pictures.h"

#include "base/container.h"
#include "media/dimensions.h"
#include "media/sniff.h"
#include "media/workshop.h"

#include <pthread.h>
#include <stdlib.h>

#define REFUSED S("refused")

enum { OWNERS_MAX = 64 };

/* Of whose pictures processes died; the oldest makes room. */
struct strikes {
    uint64_t owner;
    int count;
    int64_t first_ms;
};

struct pictures {
    struct env *env;
    struct media_folder *folder;
    struct workshop *workshop;
    pthread_mutex_t lock; /* on the strikes */
    struct strikes owners[OWNERS_MAX];
};

/* ---- strikes ---- */

static bool is_over(const struct strikes *strikes, int64_t now)
{
    return !strikes->count || now - strikes->first_ms > PICTURES_STRIKES_MS;
}

static bool is_struck(struct pictures *pictures, uint64_t owner)
{
    bool struck = false;
    int64_t now = env_steady_ms(pictures->env);
    pthread_mutex_lock(&pictures->lock);
    for (int i = 0; i < OWNERS_MAX; i++) {
        const struct strikes *strikes = &pictures->owners[i];
        struck = struck || (strikes->owner == owner && strikes->count >= PICTURES_STRIKES && !is_over(strikes, now));
    }
    pthread_mutex_unlock(&pictures->lock);
    return struck;
}

static void strike(struct pictures *pictures, uint64_t owner)
{
    int64_t now = env_steady_ms(pictures->env);
    pthread_mutex_lock(&pictures->lock);
    struct strikes *place = &pictures->owners[0];
    for (int i = 0; i < OWNERS_MAX && place->owner != owner; i++)
        if (pictures->owners[i].owner == owner || pictures->owners[i].first_ms < place->first_ms)
            place = &pictures->owners[i];
    if (place->owner != owner || is_over(place, now))
        *place = (struct strikes){.owner = owner, .first_ms = now};
    place->count++;
    pthread_mutex_unlock(&pictures->lock);
}

/* ---- what is kept of a picture that none can be made of: why, and until when ---- */

struct refusal {
    uint32_t rc;
    int64_t until_ms;
};

static enum rc look_refused(struct pictures *pictures, const struct picture *picture)
{
    struct strbuf buf = STRBUF_INIT;
    struct refusal refusal = {.rc = RC_OK};
    enum rc rc = media_file_read(pictures->folder, picture->file, REFUSED, &picture->key, sizeof refusal, &buf);
    if (rc == RC_OK && buf.len == sizeof refusal)
        memcpy(&refusal, buf.ptr, sizeof refusal);
    strbuf_fini(&buf);
    return refusal.until_ms > env_now_ms(pictures->env) ? (enum rc)refusal.rc : RC_OK;
}

/* If it cannot be kept, the picture is tried again: no harm done. */
static void keep_refused(struct pictures *pictures, const struct picture *picture, enum rc why)
{
    struct refusal refusal;
    memset(&refusal, 0, sizeof refusal); /* with what lies between the members: it is written as it is */
    refusal.rc = why;
    refusal.until_ms = env_now_ms(pictures->env) + PICTURES_REFUSED_MS;
    if (media_file_write(pictures->folder, picture->file, REFUSED, &picture->key,
                         str_from((const char *)&refusal, sizeof refusal), NULL)
        != RC_OK)
        return;
}

/* ---- making ---- */

struct stored {
    struct workshop_source source;
    struct media_folder *folder;
    const struct picture *picture;
    struct media_reader *reader;
};

static enum rc stored_begin(struct workshop_source *source, uint64_t *ret_size)
{
    struct stored *stored = CONTAINER_OF(source, struct stored, source);
    media_reader_close(&stored->reader);
    return media_reader_open(stored->folder, stored->picture->file, STR_NONE, &stored->picture->key, &stored->reader,
                             ret_size);
}

static enum rc stored_next(struct workshop_source *source, struct strbuf *buf)
{
    return media_reader_next(CONTAINER_OF(source, struct stored, source)->reader, buf);
}

/* The answer was made from hostile bytes: what is none of what the workshop makes does not come in. */
static bool is_small_picture(str bytes)
{
    str type = media_sniff(bytes);
    return str_eq(type, S("image/jpeg")) || str_eq(type, S("image/png")) || str_eq(type, S("image/webp"));
}

/* What says to be too large is not even sent there. */
static enum rc check_head(struct pictures *pictures, const struct picture *picture)
{
    struct media_reader *reader;
    struct strbuf head = STRBUF_INIT;
    uint64_t size;
    uint32_t width, height;
    TRY(media_reader_open(pictures->folder, picture->file, STR_NONE, &picture->key, &reader, &size));
    enum rc rc = size > THUMBNAIL_MAX_INPUT ? RC_TOO_LARGE : media_reader_next(reader, &head);
    if (rc == RC_OK && media_dimensions(strbuf_str(&head), &width, &height))
        rc = thumbnail_check_pixels(width, height);
    media_reader_close(&reader);
    strbuf_fini(&head);
    return rc;
}

static enum rc make(struct pictures *pictures, const struct picture *picture, const struct thumbnail_wish *wish,
                    str variant)
{
    struct strbuf small = STRBUF_INIT;
    struct stored stored = {.source = {stored_begin, stored_next}, .folder = pictures->folder, .picture = picture};
    enum rc rc = workshop_make(pictures->workshop, &stored.source, wish, &small);
    media_reader_close(&stored.reader);
    if (rc == RC_OK && !is_small_picture(strbuf_str(&small)))
        rc = RC_INVALID;
    if (rc == RC_OK)
        rc = media_file_write(pictures->folder, picture->file, variant, &picture->key, strbuf_str(&small), NULL);
    strbuf_fini(&small);
    return rc;
}

enum rc pictures_make(struct pictures *pictures, const struct picture *picture, const struct thumbnail_wish *wish,
                      str variant)
{
    /* Several ask at once for a picture just sent: the first in the queue has made it for all. */
    if (media_file_exists(pictures->folder, picture->file, variant))
        return RC_OK;
    TRY(look_refused(pictures, picture));
    if (is_struck(pictures, picture->owner))
        return RC_LIMITED;
    enum rc rc = check_head(pictures, picture);
    if (rc == RC_OK)
        rc = make(pictures, picture, wish, variant);
    if (rc == RC_EXPIRED) {
        strike(pictures, picture->owner);
        rc = RC_INVALID;
    }
    if (rc == RC_INVALID || rc == RC_TOO_LARGE)
        keep_refused(pictures, picture, rc);
    return rc;
}

void pictures_tend(struct pictures *pictures)
{
    workshop_tend(pictures->workshop);
}

struct pictures *pictures_new(struct env *env, struct media_folder *folder, int max_ms)
{
    struct pictures *pictures = xcalloc(1, sizeof *pictures);
    pictures->env = env;
    pictures->folder = folder;
    pictures->workshop = workshop_new(max_ms);
    pthread_mutex_init(&pictures->lock, NULL);
    return pictures;
}

void pictures_free(struct pictures **pictures)
{
    if (!*pictures)
        return;
    workshop_free(&(*pictures)->workshop);
    pthread_mutex_destroy(&(*pictures)->lock);
    free(*pictures);
    *pictures = NULL;
}
