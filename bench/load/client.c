/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/client.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static llhttp_settings_t settings;

uint64_t client_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void wire_close(struct wire *wire)
{
    if (wire->tls)
        SSL_free(wire->tls);
    if (wire->fd >= 0)
        close(wire->fd);
    wire->tls = NULL;
    wire->fd = -1;
    wire->connecting = wire->handshaking = wire->wants_write = false;
}

static void wire_finish(struct wire *wire, int status, str body)
{
    wire->busy = false;
    wire->answer(wire, status, body);
}

static void wire_fail(struct wire *wire)
{
    wire_close(wire);
    if (!wire->busy)
        return;
    wire->client->failures++;
    wire_finish(wire, 0, STR_NONE);
}

static int on_message_begin(llhttp_t *parser)
{
    struct wire *wire = parser->data;
    strbuf_clear(&wire->body);
    wire->piece = STR_NONE;
    return 0;
}

/* The body stays where it was read unless it comes in pieces. */
static int on_body(llhttp_t *parser, const char *at, size_t length)
{
    struct wire *wire = parser->data;
    if (wire->piece.len == 0 && wire->body.len == 0) {
        wire->piece = str_from(at, length);
        return 0;
    }
    if (wire->piece.len > 0)
        strbuf_add(&wire->body, wire->piece);
    wire->piece = STR_NONE;
    strbuf_add(&wire->body, str_from(at, length));
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    struct wire *wire = parser->data;
    str body = wire->body.len > 0 ? strbuf_str(&wire->body) : wire->piece;
    wire->piece = STR_NONE;
    if (parser->status_code < 200)
        return 0;
    wire_finish(wire, parser->status_code, body);
    return 0;
}

static void watch(struct wire *wire, bool write)
{
    if (wire->wants_write == write)
        return;
    wire->wants_write = write;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (write ? EPOLLOUT : 0), .data.ptr = wire};
    epoll_ctl(wire->client->epoll, EPOLL_CTL_MOD, wire->fd, &event);
}

static ssize_t wire_write(struct wire *wire, const char *ptr, size_t len)
{
    if (!wire->tls) {
        ssize_t n = send(wire->fd, ptr, len, MSG_NOSIGNAL);
        return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : n;
    }
    ERR_clear_error();
    int n = SSL_write(wire->tls, ptr, (int)len);
    if (n > 0)
        return n;
    int reason = SSL_get_error(wire->tls, n);
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

/* Bytes read, 0 for "not now", -1 for the end. */
static ssize_t wire_read(struct wire *wire, char *ptr, size_t len)
{
    if (!wire->tls) {
        ssize_t n = recv(wire->fd, ptr, len, 0);
        if (n == 0)
            return -1;
        return n < 0 ? (errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1) : n;
    }
    ERR_clear_error();
    int n = SSL_read(wire->tls, ptr, (int)len);
    if (n > 0)
        return n;
    int reason = SSL_get_error(wire->tls, n);
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static void flush(struct wire *wire)
{
    while (wire->sent < wire->out.len) {
        ssize_t n = wire_write(wire, wire->out.ptr + wire->sent, wire->out.len - wire->sent);
        if (n < 0) {
            wire_fail(wire);
            return;
        }
        if (n == 0) {
            watch(wire, true);
            return;
        }
        wire->sent += (size_t)n;
    }
    watch(wire, false);
}

static void take_input(struct wire *wire)
{
    struct client *client = wire->client;
    int fd = wire->fd;
    for (;;) {
        ssize_t n = wire_read(wire, client->buffer, sizeof client->buffer);
        if (n < 0) {
            llhttp_finish(&wire->parser);
            if (wire->fd == fd)
                wire_fail(wire);
            return;
        }
        if (n == 0)
            return;
        client->bytes_in += (uint64_t)n;
        if (llhttp_execute(&wire->parser, client->buffer, (size_t)n) != HPE_OK) {
            wire_fail(wire);
            return;
        }
        if (wire->fd != fd)
            return;
        if (wire->piece.len > 0) {
            strbuf_add(&wire->body, wire->piece);
            wire->piece = STR_NONE;
        }
        if (!wire->tls && (size_t)n < sizeof client->buffer)
            return;
    }
}

/* True once TLS is established (or is not used). */
static bool shake_hands(struct wire *wire)
{
    if (!wire->handshaking)
        return true;
    ERR_clear_error();
    int result = SSL_connect(wire->tls);
    if (result == 1) {
        wire->handshaking = false;
        return true;
    }
    int reason = SSL_get_error(wire->tls, result);
    if (reason == SSL_ERROR_WANT_READ)
        watch(wire, false);
    else if (reason == SSL_ERROR_WANT_WRITE)
        watch(wire, true);
    else
        wire_fail(wire);
    return false;
}

static void wire_ready(struct wire *wire, uint32_t events)
{
    if (wire->fd < 0)
        return;
    if (wire->connecting) {
        int failure = 0;
        socklen_t length = sizeof failure;
        getsockopt(wire->fd, SOL_SOCKET, SO_ERROR, &failure, &length);
        if (failure != 0) {
            wire_fail(wire);
            return;
        }
        wire->connecting = false;
    }
    if (!shake_hands(wire))
        return;
    if (wire->sent < wire->out.len)
        flush(wire);
    if (wire->fd >= 0 && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
        take_input(wire);
}

static void wire_connect(struct wire *wire)
{
    struct client *client = wire->client;
    int one = 1;
    wire->fd = socket(client->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (wire->fd < 0) {
        perror("bench: socket");
        exit(1);
    }
    setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (client->address.ss_family == AF_INET) {
        /* One address has some 28,000 ports towards the server: many connections are spread over 127.0.0.x. */
        static unsigned turn;
        struct sockaddr_in *to = (struct sockaddr_in *)&client->address;
        if ((ntohl(to->sin_addr.s_addr) >> 24) == 127) {
            struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + turn++ % 16)};
            setsockopt(wire->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
            if (bind(wire->fd, (struct sockaddr *)&from, sizeof from) != 0)
                perror("bench: bind");
        }
    }
    llhttp_init(&wire->parser, HTTP_RESPONSE, &settings);
    wire->parser.data = wire;
    wire->piece = STR_NONE;
    strbuf_clear(&wire->body);
    if (client->tls) {
        wire->tls = SSL_new(client->tls_context);
        SSL_set_fd(wire->tls, wire->fd);
        wire->handshaking = true;
    }
    wire->connecting = true;
    wire->wants_write = true;
    if (connect(wire->fd, (struct sockaddr *)&client->address, client->address_length) != 0 && errno != EINPROGRESS) {
        wire_fail(wire);
        return;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP, .data.ptr = wire};
    epoll_ctl(client->epoll, EPOLL_CTL_ADD, wire->fd, &event);
}

struct strbuf *wire_begin(struct wire *wire)
{
    strbuf_clear(&wire->out);
    wire->sent = 0;
    return &wire->out;
}

void wire_send(struct wire *wire)
{
    wire->busy = true;
    wire->started = wire->client->now;
    if (wire->fd < 0)
        wire_connect(wire);
    else if (!wire->connecting && !wire->handshaking)
        flush(wire);
}

void wire_init(struct wire *wire, struct client *client, wire_answer_fn *answer, void *owner)
{
    *wire = (struct wire){.client = client, .answer = answer, .owner = owner, .fd = -1};
}

void wire_fini(struct wire *wire)
{
    wire->busy = false;
    wire_close(wire);
    strbuf_fini(&wire->out);
    strbuf_fini(&wire->body);
}

void request_add(const struct client *client, struct strbuf *out, const char *method, str target, str token, str body)
{
    strbuf_printf(out, "%s %.*s HTTP/1.1\r\nHost: %s\r\n", method, STR_ARG(target), client->host);
    if (token.len > 0)
        strbuf_printf(out, "Authorization: Bearer %.*s\r\n", STR_ARG(token));
    if (body.len > 0)
        strbuf_printf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%.*s", body.len,
                      STR_ARG(body));
    else
        strbuf_add(out, S("\r\n"));
}

void client_turn(struct client *client, int timeout_ms)
{
    struct epoll_event events[512];
    int n = epoll_wait(client->epoll, events, 512, timeout_ms);
    client->now = client_clock();
    for (int i = 0; i < n; i++)
        wire_ready(events[i].data.ptr, events[i].events);
}

static enum rc resolve(struct client *client, const char *host, const char *port, struct error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    int failure = getaddrinfo(host, port, &hints, &found);
    if (failure != 0)
        return error_set(err, RC_NOT_FOUND, "%s: %s", host, gai_strerror(failure));
    memcpy(&client->address, found->ai_addr, found->ai_addrlen);
    client->address_length = found->ai_addrlen;
    freeaddrinfo(found);
    return RC_OK;
}

enum rc client_init(struct client *client, const char *url, struct error *err)
{
    char host[200], port[8];
    const char *rest;
    memset(client, 0, sizeof *client);
    if (strncmp(url, "https://", 8) == 0) {
        client->tls = true;
        rest = url + 8;
    } else if (strncmp(url, "http://", 7) == 0) {
        rest = url + 7;
    } else {
        return error_set(err, RC_INVALID, "the URL must begin with http:// or https://");
    }
    snprintf(client->host, sizeof client->host, "%.*s", (int)strcspn(rest, "/"), rest);
    snprintf(host, sizeof host, "%.*s", (int)strcspn(client->host, ":"), client->host);
    const char *colon = strchr(client->host, ':');
    snprintf(port, sizeof port, "%s", colon ? colon + 1 : client->tls ? "443" : "80");
    TRY(resolve(client, host, port, err));

    llhttp_settings_init(&settings);
    settings.on_message_begin = on_message_begin;
    settings.on_body = on_body;
    settings.on_message_complete = on_message_complete;
    client->epoll = epoll_create1(EPOLL_CLOEXEC);
    client->now = client_clock();
    if (client->tls) {
        client->tls_context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_verify(client->tls_context, SSL_VERIFY_NONE, NULL);
        SSL_CTX_set_mode(client->tls_context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
                                                  | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSL_CTX_set_session_cache_mode(client->tls_context, SSL_SESS_CACHE_OFF);
    }
    return RC_OK;
}

void client_fini(struct client *client)
{
    close(client->epoll);
    SSL_CTX_free(client->tls_context);
}
