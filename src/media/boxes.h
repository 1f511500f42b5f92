/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Boxes of the ISO base media file format (HEIF, MP4). */
#ifndef MEDIA_BOXES_H
#define MEDIA_BOXES_H

#include "media/strip.h"

struct box {
    str type;    /* four bytes */
    size_t at;   /* where the box begins in the file */
    size_t size; /* with its header */
    str data;    /* behind the header */
};

/* The box at *cursor of the region [*cursor, end); moves the cursor behind it. RC_NOT_FOUND: none left; RC_INVALID. */
enum rc box_next(str file, size_t *cursor, size_t end, struct box *ret_box) MUST_USE;
/* The first box of a type in a region. RC_NOT_FOUND, RC_INVALID. */
enum rc box_find(str file, size_t begin, size_t end, str type, struct box *ret_box) MUST_USE;
static inline size_t box_end(const struct box *box)
{
    return box->at + box->size;
}
static inline size_t box_begin(str file, const struct box *box)
{
    return (size_t)(box->data.ptr - file.ptr);
}

#endif
