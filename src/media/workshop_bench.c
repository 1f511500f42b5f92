/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One picture, in a process of its own. Whatever goes wrong, the process ends and the server sees that. */
#include "media/workshop_private.h"

#include <errno.h>
#include <unistd.h>

static bool read_whole(int fd, void *ret_bytes, size_t len)
{
    for (char *at = ret_bytes; len;) {
        ssize_t got = read(fd, at, len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static bool write_whole(int fd, const void *bytes, size_t len)
{
    for (const char *at = bytes; len;) {
        ssize_t put = write(fd, at, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        len -= (size_t)put;
    }
    return true;
}

void workshop_bench(int fd)
{
    struct workshop_parcel parcel;
    struct strbuf picture = STRBUF_INIT, small = STRBUF_INIT;
    if (!read_whole(fd, &parcel, sizeof parcel) || parcel.bytes > THUMBNAIL_MAX_INPUT)
        return;
    if (!read_whole(fd, strbuf_reserve(&picture, (size_t)parcel.bytes), (size_t)parcel.bytes))
        return;
    picture.len = (size_t)parcel.bytes;
    enum rc rc = thumbnail_make(strbuf_str(&picture), &parcel.wish, &small);
    struct workshop_answer answer = {.rc = rc, .bytes = rc == RC_OK ? (uint32_t)small.len : 0};
    if (write_whole(fd, &answer, sizeof answer))
        (void)write_whole(fd, small.ptr, answer.bytes);
    strbuf_fini(&picture);
    strbuf_fini(&small);
}
