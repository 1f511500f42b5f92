/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/boxes.h"

enum { MAX_DEPTH = 4 };

static bool is_metadata(str type)
{
    return str_eq(type, S("udta")) || str_eq(type, S("meta")) || str_eq(type, S("uuid"));
}

static bool is_container(str type)
{
    return str_eq(type, S("moov")) || str_eq(type, S("trak")) || str_eq(type, S("moof"));
}

/* Offsets into mdat must stay right: a box is not taken out but turned into free space of the same size. */
static enum rc free_boxes(str file, size_t begin, size_t end, int depth, struct strbuf *out, size_t start)
{
    struct box box;
    enum rc rc;
    size_t cursor = begin;
    while ((rc = box_next(file, &cursor, end, &box)) == RC_OK) {
        size_t data_at = box_begin(file, &box);
        if (is_metadata(box.type)) {
            memcpy(out->ptr + start + box.at + 4, "free", 4);
            memset(out->ptr + start + data_at, 0, box.data.len);
        } else if (is_container(box.type) && depth < MAX_DEPTH) {
            TRY(free_boxes(file, data_at, box_end(&box), depth + 1, out, start));
        }
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc strip_mp4(str bytes, struct strbuf *out)
{
    size_t start = out->len;
    strbuf_add(out, bytes);
    return free_boxes(bytes, 0, bytes.len, 0, out, start);
}
