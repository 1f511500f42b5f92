/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/fixture.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void one_connection_serves_many_requests(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(*state);
    for (int i = 0; i < 3; i++) {
        peer_say(fd, S("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
        str answer = peer_hear(fd, &buf, false);
        assert_true(has_status(answer, 200));
        assert_true(str_ends(answer, S("hello")));
        assert_true(str_contains(answer, S("Date: ")));
        assert_false(str_contains(answer, S("Connection: ")));
    }
    close(fd);
    strbuf_fini(&buf);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(*state);
    peer_say(fd, S(GET("/park") GET("/one") GET("/refuse") GET("/two")));
    fixture_await(*state, &((struct fixture *)*state)->parks, 1);
    fixture_release(*state);
    assert_true(str_ends(peer_hear(fd, &buf, false), S("released")));
    assert_true(str_ends(peer_hear(fd, &buf, false), S("/one")));
    assert_true(has_status(peer_hear(fd, &buf, false), 403));
    assert_true(str_ends(peer_hear(fd, &buf, false), S("/two")));
    close(fd);
    strbuf_fini(&buf);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(*state);
    str request =
        S("PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: v\r\n\r\n");
    for (size_t i = 0; i < request.len; i++)
        peer_say(fd, (str){request.ptr + i, 1});
    assert_true(str_ends(peer_hear(fd, &buf, false), S("hello")));
    close(fd);
    strbuf_fini(&buf);
}

static void trailers_do_not_touch_the_head(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(*state);
    strbuf_add(&buf, S("PUT /a-path HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: "));
    for (int i = 0; i < 8000; i++)
        strbuf_add_char(&buf, 't');
    strbuf_add(&buf, S("\r\n\r\n"));
    peer_say(fd, strbuf_str(&buf));
    assert_true(str_ends(peer_hear(fd, &buf, false), S("/a-path")));
    close(fd);
    strbuf_fini(&buf);
}

static void head_has_no_body(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(*state);
    peer_say(fd, S("HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_true(str_contains(peer_hear(fd, &buf, true), S("Content-Length: 5\r\n")));
    peer_say(fd, S("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_true(str_contains(peer_hear(fd, &buf, true), S("Content-Length: 1048576\r\n")));
    peer_say(fd, S(GET("/next")));
    assert_true(str_ends(peer_hear(fd, &buf, false), S("/next")));
    close(fd);
    strbuf_fini(&buf);
}

static void a_body_that_waits_for_leave_gets_it(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(*state);
    peer_say(fd, S("PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    assert_true(has_status(peer_hear(fd, &buf, true), 100));
    peer_say(fd, S("ok"));
    assert_true(str_ends(peer_hear(fd, &buf, false), S("ok")));
    close(fd);
    strbuf_fini(&buf);
}

static void close_is_honoured(void **state)
{
    static const char *const last[] = {
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
    };
    struct strbuf buf = STRBUF_INIT;
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        int fd = peer_open(*state);
        peer_say(fd, str_of(last[i]));
        assert_true(str_contains(peer_hear_all(fd, &buf), S("Connection: close\r\n")));
        close(fd);
    }
    strbuf_fini(&buf);
}

static void a_stream_arrives_whole(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    struct fixture *fixture = *state;
    int fd = peer_open(fixture);
    peer_say(fd, S("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    str answer = peer_hear_all(fd, &buf);
    assert_true(has_status(answer, 200));
    assert_true(answer.len > STREAM_LENGTH && answer.len < STREAM_LENGTH + 400);
    close(fd);
    fd = peer_open(fixture); /* and is let go of when nobody takes it */
    peer_say(fd, S(GET("/stream")));
    close(fd);
    fixture_await(fixture, &fixture->sources_closed, 2);
    strbuf_fini(&buf);
}

static void a_parked_request_learns_that_its_peer_is_gone(void **state)
{
    struct fixture *fixture = *state;
    int fd = peer_open(fixture);
    peer_say(fd, S(GET("/park")));
    fixture_await(fixture, &fixture->parks, 1);
    close(fd);
    fixture_await(fixture, &fixture->gones, 1);
    fd = peer_open(fixture); /* even when more requests wait behind it */
    peer_say(fd, S(GET("/park") GET("/behind")));
    fixture_await(fixture, &fixture->parks, 2);
    close(fd);
    fixture_await(fixture, &fixture->gones, 2);
}

#define CHUNKED "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"

static void hostile_requests_are_refused_and_the_connection_closed(void **state)
{
    static const struct {
        int status;
        str bytes;
    } cases[] = {
        {400, STR_INIT(CHUNKED "Content-Length: 3\r\n\r\n0\r\n\r\n")},
        {400, STR_INIT("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")},
        {400, STR_INIT("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nab")},
        {400, STR_INIT(CHUNKED "\r\n0x2\r\nab\r\n0\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\nHost : a\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\nHost: a\n\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\nHost: a\r\n\rX\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\nHost: a\r\rX: b\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n \r\n\r\n")},
        {400, STR_INIT("GET / HTTP/1.1\r\n\tHost: a\r\n\r\n")},
        {400, STR_INIT("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n")},
        {400, STR_INIT("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n")},
        {400, STR_INIT("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n")},
        {400, STR_INIT("PUT / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
        {400, STR_INIT("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n")},
        {501, STR_INIT("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")},
        {413, STR_INIT("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4097\r\n\r\n")},
        {413, STR_INIT(CHUNKED "\r\n1001\r\n")},
        {400, STR_INIT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")},
    };
    struct strbuf buf = STRBUF_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = peer_open(*state);
        peer_say(fd, cases[i].bytes);
        if (cases[i].status == 413) { /* refused when the limit is passed, not before */
            char filler[BODY_LIMIT + 1];
            memset(filler, 'x', sizeof filler);
            peer_say(fd, str_from(filler, sizeof filler));
        }
        str answer = peer_hear_all(fd, &buf);
        if (!has_status(answer, cases[i].status))
            fail_msg("case %zu: %.*s", i, (int)(answer.len < 60 ? answer.len : 60), answer.ptr);
        assert_true(str_contains(answer, S("Connection: close\r\n")));
        close(fd);
    }
    strbuf_fini(&buf);
}

static void heads_have_limits(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(*state);
    strbuf_add(&buf, S("GET / HTTP/1.1\r\nHost: a\r\n"));
    for (int i = 0; i < 100; i++)
        strbuf_add(&buf, S("X: y\r\n"));
    strbuf_add(&buf, S("\r\n"));
    peer_say(fd, strbuf_str(&buf));
    assert_true(has_status(peer_hear_all(fd, &buf), 431));
    close(fd);
    static const char *const begins[] = {"GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET /"};
    for (int i = 0; i < 2; i++) {
        fd = peer_open(*state);
        strbuf_clear(&buf);
        strbuf_add(&buf, str_of(begins[i]));
        for (int j = 0; j < 33000; j++)
            strbuf_add_char(&buf, 'x');
        peer_say(fd, strbuf_str(&buf));
        assert_true(has_status(peer_hear_all(fd, &buf), i == 0 ? 431 : 414));
        close(fd);
    }
    strbuf_fini(&buf);
}

static void slow_heads_and_bodies_meet_a_fixed_deadline(void **state)
{
    (void)state;
    struct fixture fixture;
    struct http_config config = {0};
    struct strbuf buf = STRBUF_INIT;
    http_limits_default(&config.limits);
    config.limits.head_timeout_ms = config.limits.body_timeout_ms = 50;
    config.limits.idle_timeout_ms = 100;
    fixture_start(&fixture, &config);
    static const char *const begins[] = {"GET / HT", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"};
    for (int i = 0; i < 2; i++) {
        int fd = peer_open(&fixture);
        peer_say(fd, str_of(begins[i]));
        assert_true(has_status(peer_hear_all(fd, &buf), 408));
        close(fd);
    }
    int fd = peer_open(&fixture); /* and an idle connection just ends */
    assert_int_equal(peer_hear_all(fd, &buf).len, 0);
    close(fd);
    fixture_stop(&fixture);
    strbuf_fini(&buf);
}

static void connections_are_capped(void **state)
{
    (void)state;
    struct fixture fixture;
    struct http_config config = {0};
    struct strbuf buf = STRBUF_INIT;
    http_limits_default(&config.limits);
    config.limits.connections_per_address = 2;
    fixture_start(&fixture, &config);
    int fds[3];
    for (int i = 0; i < 2; i++) {
        fds[i] = peer_open(&fixture);
        peer_say(fds[i], S(GET("/in")));
        assert_true(has_status(peer_hear(fds[i], &buf, false), 200));
    }
    fds[2] = peer_open(&fixture);
    assert_int_equal(peer_hear_all(fds[2], &buf).len, 0);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
    fixture_stop(&fixture);
    config.limits.connections_per_address = 0;
    config.limits.connections = 1;
    fixture_start(&fixture, &config);
    fds[0] = peer_open(&fixture);
    peer_say(fds[0], S(GET("/in")));
    assert_true(has_status(peer_hear(fds[0], &buf, false), 200));
    fds[1] = peer_open(&fixture); /* the idle one gives way */
    peer_say(fds[1], S(GET("/in")));
    assert_true(has_status(peer_hear(fds[1], &buf, false), 200));
    assert_int_equal(peer_hear_all(fds[0], &buf).len, 0);
    close(fds[0]);
    close(fds[1]);
    fixture_stop(&fixture);
    strbuf_fini(&buf);
}

static void only_a_declared_proxy_is_believed(void **state)
{
    struct fixture fixture;
    struct http_config config = {0};
    struct strbuf buf = STRBUF_INIT;
    struct net_address proxies[2];
    str request = S("GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6, 2001:db8::1, 10.0.0.1\r\n"
                    "X-Forwarded-Proto: https\r\n\r\n");
    int fd = peer_open(*state);
    peer_say(fd, request);
    assert_true(str_ends(peer_hear(fd, &buf, false), S("127.0.0.1 plain")));
    close(fd);
    http_limits_default(&config.limits);
    assert_int_equal(net_address_parse(S("127.0.0.1"), &proxies[0]), RC_OK);
    assert_int_equal(net_address_parse(S("10.0.0.1"), &proxies[1]), RC_OK);
    config.trusted_proxies = proxies;
    config.trusted_proxy_count = 2;
    fixture_start(&fixture, &config);
    fd = peer_open(&fixture);
    peer_say(fd, request);
    assert_true(str_ends(peer_hear(fd, &buf, false), S("2001:db8::1 secure")));
    close(fd);
    /* HAProxy adds a line of its own below what the client made up. */
    fd = peer_open(&fixture);
    peer_say(fd, S("GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 127.0.0.9\r\nX-Forwarded-Proto: https\r\n"
                   "X-Forwarded-For: 2001:db8::2\r\nX-Forwarded-Proto: http\r\n\r\n"));
    assert_true(str_ends(peer_hear(fd, &buf, false), S("2001:db8::2 plain")));
    close(fd);
    fixture_stop(&fixture);
    strbuf_fini(&buf);
}

static void drain_lets_go_of_idle_and_parked(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf buf = STRBUF_INIT;
    int idle = peer_open(fixture), parked = peer_open(fixture);
    peer_say(idle, S(GET("/in")));
    assert_true(has_status(peer_hear(idle, &buf, false), 200));
    peer_say(parked, S(GET("/park")));
    fixture_await(fixture, &fixture->parks, 1);
    http_server_drain(fixture->server, 20);
    assert_int_equal(fixture->gones, 1);
    assert_int_equal(peer_hear_all(idle, &buf).len, 0);
    assert_int_equal(peer_hear_all(parked, &buf).len, 0);
    close(idle);
    close(parked);
    strbuf_fini(&buf);
}

static void a_port_in_use_is_not_shared(void **state)
{
    struct fixture *fixture = *state;
    const struct http_listen listen = {S("127.0.0.1"), http_server_port(fixture->server, 0), false};
    struct http_config config = {.listens = &listen, .listen_count = 1, .loops = 1};
    const struct http_handler handler = {fixture, serve_head, serve_request, serve_gone, serve_error};
    struct http_server *second;
    struct error err;
    http_limits_default(&config.limits);
    assert_int_equal(http_server_new(env_system(), &config, &handler, &second, &err), RC_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(one_connection_serves_many_requests),
        FIXTURE_TEST(pipelined_requests_are_answered_in_order),
        FIXTURE_TEST(a_request_may_come_byte_by_byte),
        FIXTURE_TEST(trailers_do_not_touch_the_head),
        FIXTURE_TEST(head_has_no_body),
        FIXTURE_TEST(a_body_that_waits_for_leave_gets_it),
        FIXTURE_TEST(close_is_honoured),
        FIXTURE_TEST(a_stream_arrives_whole),
        FIXTURE_TEST(a_parked_request_learns_that_its_peer_is_gone),
        FIXTURE_TEST(hostile_requests_are_refused_and_the_connection_closed),
        FIXTURE_TEST(heads_have_limits),
        cmocka_unit_test(slow_heads_and_bodies_meet_a_fixed_deadline),
        cmocka_unit_test(connections_are_capped),
        FIXTURE_TEST(only_a_declared_proxy_is_believed),
        FIXTURE_TEST(a_port_in_use_is_not_shared),
        FIXTURE_TEST(drain_lets_go_of_idle_and_parked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
