/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Bytes on a connection, in pieces as long as the first byte says: whatever comes, the limits hold and a handler sees
 * only well-formed requests. A real connection over a socket pair, without a running loop.
 */
#include "net/http_private.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_LIMIT = 512, HEADERS_LIMIT = 8, BODY_LIMIT = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool has_line_break(str s)
{
    return str_find_char(s, '\n') < s.len || str_find_char(s, '\r') < s.len || str_find_char(s, '\0') < s.len;
}

static void check_head(void *ctx, struct http_request *request)
{
    (void)ctx;
    size_t bytes = request->path.len + request->query.len, hosts = 0;
    must(request->path.len && request->path.ptr[0] == '/');
    must(request->header_count <= HEADERS_LIMIT);
    for (size_t i = 0; i < request->header_count; i++) {
        str name = request->headers[i].name;
        must(name.len && !has_line_break(name) && !has_line_break(request->headers[i].value));
        for (size_t j = 0; j < name.len; j++)
            must(name.ptr[j] < 'A' || name.ptr[j] > 'Z');
        bytes += name.len + request->headers[i].value.len;
        hosts += str_eq(name, S("host"));
    }
    must(hosts <= 1 && bytes <= HEAD_LIMIT);
    request->body_limit = BODY_LIMIT;
}

static void check_request(void *ctx, struct http_request *request)
{
    check_head(ctx, request); /* nothing has moved since */
    must(request->body.len <= BODY_LIMIT);
    struct http_response response = {.status = 200, .content_type = S("text/plain"), .body = request->body};
    http_reply(request, &response);
}

static void never(void *ctx, struct http_request *request)
{
    (void)ctx;
    (void)request;
    abort();
}

static void fill_error(void *ctx, int status, struct http_response *ret_response)
{
    (void)ctx;
    must(status >= 400 && status < 600);
    ret_response->body = S("error");
}

static void swallow(int fd)
{
    char buffer[4096];
    while (recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0)
        continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct http_handler handler = {NULL, check_head, check_request, never, fill_error};
    struct http_config config = {.loops = 1};
    struct http_server *server;
    int fds[2];
    if (size < 2)
        return 0;
    http_limits_default(&config.limits);
    config.limits.head_bytes = HEAD_LIMIT;
    config.limits.header_count = HEADERS_LIMIT;
    must(http_server_new(env_system(), &config, &handler, &server, NULL) == RC_OK);
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    struct hub *hub = &server->hubs[0];
    conn_new(hub, fds[0], &(struct net_address){0}, false);
    size_t piece = data[0] ? data[0] : size;
    for (size_t at = 1; at < size && hub->conns; at += piece) {
        size_t len = size - at < piece ? size - at : piece;
        if (send(fds[1], data + at, len, MSG_NOSIGNAL) != (ssize_t)len)
            break;
        hub->conns->watch.ready(hub->loop, &hub->conns->watch, EPOLLIN);
        swallow(fds[1]);
    }
    http_server_free(&server);
    close(fds[1]);
    return 0;
}
