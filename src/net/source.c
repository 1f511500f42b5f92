/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bodies that are made while they leave. */
#include "net/http_private.h"

#include <stdio.h>

enum { CHUNK_HEAD = 10 }; /* "0001f3a8\r\n": as long whatever it says, so that the piece behind it need not be moved */

void source_begin(struct conn *conn, struct request *request, const struct http_response *response)
{
    conn->source = response->source;
    conn->source_left = response->source_length;
    conn->source_chunked = response->source_length == HTTP_LENGTH_UNKNOWN && !request->old_version;
    conn->source_request = request;
}

void source_close(struct conn *conn)
{
    struct request *request = conn->source_request;
    if (!conn->source)
        return;
    conn->source->close(conn->source);
    conn->source = NULL;
    conn->source_left = 0;
    conn->source_request = NULL;
    request_free(request);
}

/* RFC 9112, 7.1. */
static void chunk_close(struct strbuf *out, size_t begin)
{
    char head[CHUNK_HEAD + 1];
    snprintf(head, sizeof head, "%08zx\r\n", out->len - begin - CHUNK_HEAD);
    memcpy(out->ptr + begin, head, CHUNK_HEAD);
    strbuf_add(out, S("\r\n"));
}

/* The next piece behind what is in out, with what the coding puts around it. */
static enum rc piece_add(struct conn *conn, struct strbuf *out)
{
    size_t begin = out->len, head = conn->source_chunked ? CHUNK_HEAD : 0;
    strbuf_reserve(out, head);
    out->len += head;
    TRY(conn->source->next(conn->source, out));
    uint64_t more = out->len - begin - head;
    if (conn->source_left != HTTP_LENGTH_UNKNOWN) {
        if (more == 0 || more > conn->source_left)
            return RC_INTERNAL;
        conn->source_left -= more;
    } else if (more == 0) {
        out->len = begin;
        conn->source_left = 0;
        strbuf_add(out, conn->source_chunked ? S("0\r\n\r\n") : S(""));
    } else if (conn->source_chunked) {
        chunk_close(out, begin);
    }
    return RC_OK;
}

enum rc source_refill(struct conn *conn)
{
    struct strbuf *out = &conn->out;
    size_t waiting = out->len - conn->out_sent;
    if (!conn->source_left || waiting >= SOURCE_AHEAD)
        return RC_OK;
    if (conn->out_sent)
        memmove(out->ptr, out->ptr + conn->out_sent, waiting);
    out->len = waiting;
    conn->out_sent = 0;
    return piece_add(conn, out);
}
