/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/strip.h"

static const struct {
    str type;
    enum rc (*strip)(str bytes, struct strbuf *out);
} formats[] = {
    {STR_INIT("image/jpeg"), strip_jpeg},     {STR_INIT("image/png"), strip_png},
    {STR_INIT("image/webp"), strip_webp},     {STR_INIT("image/heic"), strip_heif},
    {STR_INIT("image/avif"), strip_heif},     {STR_INIT("video/mp4"), strip_mp4},
    {STR_INIT("video/quicktime"), strip_mp4},
};

enum rc media_strip(str type, str bytes, struct strbuf *out, bool *ret_known)
{
    *ret_known = false;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_eq(formats[i].type, type)) {
            *ret_known = true;
            return formats[i].strip(bytes, out);
        }
    return RC_OK;
}
