/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A real server on a loopback port the kernel chose, and blocking sockets to speak to it.
 *   /echo    answers with the request's body, or with its path
 *   /park    keeps the request until fixture_release() or until the peer is gone
 *   /stream  a megabyte from an http_source; /long: sixty-four of them
 *   /pages   the same of a length nobody knows; /many: sixty-four; /broken: it fails half-way; /not-modified: 304
 *   /given   how many pieces the sources have given so far
 *   /refuse  answered already when the head is complete
 *   /who     the client's address, and whether it came securely
 */
#ifndef TESTS_NET_FIXTURE_H
#define TESTS_NET_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/http.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { STREAM_LENGTH = 1024 * 1024, MANY_LENGTH = 64 * STREAM_LENGTH, PIECE = 10000, BODY_LIMIT = 4096 };

struct fixture {
    struct http_server *server;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct http_request *parked;
    struct loop_task release;
    int parks, gones, sources_closed, pieces;
    bool hold; /* sources wait in the middle of a piece, and the loop with them */
};

struct stream {
    struct http_source source;
    struct fixture *fixture;
    size_t left, fails_at;
};

static void piece_given(struct fixture *fixture)
{
    pthread_mutex_lock(&fixture->lock);
    fixture->pieces++;
    pthread_cond_broadcast(&fixture->changed);
    while (fixture->hold)
        pthread_cond_wait(&fixture->changed, &fixture->lock);
    pthread_mutex_unlock(&fixture->lock);
}

/* Letters in turn, so that a piece that got lost, or came twice, shows. */
static char letter_at(size_t left)
{
    return (char)('a' + left / PIECE % 23);
}

static enum rc stream_next(struct http_source *source, struct strbuf *buf)
{
    struct stream *stream = (struct stream *)source;
    size_t piece = stream->left < PIECE ? stream->left : PIECE;
    if (stream->left < stream->fails_at)
        return RC_IO;
    memset(strbuf_reserve(buf, piece), letter_at(stream->left), piece);
    buf->len += piece;
    stream->left -= piece;
    piece_given(stream->fixture);
    return RC_OK;
}

static void stream_close(struct http_source *source)
{
    struct fixture *fixture = ((struct stream *)source)->fixture;
    pthread_mutex_lock(&fixture->lock);
    fixture->sources_closed++;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->lock);
}

static void serve_head(void *ctx, struct http_request *request)
{
    (void)ctx;
    request->body_limit = BODY_LIMIT;
    if (str_eq(request->path, S("/refuse"))) {
        struct http_response response = {.status = 403, .content_type = S("text/plain"), .body = S("no")};
        http_reply(request, &response);
    }
}

static void serve_stream(struct fixture *fixture, struct http_request *request)
{
    struct stream *stream = arena_new(request->arena, struct stream);
    *stream = (struct stream){{stream_next, stream_close}, fixture, STREAM_LENGTH, 0};
    struct http_response response = {.status = 200,
                                     .content_type = S("text/plain"),
                                     .source = &stream->source,
                                     .source_length = HTTP_LENGTH_UNKNOWN};
    if (str_eq(request->path, S("/many")) || str_eq(request->path, S("/long")))
        stream->left = MANY_LENGTH;
    if (str_eq(request->path, S("/stream")) || str_eq(request->path, S("/long")))
        response.source_length = stream->left;
    if (str_eq(request->path, S("/broken")))
        stream->fails_at = STREAM_LENGTH / 2;
    if (str_eq(request->path, S("/not-modified")))
        response.status = 304;
    http_reply(request, &response);
}

static bool is_streamed(str path)
{
    static const str paths[] = {STR_INIT("/stream"), STR_INIT("/long"),   STR_INIT("/pages"),
                                STR_INIT("/many"),   STR_INIT("/broken"), STR_INIT("/not-modified")};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (str_eq(path, paths[i]))
            return true;
    return false;
}

static void serve_request(void *ctx, struct http_request *request)
{
    struct fixture *fixture = ctx;
    struct http_response response = {.status = 200, .content_type = S("text/plain"), .body = request->path};
    if (str_eq(request->path, S("/park"))) {
        pthread_mutex_lock(&fixture->lock);
        fixture->parked = request;
        fixture->parks++;
        pthread_cond_broadcast(&fixture->changed);
        pthread_mutex_unlock(&fixture->lock);
        return;
    }
    if (is_streamed(request->path)) {
        serve_stream(fixture, request);
        return;
    }
    if (str_eq(request->path, S("/who"))) {
        char text[46];
        net_address_text(&request->peer, text);
        response.body = arena_printf(request->arena, "%s %s", text, request->tls ? "secure" : "plain");
    } else if (str_eq(request->path, S("/given"))) {
        response.body = arena_printf(request->arena, "%d", fixture->pieces); /* the loop counts them itself */
    } else if (request->body.len) {
        response.body = request->body;
    }
    http_reply(request, &response);
}

static void serve_gone(void *ctx, struct http_request *request)
{
    struct fixture *fixture = ctx;
    assert_true(request->gone);
    pthread_mutex_lock(&fixture->lock);
    fixture->parked = NULL;
    fixture->gones++;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->lock);
    http_drop(request);
}

static void serve_error(void *ctx, int status, struct http_response *ret_response)
{
    (void)ctx;
    (void)status;
    ret_response->content_type = S("text/plain");
    ret_response->body = S("error");
}

static void fixture_start(struct fixture *fixture, struct http_config *config)
{
    static const struct http_listen plain = {STR_INIT("127.0.0.1"), 0, false};
    struct error err = {0};
    *fixture = (struct fixture){0};
    pthread_mutex_init(&fixture->lock, NULL);
    pthread_cond_init(&fixture->changed, NULL);
    struct http_handler handler = {fixture, serve_head, serve_request, serve_gone, serve_error};
    if (!config->listens) {
        config->listens = &plain;
        config->listen_count = 1;
    }
    config->loops = 1;
    enum rc rc = http_server_new(env_system(), config, &handler, &fixture->server, &err);
    if (rc != RC_OK)
        fail_msg("%s", err.text);
    assert_int_equal(http_server_start(fixture->server, &err), RC_OK);
}

static void fixture_stop(struct fixture *fixture)
{
    http_server_free(&fixture->server);
    pthread_cond_destroy(&fixture->changed);
    pthread_mutex_destroy(&fixture->lock);
}

/* A test with a server of the usual limits. */
static inline int fixture_setup(void **state)
{
    struct fixture *fixture = malloc(sizeof *fixture);
    struct http_config config = {0};
    http_limits_default(&config.limits);
    fixture_start(fixture, &config);
    *state = fixture;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    fixture_stop(*state);
    free(*state);
    return 0;
}

#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* Waits until a counter of the fixture has reached a value. */
static void fixture_await(struct fixture *fixture, const int *counter, int value)
{
    pthread_mutex_lock(&fixture->lock);
    while (*counter < value)
        pthread_cond_wait(&fixture->changed, &fixture->lock);
    pthread_mutex_unlock(&fixture->lock);
}

static inline int fixture_count(struct fixture *fixture, const int *counter)
{
    pthread_mutex_lock(&fixture->lock);
    int count = *counter;
    pthread_mutex_unlock(&fixture->lock);
    return count;
}

static inline void release_run(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct fixture *fixture = (struct fixture *)((char *)task - offsetof(struct fixture, release));
    pthread_mutex_lock(&fixture->lock);
    struct http_request *request = fixture->parked;
    fixture->parked = NULL;
    pthread_mutex_unlock(&fixture->lock);
    struct http_response response = {.status = 200, .content_type = S("text/plain"), .body = S("released")};
    if (request)
        http_reply(request, &response);
}

static inline void fixture_release(struct fixture *fixture)
{
    fixture->release.run = release_run;
    loop_post(http_server_loop(fixture->server, 0), &fixture->release);
}

static inline void fixture_hold(struct fixture *fixture, bool hold)
{
    pthread_mutex_lock(&fixture->lock);
    fixture->hold = hold;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->lock);
}

static int peer_open(const struct fixture *fixture)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_server_port(fixture->server, 0)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void peer_say(int fd, str bytes)
{
    while (bytes.len) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server may have had enough */
        bytes = str_skip(bytes, (size_t)sent);
    }
}

/* Reads one answer with its Content-Length; empty when the peer closed. */
static inline str peer_hear(int fd, struct strbuf *buf, bool without_body)
{
    strbuf_clear(buf);
    for (size_t need = SIZE_MAX; buf->len < need;) {
        ssize_t got = recv(fd, strbuf_reserve(buf, 1), 1, 0);
        if (need != SIZE_MAX || got <= 0) {
            if (got <= 0)
                return STR_NONE;
        }
        buf->len += (size_t)got;
        if (need == SIZE_MAX && str_ends(strbuf_str(buf), S("\r\n\r\n"))) {
            buf->ptr[buf->len] = '\0';
            const char *length = strstr(buf->ptr, "Content-Length: ");
            need = buf->len + (length && !without_body ? strtoul(length + 16, NULL, 10) : 0);
        }
    }
    return strbuf_str(buf);
}

/* All that comes until the server closes. */
static inline str peer_hear_all(int fd, struct strbuf *buf)
{
    strbuf_clear(buf);
    for (ssize_t got; (got = recv(fd, strbuf_reserve(buf, 65536), 65536, 0)) != 0;) {
        assert_true(got > 0);
        buf->len += (size_t)got;
    }
    return strbuf_str(buf);
}

static inline bool has_status(str answer, int status)
{
    char line[32];
    snprintf(line, sizeof line, "HTTP/1.1 %d ", status);
    return str_starts(answer, str_of(line));
}

#endif
