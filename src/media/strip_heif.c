/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/boxes.h"

#include <stdlib.h>

enum { MAX_ITEMS = 4096 };

/* Reads numbers off a box; what runs over its end reads as zero and sets `over`. */
struct reader {
    str rest;
    bool over;
};

static uint64_t take(struct reader *reader, size_t bytes)
{
    uint64_t value = 0;
    if (reader->rest.len < bytes) {
        reader->over = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | (unsigned char)reader->rest.ptr[i];
    reader->rest = str_skip(reader->rest, bytes);
    return value;
}

struct items {
    uint32_t ids[MAX_ITEMS];
    size_t count;
};

static bool items_have(const struct items *items, uint32_t id)
{
    for (size_t i = 0; i < items->count; i++)
        if (items->ids[i] == id)
            return true;
    return false;
}

/* iinf: which items are metadata. Version 2 and 3 of infe are what HEIF allows. */
static enum rc metadata_items(str file, const struct box *iinf, struct items *items)
{
    struct reader reader = {iinf->data, false};
    int version = (int)(take(&reader, 4) >> 24);
    (void)take(&reader, version == 0 ? 2 : 4);
    size_t cursor = (size_t)(reader.rest.ptr - file.ptr);
    struct box infe;
    enum rc rc;
    while ((rc = box_next(file, &cursor, box_end(iinf), &infe)) == RC_OK) {
        struct reader entry = {infe.data, false};
        int entry_version = (int)(take(&entry, 4) >> 24);
        uint32_t id = (uint32_t)take(&entry, entry_version == 2 ? 2 : 4);
        (void)take(&entry, 2);
        str type = str_head(entry.rest, 4);
        if (entry_version < 2 || (!str_eq(type, S("Exif")) && !str_eq(type, S("mime"))))
            continue;
        if (items->count == MAX_ITEMS)
            return RC_INVALID;
        items->ids[items->count++] = id;
    }
    return rc == RC_NOT_FOUND && !reader.over ? RC_OK : RC_INVALID;
}

/* Items' bytes are in mdat or idat. Elsewhere is the file's own structure: overwriting that would break it. */
static bool is_in_data(str file, uint64_t at, uint64_t len, const struct box *idat)
{
    if (idat && at >= box_begin(file, idat) && at <= box_end(idat))
        return len <= box_end(idat) - at;
    struct box box;
    size_t cursor = 0;
    while (box_next(file, &cursor, file.len, &box) == RC_OK)
        if (str_eq(box.type, S("mdat")) && at >= box_begin(file, &box) && at <= box_end(&box))
            return len <= box_end(&box) - at;
    return false;
}

/* iloc: where the items' bytes are, from the start of the file or inside idat. */
static enum rc blank_items(str file, const struct box *iloc, const struct box *idat, const struct items *items,
                           struct strbuf *out, size_t start)
{
    struct reader reader = {iloc->data, false};
    int version = (int)(take(&reader, 4) >> 24);
    unsigned sizes = (unsigned)take(&reader, 2);
    size_t offset_size = sizes >> 12, length_size = sizes >> 8 & 15, base_size = sizes >> 4 & 15;
    size_t index_size = version ? sizes & 15 : 0;
    if (version > 2 || offset_size > 8 || length_size > 8 || base_size > 8 || index_size > 8)
        return RC_INVALID;
    uint64_t count = take(&reader, version < 2 ? 2 : 4);
    for (uint64_t i = 0; i < count && !reader.over; i++) {
        uint32_t id = (uint32_t)take(&reader, version < 2 ? 2 : 4);
        unsigned method = version ? (unsigned)take(&reader, 2) & 15 : 0;
        (void)take(&reader, 2);
        uint64_t base = take(&reader, base_size), extents = take(&reader, 2);
        for (uint64_t e = 0; e < extents && !reader.over; e++) {
            (void)take(&reader, index_size);
            uint64_t at = base + take(&reader, offset_size), len = take(&reader, length_size);
            if (!items_have(items, id) || reader.over)
                continue;
            if (method == 1 && idat)
                at += box_begin(file, idat);
            else if (method != 0)
                return RC_INVALID;
            if (!is_in_data(file, at, len, idat))
                return RC_INVALID;
            memset(out->ptr + start + at, 0, (size_t)len);
        }
    }
    return reader.over ? RC_INVALID : RC_OK;
}

enum rc strip_heif(str bytes, struct strbuf *out)
{
    struct box meta, iinf, iloc, idat;
    enum rc rc = box_find(bytes, 0, bytes.len, S("meta"), &meta);
    size_t start = out->len;
    strbuf_add(out, bytes);
    if (rc == RC_NOT_FOUND) /* an image sequence: its metadata is a film's */
        return RC_OK;
    if (rc != RC_OK || meta.data.len < 4)
        return RC_INVALID;
    size_t begin = box_begin(bytes, &meta) + 4, end = box_end(&meta);
    if (box_find(bytes, begin, end, S("iinf"), &iinf) != RC_OK
        || box_find(bytes, begin, end, S("iloc"), &iloc) != RC_OK)
        return RC_INVALID;
    bool has_idat = box_find(bytes, begin, end, S("idat"), &idat) == RC_OK;
    struct items *items = xcalloc(1, sizeof *items);
    rc = metadata_items(bytes, &iinf, items);
    if (rc == RC_OK)
        rc = blank_items(bytes, &iloc, has_idat ? &idat : NULL, items, out, start);
    free(items);
    return rc;
}
