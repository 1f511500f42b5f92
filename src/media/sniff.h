/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a file is, by its first bytes, and what may be shown inside a page. */
#ifndef MEDIA_SNIFF_H
#define MEDIA_SNIFF_H

#include "base/arena.h"

/* The type the bytes show themselves to be, static text; STR_NONE when they do not say. */
str media_sniff(str bytes);
/* The type to serve a file as. The bytes' word counts more than the uploader's: what claims to be a picture, sound or
 * film and is none is application/octet-stream. In the arena. */
str media_type_of(struct arena *arena, str declared, str bytes);
/* Spec "Serving inline content": types that cannot run anything. */
bool media_type_is_inline(str type);
/* A file name to hand out: no folders, no control characters, at most 255 bytes of UTF-8. May become empty. */
str media_name_clean(struct arena *arena, str name);
/* The value of Content-Disposition (RFC 6266). name may be empty. */
str media_disposition(struct arena *arena, str type, str name);

#endif
