/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bodies that are made while they leave, of a known length and of none. */
#include "net/fixture.h"

#include <errno.h>

#define ASK(method, path, version) method " " path " HTTP/" version "\r\nHost: a\r\n\r\n"
#define GET(path) ASK("GET", path, "1.1")

/* ---- reading ---- */

/* Reads on until that much is there, or the server has ended; returns errno, 0 for a plain end. */
static int read_until(int fd, struct strbuf *buf, size_t len)
{
    while (buf->len < len) {
        ssize_t got = recv(fd, strbuf_reserve(buf, 65536), 65536, 0);
        if (got <= 0)
            return got < 0 ? errno : 0;
        buf->len += (size_t)got;
    }
    return 0;
}

static str body_of(str answer)
{
    const char *end = memmem(answer.ptr, answer.len, "\r\n\r\n", 4);
    assert_non_null(end);
    return str_skip(answer, (size_t)(end + 4 - answer.ptr));
}

static void expect_pages(str body, size_t length)
{
    assert_int_equal(body.len, length);
    for (size_t i = 0; i < length; i += PIECE)
        assert_int_equal(body.ptr[i], letter_at(length - i));
}

/* Reads on until the text stands behind `from`; where. SIZE_MAX: the server has ended before. */
static size_t find_behind(int fd, struct strbuf *buf, size_t from, str text)
{
    for (;;) {
        const char *found = buf->len > from ? memmem(buf->ptr + from, buf->len - from, text.ptr, text.len) : NULL;
        if (found)
            return (size_t)(found - buf->ptr);
        size_t before = buf->len;
        read_until(fd, buf, before + 1);
        if (buf->len == before)
            return SIZE_MAX;
    }
}

/* Takes the coding off a body that begins at `at` (RFC 9112, 7.1); *ret_end: what comes behind it. False: it breaks
 * off. */
static bool hear_chunks(int fd, struct strbuf *buf, size_t at, struct strbuf *ret_body, size_t *ret_end)
{
    for (size_t size = 1; size; at += size + 2) {
        char *after;
        size_t line_end = find_behind(fd, buf, at, S("\r\n"));
        if (line_end == SIZE_MAX)
            return false;
        size = strtoul(buf->ptr + at, &after, 16);
        assert_true(line_end > at && after == buf->ptr + line_end);
        at = line_end + 2;
        read_until(fd, buf, at + size + 2);
        if (buf->len < at + size + 2)
            return false;
        assert_memory_equal(buf->ptr + at + size, "\r\n", 2);
        strbuf_add(ret_body, str_from(buf->ptr + at, size));
        *ret_end = at + size + 2;
    }
    return true;
}

/* An answer in chunks; what comes behind it stays in buf. */
static void expect_chunked(int fd, struct strbuf *buf, size_t length)
{
    struct strbuf body = STRBUF_INIT;
    size_t end, head_end = find_behind(fd, buf, 0, S("\r\n\r\n"));
    assert_true(head_end != SIZE_MAX);
    str head = str_head(strbuf_str(buf), head_end);
    assert_true(has_status(head, 200));
    assert_true(str_contains(head, S("Transfer-Encoding: chunked")));
    assert_false(str_contains(head, S("Content-Length")));
    assert_true(hear_chunks(fd, buf, head_end + 4, &body, &end));
    expect_pages(strbuf_str(&body), length);
    memmove(buf->ptr, buf->ptr + end, buf->len - end);
    buf->len -= end;
    strbuf_fini(&body);
}

/* ---- lengths ---- */

static void a_body_of_unknown_length_comes_in_chunks_and_the_next_answer_behind_it(void **state)
{
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(*state);
    peer_say(fd, S(GET("/pages") GET("/pages") GET("/next")));
    expect_chunked(fd, &buf, STREAM_LENGTH);
    expect_chunked(fd, &buf, STREAM_LENGTH);
    assert_true(find_behind(fd, &buf, 0, S("\r\n\r\n/next")) != SIZE_MAX);
    assert_true(has_status(strbuf_str(&buf), 200));
    close(fd);
    strbuf_fini(&buf);
}

static void an_older_peer_is_told_by_the_connections_end(void **state)
{
    static const char *const requests[] = {"GET /pages HTTP/1.0\r\n\r\n",
                                           "GET /pages HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"};
    struct strbuf buf = STRBUF_INIT;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int fd = peer_open(*state);
        peer_say(fd, str_of(requests[i]));
        str answer = peer_hear_all(fd, &buf);
        assert_true(str_contains(answer, S("Connection: close\r\n")));
        assert_false(str_contains(answer, S("Transfer-Encoding")));
        assert_false(str_contains(answer, S("Content-Length")));
        expect_pages(body_of(answer), STREAM_LENGTH);
        close(fd);
    }
    strbuf_fini(&buf);
}

static void an_answer_without_a_body_asks_the_source_for_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf buf = STRBUF_INIT;
    int fd = peer_open(fixture);
    peer_say(fd, S(ASK("HEAD", "/pages", "1.1") GET("/not-modified") GET("/next")));
    str answer = peer_hear(fd, &buf, true);
    assert_true(str_contains(answer, S("Transfer-Encoding: chunked\r\n")));
    assert_false(str_contains(answer, S("Content-Length")));
    answer = peer_hear(fd, &buf, true);
    assert_true(has_status(answer, 304));
    assert_false(str_contains(answer, S("Transfer-Encoding")) || str_contains(answer, S("Content-Length")));
    assert_true(str_ends(peer_hear(fd, &buf, false), S("/next")));
    close(fd);
    assert_int_equal(fixture_count(fixture, &fixture->sources_closed), 2);
    assert_int_equal(fixture_count(fixture, &fixture->pieces), 0);
    strbuf_fini(&buf);
}

/* ---- errors ---- */

static void a_peer_can_tell_a_body_that_broke_from_one_that_ended(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf buf = STRBUF_INIT, body = STRBUF_INIT;
    size_t end;
    int fd = peer_open(fixture);
    peer_say(fd, S(GET("/broken")));
    assert_false(hear_chunks(fd, &buf, find_behind(fd, &buf, 0, S("\r\n\r\n")) + 4, &body, &end));
    close(fd);
    fd = peer_open(fixture); /* where nothing but the connection's end says so */
    peer_say(fd, S("GET /broken HTTP/1.0\r\n\r\n"));
    strbuf_clear(&buf);
    assert_int_equal(read_until(fd, &buf, SIZE_MAX), ECONNRESET);
    close(fd);
    fixture_await(fixture, &fixture->sources_closed, 2);
    strbuf_fini(&buf);
    strbuf_fini(&body);
}

/* ---- slow and fast readers ---- */

static int ask_and_not_read(struct fixture *fixture, str request)
{
    char begun;
    int fd = peer_open(fixture);
    peer_say(fd, request);
    assert_int_equal(recv(fd, &begun, 1, MSG_PEEK), 1);
    return fd;
}

static void who_does_not_read_costs_little_and_gets_it_all_later(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf buf = STRBUF_INIT;
    int chunked = ask_and_not_read(fixture, S(GET("/many"))), measured = ask_and_not_read(fixture, S(GET("/long")));
    int other = peer_open(fixture);
    for (int i = 0; i < 50; i++) { /* who come into the memory of requests that are over */
        peer_say(other, S("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
        assert_true(str_ends(peer_hear(other, &buf, false), S("hello")));
    }
    assert_int_equal(fixture_count(fixture, &fixture->sources_closed), 0);
    assert_true(fixture_count(fixture, &fixture->pieces) < MANY_LENGTH / PIECE);
    strbuf_clear(&buf);
    expect_chunked(chunked, &buf, MANY_LENGTH);
    size_t head_end = find_behind(measured, &buf, 0, S("\r\n\r\n"));
    assert_int_equal(read_until(measured, &buf, head_end + 4 + MANY_LENGTH), 0);
    expect_pages(body_of(strbuf_str(&buf)), MANY_LENGTH);
    fixture_await(fixture, &fixture->sources_closed, 2);
    close(chunked);
    close(measured);
    close(other);
    strbuf_fini(&buf);
}

static void others_are_answered_between_two_pieces(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf buf = STRBUF_INIT;
    int reader = peer_open(fixture), other = peer_open(fixture);
    peer_say(other, S(GET("/in")));
    assert_true(has_status(peer_hear(other, &buf, false), 200));
    fixture_hold(fixture, true);
    peer_say(reader, S(GET("/pages")));
    fixture_await(fixture, &fixture->pieces, 1);
    peer_say(other, S(GET("/given")));
    fixture_hold(fixture, false);
    str given = body_of(peer_hear(other, &buf, false));
    assert_true(given.len == 1 && given.ptr[0] <= '3'); /* of a hundred, which the socket would take at once */
    strbuf_clear(&buf);
    expect_chunked(reader, &buf, STREAM_LENGTH);
    close(reader);
    close(other);
    strbuf_fini(&buf);
}

static void who_never_reads_is_let_go_of(void **state)
{
    (void)state;
    struct fixture fixture;
    struct http_config config = {0};
    struct strbuf buf = STRBUF_INIT;
    http_limits_default(&config.limits);
    config.limits.write_timeout_ms = 50;
    fixture_start(&fixture, &config);
    int fd = peer_open(&fixture);
    peer_say(fd, S("GET /many HTTP/1.0\r\n\r\n"));
    fixture_await(&fixture, &fixture.sources_closed, 1);
    assert_int_equal(read_until(fd, &buf, SIZE_MAX), ECONNRESET); /* and may not take it for all there is */
    close(fd);
    fixture_stop(&fixture);
    strbuf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_body_of_unknown_length_comes_in_chunks_and_the_next_answer_behind_it),
        FIXTURE_TEST(an_older_peer_is_told_by_the_connections_end),
        FIXTURE_TEST(an_answer_without_a_body_asks_the_source_for_nothing),
        FIXTURE_TEST(a_peer_can_tell_a_body_that_broke_from_one_that_ended),
        FIXTURE_TEST(who_does_not_read_costs_little_and_gets_it_all_later),
        FIXTURE_TEST(others_are_answered_between_two_pieces),
        cmocka_unit_test(who_never_reads_is_let_go_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
