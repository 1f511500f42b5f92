/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/thumbnail.h"

#include "base/env.h"
#include "media/sniff.h"
#include "media/vips_lib.h"

#include <stdio.h>

static const struct thumbnail_size sizes[] = {
    {32, 32, true},    {96, 96, true},    {320, 320, true},    {320, 240, false},
    {640, 480, false}, {800, 600, false}, {1600, 1200, false},
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

enum rc thumbnail_check_pixels(int64_t width, int64_t height)
{
    if (width < 1 || height < 1)
        return RC_INVALID;
    bool fits = width <= THUMBNAIL_MAX_SIDE && height <= THUMBNAIL_MAX_SIDE && width * height <= THUMBNAIL_MAX_PIXELS;
    return fits ? RC_OK : RC_TOO_LARGE;
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

bool thumbnail_type_moves(str type)
{
    return str_eq(type, S("image/gif")) || str_eq(type, S("image/webp"));
}

struct head {
    int width, height, frames;
};

/* Only the header is read here. Decoding a huge picture is what must not begin. */
static enum rc look_at_head(const struct vips_lib *vips, str bytes, struct head *ret_head)
{
    VipsImage *image =
        vips->vips_image_new_from_buffer(bytes.ptr, bytes.len, "", "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    if (!image)
        return RC_INVALID;
    *ret_head = (struct head){vips->vips_image_get_width(image), vips->vips_image_get_height(image),
                              vips->vips_image_get_n_pages(image)};
    vips->g_object_unref(image);
    return thumbnail_check_pixels(ret_head->width, ret_head->height);
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

static int save_as(const struct vips_lib *vips, VipsImage *image, bool moves, void **ret_bytes, size_t *ret_len)
{
    if (moves)
        return vips->vips_webpsave_buffer(image, ret_bytes, ret_len, "strip", TRUE, "Q", 75, "effort", 2, NULL);
    if (vips->vips_image_hasalpha(image))
        return vips->vips_pngsave_buffer(image, ret_bytes, ret_len, "strip", TRUE, "compression", 6, NULL);
    return vips->vips_jpegsave_buffer(image, ret_bytes, ret_len, "strip", TRUE, "Q", 80, "optimize_coding", TRUE, NULL);
}

static enum rc save(const struct vips_lib *vips, VipsImage *image, bool moves, struct strbuf *out)
{
    struct watch watch = {vips, image, env_steady_ms(env_system()) + THUMBNAIL_MAX_MS};
    vips->vips_image_set_progress(image, TRUE);
    vips->g_signal_connect_data(image, "eval", G_CALLBACK(look_at_clock), &watch, NULL, 0);
    void *bytes = NULL;
    size_t len = 0;
    int failed = save_as(vips, image, moves, &bytes, &len);
    enum rc rc = failed ? RC_INVALID : len > THUMBNAIL_MAX_OUTPUT ? RC_TOO_LARGE : RC_OK;
    if (rc == RC_OK)
        strbuf_add(out, str_from(bytes, len));
    vips->g_free(bytes);
    return rc;
}

static enum rc make_still(const struct vips_lib *vips, str bytes, const struct thumbnail_size *size, struct strbuf *out)
{
    VipsImage *image = NULL;
    if (vips->vips_thumbnail_buffer((void *)(uintptr_t)bytes.ptr, bytes.len, &image, size->width, "height",
                                    size->height, "size", VIPS_SIZE_DOWN, "crop",
                                    size->crop ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE, "export_profile",
                                    "srgb", NULL)
        != 0)
        return RC_INVALID;
    enum rc rc = save(vips, image, false, out);
    vips->g_object_unref(image);
    return rc;
}

/* ---- moving: libvips has the frames of an animation as one high picture, one below the other ---- */

int thumbnail_frames(int width, int height, int frames)
{
    int64_t most = THUMBNAIL_MAX_PIXELS / ((int64_t)width * height);
    most = most < THUMBNAIL_MAX_FRAMES ? most : THUMBNAIL_MAX_FRAMES;
    return (int)(most < frames ? most : frames);
}

/* The size to bring the frames to: inside the box, or, to be cropped, around it; never larger than they are. */
static struct thumbnail_size frame_size(const struct head *head, const struct thumbnail_size *box)
{
    double by_width = (double)box->width / head->width, by_height = (double)box->height / head->height;
    double scale = box->crop == (by_width > by_height) ? by_width : by_height;
    scale = scale < 1 ? scale : 1;
    return (struct thumbnail_size){.width = (int)(head->width * scale + 0.5),
                                   .height = (int)(head->height * scale + 0.5)};
}

/* The middle of each frame. Takes *image over. */
static enum rc crop_frames(const struct vips_lib *vips, VipsImage **image, const struct thumbnail_size *box)
{
    VipsImage *frames[THUMBNAIL_MAX_FRAMES], *joined = NULL, *cropped = NULL;
    int height = vips->vips_image_get_page_height(*image), width = vips->vips_image_get_width(*image), made = 0;
    int count = vips->vips_image_get_height(*image) / (height > 0 ? height : 1);
    int new_width = width < box->width ? width : box->width, new_height = height < box->height ? height : box->height;
    while (made < count && made < THUMBNAIL_MAX_FRAMES
           && vips->vips_crop(*image, &frames[made], (width - new_width) / 2, made * height + (height - new_height) / 2,
                              new_width, new_height, NULL)
                  == 0)
        made++;
    if (made == count && vips->vips_arrayjoin(frames, &joined, made, "across", 1, NULL) == 0
        && vips->vips_copy(joined, &cropped, NULL) == 0)
        vips->vips_image_set_int(cropped, VIPS_META_PAGE_HEIGHT, new_height);
    for (int i = 0; i < made; i++)
        vips->g_object_unref(frames[i]);
    if (joined)
        vips->g_object_unref(joined);
    vips->g_object_unref(*image);
    *image = cropped;
    return cropped ? RC_OK : RC_INVALID;
}

static enum rc make_moving(const struct vips_lib *vips, str bytes, const struct head *head,
                           const struct thumbnail_size *box, struct strbuf *out)
{
    char which[24];
    VipsImage *image = NULL;
    struct thumbnail_size size = frame_size(head, box);
    snprintf(which, sizeof which, "n=%d", thumbnail_frames(head->width, head->height, head->frames));
    if (vips->vips_thumbnail_buffer((void *)(uintptr_t)bytes.ptr, bytes.len, &image, size.width, "height", size.height,
                                    "size", VIPS_SIZE_DOWN, "option_string", which, "export_profile", "srgb", NULL)
        != 0)
        return RC_INVALID;
    enum rc rc = box->crop ? crop_frames(vips, &image, box) : RC_OK;
    if (rc == RC_OK)
        rc = save(vips, image, true, out);
    if (image)
        vips->g_object_unref(image);
    return rc;
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

enum rc thumbnail_make(str bytes, const struct thumbnail_wish *wish, struct strbuf *out)
{
    const struct vips_lib *vips;
    struct head head;
    TRY(vips_lib_get(&vips));
    if (!thumbnail_type_ok(media_sniff(bytes)))
        return RC_INVALID;
    enum rc rc = look_at_head(vips, bytes, &head);
    bool moves = rc == RC_OK && wish->animated && thumbnail_frames(head.width, head.height, head.frames) > 1;
    if (moves)
        rc = make_moving(vips, bytes, &head, &wish->size, out);
    /* One that stands still is better than none. */
    if (rc == RC_OK ? !moves : moves)
        rc = make_still(vips, bytes, &wish->size, out);
    vips->vips_error_clear();
    vips->vips_thread_shutdown();
    return rc;
}
