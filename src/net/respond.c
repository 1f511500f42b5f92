/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Answers: the head by hand, the body behind it, out in one write where it fits. */
#include "net/http_private.h"

#include <stdlib.h>
#include <time.h>

enum { COPY_MAX = 256 * 1024 }; /* a larger body goes out from where it is */

static const struct {
    int status;
    str line;
} status_lines[] = {
    {200, STR_INIT("HTTP/1.1 200 OK\r\n")},
    {201, STR_INIT("HTTP/1.1 201 Created\r\n")},
    {204, STR_INIT("HTTP/1.1 204 No Content\r\n")},
    {206, STR_INIT("HTTP/1.1 206 Partial Content\r\n")},
    {301, STR_INIT("HTTP/1.1 301 Moved Permanently\r\n")},
    {302, STR_INIT("HTTP/1.1 302 Found\r\n")},
    {303, STR_INIT("HTTP/1.1 303 See Other\r\n")},
    {304, STR_INIT("HTTP/1.1 304 Not Modified\r\n")},
    {307, STR_INIT("HTTP/1.1 307 Temporary Redirect\r\n")},
    {400, STR_INIT("HTTP/1.1 400 Bad Request\r\n")},
    {401, STR_INIT("HTTP/1.1 401 Unauthorized\r\n")},
    {403, STR_INIT("HTTP/1.1 403 Forbidden\r\n")},
    {404, STR_INIT("HTTP/1.1 404 Not Found\r\n")},
    {405, STR_INIT("HTTP/1.1 405 Method Not Allowed\r\n")},
    {408, STR_INIT("HTTP/1.1 408 Request Timeout\r\n")},
    {409, STR_INIT("HTTP/1.1 409 Conflict\r\n")},
    {413, STR_INIT("HTTP/1.1 413 Content Too Large\r\n")},
    {414, STR_INIT("HTTP/1.1 414 URI Too Long\r\n")},
    {416, STR_INIT("HTTP/1.1 416 Range Not Satisfiable\r\n")},
    {429, STR_INIT("HTTP/1.1 429 Too Many Requests\r\n")},
    {431, STR_INIT("HTTP/1.1 431 Request Header Fields Too Large\r\n")},
    {500, STR_INIT("HTTP/1.1 500 Internal Server Error\r\n")},
    {501, STR_INIT("HTTP/1.1 501 Not Implemented\r\n")},
    {502, STR_INIT("HTTP/1.1 502 Bad Gateway\r\n")},
    {503, STR_INIT("HTTP/1.1 503 Service Unavailable\r\n")},
    {504, STR_INIT("HTTP/1.1 504 Gateway Timeout\r\n")},
};

static void add_status_line(struct strbuf *out, int status)
{
    for (size_t i = 0; i < sizeof status_lines / sizeof *status_lines; i++)
        if (status_lines[i].status == status) {
            strbuf_add(out, status_lines[i].line);
            return;
        }
    strbuf_printf(out, "HTTP/1.1 %d Status\r\n", status);
}

static void add_header(struct strbuf *out, str name, str value)
{
    strbuf_add(out, name);
    strbuf_add(out, S(": "));
    strbuf_add(out, value);
    strbuf_add(out, S("\r\n"));
}

static void add_date(struct hub *hub, struct strbuf *out)
{
    int64_t now = env_now_ms(hub->server->env) / 1000;
    if (now != hub->date_s) {
        time_t seconds = (time_t)now;
        struct tm parts;
        hub->date_s = now;
        strftime(hub->date, sizeof hub->date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&seconds, &parts));
    }
    add_header(out, S("Date"), str_of(hub->date));
}

static bool is_bodyless(int status)
{
    return status == 204 || status == 304 || status < 200;
}

/* RFC 9112, 6.3. */
static void add_length(struct strbuf *out, uint64_t length, bool old_version)
{
    if (length != HTTP_LENGTH_UNKNOWN) {
        strbuf_add(out, S("Content-Length: "));
        strbuf_add_u64(out, length);
        strbuf_add(out, S("\r\n"));
    } else if (!old_version) {
        add_header(out, S("Transfer-Encoding"), S("chunked"));
    }
}

static void add_head(struct conn *conn, const struct http_response *response, bool old_version, uint64_t length)
{
    struct strbuf *out = &conn->hub->scratch;
    bool bodyless = is_bodyless(response->status);
    add_status_line(out, response->status);
    add_date(conn->hub, out);
    if (!bodyless)
        add_length(out, length, old_version);
    if (response->content_type.len && !bodyless)
        add_header(out, S("Content-Type"), response->content_type);
    for (size_t i = 0; i < response->header_count; i++)
        add_header(out, response->headers[i].name, response->headers[i].value);
    if (conn->close_after)
        strbuf_add(out, S("Connection: close\r\n"));
    else if (old_version)
        strbuf_add(out, S("Connection: keep-alive\r\n"));
    strbuf_add(out, S("\r\n"));
}

/* The connection's request has been let go of by the caller; response may still point into its arena. */
static void answer(struct conn *conn, const struct http_response *response, bool head_only, bool old_version)
{
    struct strbuf *out = &conn->hub->scratch;
    str body = response->body_buf ? strbuf_str(response->body_buf) : response->body;
    uint64_t length = response->source ? response->source_length : body.len;
    bool send_body = !response->source && !head_only && !is_bodyless(response->status);
    strbuf_clear(out);
    conn->close_after |= response->close || conn->hub->draining;
    conn->close_after |= length == HTTP_LENGTH_UNKNOWN && old_version;
    add_head(conn, response, old_version, length);
    if (send_body && body.len) {
        if (body.len > COPY_MAX)
            strbuf_add(&conn->out, strbuf_str(out));
        strbuf_add(body.len > COPY_MAX ? &conn->out : out, body);
    }
    conn_send(conn, conn->out.len ? STR_NONE : strbuf_str(out));
}

void http_reply(struct http_request *pub, const struct http_response *response)
{
    struct request *request = CONTAINER_OF(pub, struct request, pub);
    struct conn *conn = request->conn;
    bool head_only = pub->method == HTTP_HEAD;
    bool streams = conn && response->source && !head_only && !is_bodyless(response->status);
    if (response->source && !streams)
        response->source->close(response->source);
    if (streams)
        source_begin(conn, request, response);
    if (conn) {
        conn->request = NULL;
        answer(conn, response, head_only, request->old_version);
    }
    if (response->body_buf)
        strbuf_fini(response->body_buf);
    if (!streams)
        request_free(request);
}

void http_drop(struct http_request *pub)
{
    struct request *request = CONTAINER_OF(pub, struct request, pub);
    struct conn *conn = request->conn;
    if (conn) {
        conn->request = NULL;
        conn_close(conn);
    }
    request_free(request);
}

void respond_error(struct conn *conn, int status)
{
    struct http_response response = {0};
    struct request *request = conn->request;
    count_up(&conn->hub->refused_total, 1);
    conn->hub->server->handler.on_error(conn->hub->server->handler.ctx, status, &response);
    response.status = status;
    response.close = true;
    conn->request = NULL;
    conn->state = CONN_HANDLING;
    answer(conn, &response, false, false);
    if (request)
        request_free(request);
}

str http_request_header(const struct http_request *request, str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq(request->headers[i].name, name))
            return request->headers[i].value;
    return STR_NONE;
}
