/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The client against a real socket: a server with one connection at a time, which answers by the path.
 *   /echo      with the whole request
 *   /again/N   by sending on to /again/N-1, and with "arrived" at 0
 *   /long      a megabyte and its length; /endless: a megabyte without one
 *   /silent    not at all
 *   /bye       by closing
 */
#include "support/cmocka.h"

#include "base/strbuf.h"
#include "outgoing/client.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { LONG = 1024 * 1024 };

struct peer {
    int listener;
    uint16_t port;
    pthread_t thread;
    _Atomic int connections;
};

static void say(int fd, str bytes)
{
    while (bytes.len) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes = str_skip(bytes, (size_t)sent);
    }
}

static void answer(int fd, const char *status, const char *headers, str body, bool with_length)
{
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Type: text/x-test\r\n%s", status, headers);
    if (with_length)
        strbuf_printf(&out, "Content-Length: %zu\r\n", body.len);
    strbuf_add(&out, S("\r\n"));
    strbuf_add(&out, body);
    say(fd, strbuf_str(&out));
    strbuf_fini(&out);
}

static void wait_for_close(int fd)
{
    char byte;
    while (recv(fd, &byte, 1, 0) > 0)
        continue;
}

static void serve(int fd, str request)
{
    static char much[LONG];
    str path = request, rest = STR_NONE;
    rest = str_split(request, ' ', &path);
    str_split(rest, ' ', &path);
    if (str_eq(path, S("/long")) || str_eq(path, S("/endless"))) {
        answer(fd, "200 OK", "", str_from(much, LONG), str_eq(path, S("/long")));
    } else if (str_starts(path, S("/again/"))) {
        char header[64];
        int left = atoi(path.ptr + 7);
        snprintf(header, sizeof header, "Location: /again/%d\r\n", left - 1);
        answer(fd, left ? "302 Found" : "200 OK", left ? header : "", left ? STR_NONE : S("arrived"), true);
    } else if (str_eq(path, S("/silent"))) {
        wait_for_close(fd);
    } else if (str_eq(path, S("/cookie"))) {
        answer(fd, "200 OK", "Set-Cookie: a=b\r\n", request, true);
    } else if (!str_eq(path, S("/bye"))) {
        answer(fd, "418 Teapot", "", request, true);
    }
}

/* A request: its head, and as much as Content-Length says. */
static void hear(int fd, struct strbuf *buf)
{
    for (size_t need = SIZE_MAX; buf->len < need;) {
        char *to = strbuf_reserve(buf, 4096);
        ssize_t got = recv(fd, to, 4096, 0);
        if (got <= 0)
            return;
        buf->len += (size_t)got;
        buf->ptr[buf->len] = '\0';
        char *end = strstr(buf->ptr, "\r\n\r\n");
        char *length = strstr(buf->ptr, "Content-Length: ");
        if (end)
            need = (size_t)(end + 4 - buf->ptr) + (length && length < end ? strtoul(length + 16, NULL, 10) : 0);
    }
}

static void *peer_thread(void *arg)
{
    struct peer *peer = arg;
    int fd;
    while ((fd = accept(peer->listener, NULL, NULL)) >= 0) {
        struct strbuf buf = STRBUF_INIT;
        peer->connections++;
        hear(fd, &buf);
        if (buf.len)
            serve(fd, strbuf_str(&buf));
        strbuf_fini(&buf);
        close(fd);
    }
    return NULL;
}

static int start(void **state)
{
    struct peer *peer = calloc(1, sizeof *peer);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(peer->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(peer->listener, 16), 0);
    assert_int_equal(getsockname(peer->listener, (struct sockaddr *)&at, &len), 0);
    peer->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&peer->thread, NULL, peer_thread, peer), 0);
    *state = peer;
    return 0;
}

static int stop(void **state)
{
    struct peer *peer = *state;
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listener);
    free(peer);
    return 0;
}

/* ---- asking and waiting ---- */

struct heard {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int count;
    enum outgoing_outcome outcome;
    int status;
    char type[64];
    struct strbuf body;
};

#define HEARD_INIT                                                                                                     \
    {                                                                                                                  \
        .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER                                         \
    }

static void on_done(void *ctx, const struct outgoing_answer *given)
{
    struct heard *heard = ctx;
    pthread_mutex_lock(&heard->lock);
    heard->count++;
    heard->outcome = given->outcome;
    heard->status = given->status;
    snprintf(heard->type, sizeof heard->type, "%.*s", STR_ARG(given->content_type));
    strbuf_clear(&heard->body);
    strbuf_add(&heard->body, given->body);
    pthread_cond_signal(&heard->changed);
    pthread_mutex_unlock(&heard->lock);
}

static void await(struct heard *heard, int count)
{
    pthread_mutex_lock(&heard->lock);
    while (heard->count < count)
        pthread_cond_wait(&heard->changed, &heard->lock);
    pthread_mutex_unlock(&heard->lock);
}

static struct outgoing_request request_to(struct heard *heard, const char *url)
{
    return (struct outgoing_request){
        .url = str_of(url), .timeout_ms = 10000, .answer_limit = 4096, .done = on_done, .ctx = heard};
}

static const char *url_of(const struct peer *peer, const char *path)
{
    static char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", peer->port, path);
    return url;
}

static void ask(enum outgoing_reach reach, struct heard *heard, const struct outgoing_request *request)
{
    struct outgoing_client *client = outgoing_new(reach);
    outgoing_send(client, request);
    await(heard, 1);
    outgoing_free(&client);
    assert_int_equal(heard->count, 1);
}

static enum outgoing_outcome outcome_of(const char *url, int redirects, size_t limit, int64_t timeout_ms)
{
    struct heard heard = HEARD_INIT;
    struct outgoing_request request = request_to(&heard, url);
    request.redirects = redirects;
    request.answer_limit = limit;
    request.timeout_ms = timeout_ms;
    ask(REACH_CONFIGURED, &heard, &request);
    strbuf_fini(&heard.body);
    return heard.outcome;
}

/* ---- tests ---- */

static void method_headers_and_body_arrive_as_given(void **state)
{
    struct heard heard = HEARD_INIT;
    struct outgoing_header header = {S("Authorization"), S("Bearer secret")};
    struct outgoing_request request = request_to(&heard, url_of(*state, "/echo?a=b"));
    request.method = OUTGOING_PUT;
    request.headers = &header;
    request.header_count = 1;
    request.content_type = S("application/json");
    request.body = S("{\"a\":1}");
    ask(REACH_CONFIGURED, &heard, &request);
    str body = strbuf_str(&heard.body);
    assert_int_equal(heard.outcome, OUTGOING_ANSWERED);
    assert_int_equal(heard.status, 418);
    assert_string_equal(heard.type, "text/x-test");
    assert_true(str_starts(body, S("PUT /echo?a=b HTTP/1.1\r\n")));
    assert_true(str_contains(body, S("\r\nAuthorization: Bearer secret\r\n")));
    assert_true(str_contains(body, S("\r\nContent-Type: application/json\r\n")));
    assert_false(str_contains(body, S("Expect")));
    assert_true(str_ends(body, S("\r\n\r\n{\"a\":1}")));
    strbuf_fini(&heard.body);
}

static void a_body_with_zero_bytes_is_sent_whole(void **state)
{
    struct heard heard = HEARD_INIT;
    struct outgoing_request request = request_to(&heard, url_of(*state, "/echo"));
    request.method = OUTGOING_POST;
    request.content_type = S("application/octet-stream");
    request.body = str_from("a\0b", 3);
    ask(REACH_CONFIGURED, &heard, &request);
    assert_true(str_starts(strbuf_str(&heard.body), S("POST ")));
    assert_true(str_ends(strbuf_str(&heard.body), str_from("\r\n\r\na\0b", 7)));
    strbuf_fini(&heard.body);
}

static void an_answer_over_the_limit_is_given_up(void **state)
{
    assert_int_equal(outcome_of(url_of(*state, "/long"), 0, LONG - 1, 10000), OUTGOING_TOO_LARGE);
    assert_int_equal(outcome_of(url_of(*state, "/endless"), 0, LONG - 1, 10000), OUTGOING_TOO_LARGE);
    assert_int_equal(outcome_of(url_of(*state, "/endless"), 0, LONG, 10000), OUTGOING_ANSWERED);
}

static void silence_ends_with_the_time(void **state)
{
    assert_int_equal(outcome_of(url_of(*state, "/silent"), 0, 100, 200), OUTGOING_TIMED_OUT);
}

static void a_broken_or_refused_connection_is_a_failure(void **state)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    char url[64];
    /* Bound and not listening: nobody else gets the port meanwhile. */
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", ntohs(at.sin_port));
    assert_int_equal(outcome_of(url, 0, 100, 10000), OUTGOING_FAILED);
    close(fd);
    assert_int_equal(outcome_of(url_of(*state, "/bye"), 0, 100, 10000), OUTGOING_FAILED);
}

static void redirects_are_followed_as_often_as_allowed(void **state)
{
    struct heard heard = HEARD_INIT;
    struct outgoing_request request = request_to(&heard, url_of(*state, "/again/2"));
    ask(REACH_CONFIGURED, &heard, &request);
    assert_int_equal(heard.status, 302);
    assert_int_equal(outcome_of(url_of(*state, "/again/2"), 1, 100, 10000), OUTGOING_TOO_LARGE);
    heard.count = 0;
    request.url = str_of(url_of(*state, "/again/2"));
    request.redirects = 2;
    ask(REACH_CONFIGURED, &heard, &request);
    assert_int_equal(heard.status, 200);
    assert_true(str_eq(strbuf_str(&heard.body), S("arrived")));
    strbuf_fini(&heard.body);
}

static void what_is_out_of_reach_is_not_connected_to(void **state)
{
    struct peer *peer = *state;
    static const char *const hosts[] = {"127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct heard heard = HEARD_INIT;
        char url[80];
        snprintf(url, sizeof url, "http://%s:%d/echo", hosts[i], peer->port);
        struct outgoing_request request = request_to(&heard, url);
        ask(REACH_PUBLIC, &heard, &request);
        assert_int_equal(heard.outcome, OUTGOING_REFUSED);
        strbuf_fini(&heard.body);
    }
    assert_int_equal(peer->connections, 0);
    assert_int_equal(outcome_of(url_of(peer, "/echo"), 0, 4096, 10000), OUTGOING_ANSWERED);
}

static void only_web_addresses_without_credentials_are_asked(void **state)
{
    struct peer *peer = *state;
    char url[80];
    assert_int_equal(outcome_of("file:///etc/hostname", 0, 4096, 10000), OUTGOING_REFUSED);
    assert_int_equal(outcome_of("gopher://127.0.0.1/", 0, 4096, 10000), OUTGOING_REFUSED);
    assert_int_equal(outcome_of("", 0, 4096, 10000), OUTGOING_REFUSED);
    snprintf(url, sizeof url, "http://me:secret@127.0.0.1:%d/", peer->port);
    assert_int_equal(outcome_of(url, 0, 4096, 10000), OUTGOING_REFUSED);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/a\r\nB: c", peer->port);
    assert_int_equal(outcome_of(url, 0, 4096, 10000), OUTGOING_REFUSED);
    assert_int_equal(peer->connections, 0);
}

static void a_header_with_a_line_end_is_not_sent(void **state)
{
    struct peer *peer = *state;
    struct heard heard = HEARD_INIT;
    struct outgoing_header header = {S("A"), S("b\r\nC: d")};
    struct outgoing_request request = request_to(&heard, url_of(peer, "/echo"));
    request.headers = &header;
    request.header_count = 1;
    ask(REACH_CONFIGURED, &heard, &request);
    assert_int_equal(heard.outcome, OUTGOING_REFUSED);
    assert_int_equal(peer->connections, 0);
    strbuf_fini(&heard.body);
}

static void proxies_and_cookies_are_not_used(void **state)
{
    struct heard heard = HEARD_INIT;
    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("all_proxy", "http://127.0.0.1:1/", 1);
    struct outgoing_client *client = outgoing_new(REACH_CONFIGURED);
    struct outgoing_request request = request_to(&heard, url_of(*state, "/cookie"));
    for (int i = 1; i <= 2; i++) {
        outgoing_send(client, &request);
        await(&heard, i);
        assert_int_equal(heard.outcome, OUTGOING_ANSWERED);
        assert_false(str_contains(strbuf_str(&heard.body), S("Cookie:")));
    }
    outgoing_free(&client);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    strbuf_fini(&heard.body);
}

static void freeing_gives_up_what_is_under_way(void **state)
{
    struct heard heard = HEARD_INIT;
    struct outgoing_client *client = outgoing_new(REACH_CONFIGURED);
    struct outgoing_request request = request_to(&heard, url_of(*state, "/silent"));
    for (int i = 0; i < 20; i++)
        outgoing_send(client, &request);
    outgoing_free(&client);
    assert_int_equal(heard.count, 20);
    assert_int_equal(heard.outcome, OUTGOING_ENDED);
    strbuf_fini(&heard.body);
}

static void there_is_a_bound_to_what_waits(void **state)
{
    struct heard heard = HEARD_INIT;
    struct outgoing_client *client = outgoing_new(REACH_CONFIGURED);
    struct outgoing_request request = request_to(&heard, url_of(*state, "/silent"));
    for (int i = 0; i < OUTGOING_MOST_WAITING; i++)
        outgoing_send(client, &request);
    assert_int_equal(heard.count, 0);
    outgoing_send(client, &request);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.outcome, OUTGOING_ENDED);
    outgoing_free(&client);
    assert_int_equal(heard.count, OUTGOING_MOST_WAITING + 1);
    strbuf_fini(&heard.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(method_headers_and_body_arrive_as_given, start, stop),
        cmocka_unit_test_setup_teardown(a_body_with_zero_bytes_is_sent_whole, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_over_the_limit_is_given_up, start, stop),
        cmocka_unit_test_setup_teardown(silence_ends_with_the_time, start, stop),
        cmocka_unit_test_setup_teardown(a_broken_or_refused_connection_is_a_failure, start, stop),
        cmocka_unit_test_setup_teardown(redirects_are_followed_as_often_as_allowed, start, stop),
        cmocka_unit_test_setup_teardown(what_is_out_of_reach_is_not_connected_to, start, stop),
        cmocka_unit_test_setup_teardown(only_web_addresses_without_credentials_are_asked, start, stop),
        cmocka_unit_test_setup_teardown(a_header_with_a_line_end_is_not_sent, start, stop),
        cmocka_unit_test_setup_teardown(proxies_and_cookies_are_not_used, start, stop),
        cmocka_unit_test_setup_teardown(freeing_gives_up_what_is_under_way, start, stop),
        cmocka_unit_test_setup_teardown(there_is_a_bound_to_what_waits, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
