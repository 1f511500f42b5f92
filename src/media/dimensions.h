/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How large a picture says it is, by its first bytes: to turn away at once what would be refused after decoding began.
 */
#ifndef MEDIA_DIMENSIONS_H
#define MEDIA_DIMENSIONS_H

#include "base/str.h"

#include <stdint.h>

/* PNG, GIF, WebP and JPEG. False: it does not say within these bytes, or is of another format. */
bool media_dimensions(str head, uint32_t *ret_width, uint32_t *ret_height);

#endif
