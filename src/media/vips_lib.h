/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * libvips, loaded only in the process that decodes pictures (media/workshop.h): with all it brings along it is larger
 * than the rest of the server together.
 */
#ifndef MEDIA_VIPS_LIB_H
#define MEDIA_VIPS_LIB_H

#include "base/rc.h"

#include <stdbool.h>

#include <vips/vips.h>

/* The functions used, by their own names. */
#define VIPS_FUNCTIONS(each)                                                                                           \
    each(vips_init) each(vips_block_untrusted_set) each(vips_cache_set_max) each(vips_concurrency_set)                 \
        each(vips_image_new_from_buffer) each(vips_image_get_width) each(vips_image_get_height)                        \
            each(vips_image_hasalpha) each(vips_thumbnail_buffer) each(vips_jpegsave_buffer) each(vips_pngsave_buffer) \
                each(vips_webpsave_buffer) each(vips_image_get_n_pages) each(vips_image_get_page_height)               \
                    each(vips_image_set_int) each(vips_crop) each(vips_arrayjoin) each(vips_copy)                      \
                        each(vips_image_set_progress) each(vips_image_set_kill) each(vips_error_clear)                 \
                            each(vips_thread_shutdown)

struct vips_lib {
#define VIPS_MEMBER(name) __typeof__(&name) name;
    VIPS_FUNCTIONS(VIPS_MEMBER)
#undef VIPS_MEMBER
    __typeof__(&g_object_unref) g_object_unref;
    __typeof__(&g_free) g_free;
    __typeof__(&g_signal_connect_data) g_signal_connect_data;
};

/* Thread-safe; loaded once, for good. RC_UNSUPPORTED when the machine has none. */
enum rc vips_lib_get(const struct vips_lib **ret_lib) MUST_USE;

#endif
