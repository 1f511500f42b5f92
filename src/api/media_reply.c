/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Answering with a stored file. */
#include "api/media.h"
#include "api/server.h"
#include "base/container.h"
#include "media/file.h"
#include "media/sniff.h"
#include "net/conditional.h"

struct file_source {
    struct http_source source;
    struct media_reader *reader;
    uint64_t left; /* of what was asked for */
};

static enum rc file_next(struct http_source *source, struct strbuf *buf)
{
    struct file_source *file = CONTAINER_OF(source, struct file_source, source);
    size_t before = buf->len;
    TRY(media_reader_next(file->reader, buf));
    if (buf->len - before > file->left) /* the part ends inside this piece */
        buf->len = before + (size_t)file->left;
    file->left -= buf->len - before;
    return RC_OK;
}

static void file_close(struct http_source *source)
{
    media_reader_close(&CONTAINER_OF(source, struct file_source, source)->reader);
}

/* A media id always stands for the same bytes; a small picture may be made anew by another version of its maker. */
static str tag_of(struct call *call, const struct media *media, str variant)
{
    return variant.len ? arena_printf(call->arena, "W/\"%.*s.%.*s\"", STR_ARG(media->id), STR_ARG(variant))
                       : arena_printf(call->arena, "\"%.*s\"", STR_ARG(media->id));
}

static void add_headers(struct call *call, str variant, str tag)
{
    call_header(call, S("ETag"), tag);
    /* Nothing is ever changed, but it may come into quarantine: from then on a browser shows what it has kept for an
     * hour at most. Asking again costs no bytes. */
    call_header(call, S("Cache-Control"), S("private, max-age=3600, must-revalidate"));
    /* Spec "Content repository": nothing in a file may run in this server's name. */
    call_header(
        call, S("Content-Security-Policy"),
        S("sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; style-src 'unsafe-inline'; "
          "object-src 'self';"));
    call_header(call, S("Cross-Origin-Resource-Policy"), S("cross-origin"));
    if (!variant.len)
        call_header(call, S("Accept-Ranges"), S("bytes"));
}

/* Which part of size bytes to send, and in which words. */
static enum rc choose_part(struct call *call, str variant, str tag, uint64_t size, uint64_t *ret_from,
                           uint64_t *ret_len)
{
    str range = variant.len ? STR_NONE : http_request_header(call->http, S("range"));
    *ret_from = 0;
    *ret_len = size;
    if (!range.len || !conditional_if_range(http_request_header(call->http, S("if-range")), tag))
        return RC_OK;
    enum range_answer answer = conditional_range(range, size, ret_from, ret_len);
    if (answer == RANGE_PART) {
        call->status = 206;
        call_header(call, S("Content-Range"),
                    arena_printf(call->arena, "bytes %llu-%llu/%llu", (unsigned long long)*ret_from,
                                 (unsigned long long)(*ret_from + *ret_len - 1), (unsigned long long)size));
    } else if (answer == RANGE_NOWHERE) {
        call_header(call, S("Content-Range"), arena_printf(call->arena, "bytes */%llu", (unsigned long long)size));
        return call_fail(call, 416, "M_INVALID_PARAM", "The file is shorter than that.");
    }
    return RC_OK;
}

enum rc media_reply_file(struct call *call, const struct media *media, str variant, str type, str name)
{
    struct file_source *file = arena_new(call->arena, struct file_source);
    uint64_t size, from;
    str tag = tag_of(call, media, variant);
    enum rc rc = media_reader_open(call->server->media, media->file, variant, &media->key, &file->reader, &size);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such file.");
    TRY(rc);
    add_headers(call, variant, tag);
    bool known = conditional_none_match(http_request_header(call->http, S("if-none-match")), tag);
    if (known)
        call->status = 304;
    else
        rc = choose_part(call, variant, tag, size, &from, &file->left);
    if (rc == RC_OK && !known && from)
        rc = media_reader_seek(file->reader, from);
    if (rc != RC_OK || known) {
        media_reader_close(&file->reader);
        return rc;
    }
    file->source = (struct http_source){file_next, file_close};
    call->source = &file->source;
    call->source_length = file->left;
    call->content_type = arena_dup(call->arena, type);
    call_header(call, S("Content-Disposition"), media_disposition(call->arena, type, name));
    return RC_OK;
}
