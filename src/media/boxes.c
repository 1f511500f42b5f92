/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/boxes.h"

enum rc box_next(str file, size_t *cursor, size_t end, struct box *ret_box)
{
    size_t at = *cursor, header = 8;
    if (at >= end)
        return RC_NOT_FOUND;
    if (end - at < 8)
        return RC_INVALID;
    uint64_t size = read_u32be(file.ptr + at);
    if (size == 1) {
        if (end - at < 16)
            return RC_INVALID;
        header = 16;
        size = (uint64_t)read_u32be(file.ptr + at + 8) << 32 | read_u32be(file.ptr + at + 12);
    } else if (size == 0) { /* to the end */
        size = end - at;
    }
    if (size < header || size > end - at)
        return RC_INVALID;
    *ret_box = (struct box){.type = str_from(file.ptr + at + 4, 4),
                            .at = at,
                            .size = (size_t)size,
                            .data = str_from(file.ptr + at + header, (size_t)size - header)};
    *cursor = at + (size_t)size;
    return RC_OK;
}

enum rc box_find(str file, size_t begin, size_t end, str type, struct box *ret_box)
{
    size_t cursor = begin;
    for (;;) {
        TRY(box_next(file, &cursor, end, ret_box));
        if (str_eq(ret_box->type, type))
            return RC_OK;
    }
}
