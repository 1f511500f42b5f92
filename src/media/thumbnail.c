/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/thumbnail.h"

#include "base/env.h"
#include "media/sniff.h"
#include "media/vips_lib.h"

static const struct thumbnail_size sizes[] = {
    {32, 32, true}, {96, 96, true}, {320, 240, false}, {640, 480, false}, {800, 600, false},
};

const struct thumbnail_size *thumbnail_size_for(int64_t width, int64_t height, bool crop)
{
    const struct thumbnail_size *last = NULL;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i].crop != crop)
            continue;
        last = &sizes[i];
        if (last->width >= width && last->height >= height)
            return last;
    }
    return last;
}

bool thumbnail_type_ok(str type)
{
    static const str types[] = {STR_INIT("image/jpeg"), STR_INIT("image/png"),  STR_INIT("image/apng"),
                                STR_INIT("image/gif"),  STR_INIT("image/webp"), STR_INIT("image/heic"),
                                STR_INIT("image/heif"), STR_INIT("image/avif")};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq(types[i], type))
            return true;
    return false;
}

/* Only the header is read here. Decoding a huge picture is what must not begin. */
static enum rc check_size(const struct vips_lib *vips, str bytes, int *ret_width, int *ret_height)
{
    VipsImage *image =
        vips->vips_image_new_from_buffer(bytes.ptr, bytes.len, "", "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    if (!image)
        return RC_INVALID;
    *ret_width = vips->vips_image_get_width(image);
    *ret_height = vips->vips_image_get_height(image);
    vips->g_object_unref(image);
    if (*ret_width > THUMBNAIL_MAX_SIDE || *ret_height > THUMBNAIL_MAX_SIDE
        || (int64_t)*ret_width * *ret_height > THUMBNAIL_MAX_PIXELS)
        return RC_TOO_LARGE;
    return RC_OK;
}

struct watch {
    const struct vips_lib *vips;
    VipsImage *image;
    int64_t deadline;
};

/* Called by libvips as pixels are made. */
static void look_at_clock(VipsImage *image, VipsProgress *progress, struct watch *watch)
{
    (void)image;
    (void)progress;
    if (env_steady_ms(env_system()) > watch->deadline)
        watch->vips->vips_image_set_kill(watch->image, TRUE);
}

static enum rc save(const struct vips_lib *vips, VipsImage *image, struct strbuf *out)
{
    struct watch watch = {vips, image, env_steady_ms(env_system()) + THUMBNAIL_MAX_MS};
    vips->vips_image_set_progress(image, TRUE);
    vips->g_signal_connect_data(image, "eval", G_CALLBACK(look_at_clock), &watch, NULL, 0);
    void *bytes = NULL;
    size_t len = 0;
    int failed =
        vips->vips_image_hasalpha(image)
            ? vips->vips_pngsave_buffer(image, &bytes, &len, "strip", TRUE, "compression", 6, NULL)
            : vips->vips_jpegsave_buffer(image, &bytes, &len, "strip", TRUE, "Q", 80, "optimize_coding", TRUE, NULL);
    if (!failed)
        strbuf_add(out, str_from(bytes, len));
    vips->g_free(bytes);
    return failed ? RC_INVALID : RC_OK;
}

/* The head of a HEIF file without a body: enough to have the plug-ins of its library loaded. */
void thumbnail_prepare(const struct vips_lib *vips)
{
    static const char head[] = "\0\0\0\x18"
                               "ftypheic"
                               "\0\0\0\0"
                               "mif1"
                               "heic"
                               "\0\0\0\x08"
                               "mdat";
    VipsImage *image = vips->vips_image_new_from_buffer(head, sizeof head - 1, "", NULL);
    if (image)
        vips->g_object_unref(image);
    vips->vips_error_clear();
}

enum rc thumbnail_make(str bytes, const struct thumbnail_size *size, struct strbuf *out)
{
    const struct vips_lib *vips;
    TRY(vips_lib_get(&vips));
    if (!thumbnail_type_ok(media_sniff(bytes)))
        return RC_INVALID;
    int width, height;
    VipsImage *image = NULL;
    enum rc rc = check_size(vips, bytes, &width, &height);
    if (rc == RC_OK
        && vips->vips_thumbnail_buffer((void *)(uintptr_t)bytes.ptr, bytes.len, &image, size->width, "height",
                                       size->height, "size", VIPS_SIZE_DOWN, "crop",
                                       size->crop ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE, "export_profile",
                                       "srgb", NULL)
               != 0)
        rc = RC_INVALID;
    if (rc == RC_OK)
        rc = save(vips, image, out);
    if (image)
        vips->g_object_unref(image);
    vips->vips_error_clear();
    vips->vips_thread_shutdown();
    return rc;
}
