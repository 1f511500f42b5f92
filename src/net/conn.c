/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A connection's life: bytes in, bytes out, and for each state one fixed deadline that no byte re-arms.
 *
 * While a request is the handler's, the socket stays watched for reading: that is how a peer's end is noticed. Should
 * it send more instead (pipelining), reading is switched off until the answer is out, and the bytes wait in the kernel.
 */
#include "net/http_private.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- deadlines ---- */

static int64_t deadline_of(const struct conn *conn)
{
    const struct http_limits *limits = &conn->hub->server->limits;
    switch (conn->state) {
    case CONN_HANDSHAKE:
    case CONN_HEAD: return limits->head_timeout_ms;
    case CONN_IDLE: return limits->idle_timeout_ms;
    case CONN_BODY:
        return limits->body_timeout_ms + (int64_t)(conn->request ? conn->request->pub.body_limit >> 20 : 0) * 10000;
    case CONN_SENDING: return limits->write_timeout_ms;
    case CONN_LINGER: return LINGER_MS;
    default: return 0;
    }
}

static void deadline_passed(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    struct conn *conn = CONTAINER_OF(timer, struct conn, deadline);
    if (conn->state == CONN_HEAD || conn->state == CONN_BODY)
        respond_error(conn, 408);
    else
        conn_close(conn);
}

void conn_set_state(struct conn *conn, enum conn_state state)
{
    conn->state = state;
    int64_t deadline = deadline_of(conn);
    if (deadline)
        loop_timer_set(conn->hub->loop, &conn->deadline, deadline);
    else
        loop_timer_cancel(conn->hub->loop, &conn->deadline);
}

static void want(struct conn *conn, uint32_t interest)
{
    if (conn->interest == interest)
        return;
    conn->interest = interest;
    /* A peer that ended its side may still take its answer: while sending, its end would only wake us in vain. */
    loop_watch_change(conn->hub->loop, &conn->watch, interest == EPOLLOUT ? interest : interest | EPOLLRDHUP);
}

/* ---- reading ---- */

enum { READ_AGAIN = -1, READ_END = -2 };

static ssize_t read_some(struct conn *conn, char *buffer, size_t size)
{
    if (!conn->ssl) {
        ssize_t got = recv(conn->watch.fd, buffer, size, 0);
        if (got > 0)
            return got;
        return got < 0 && (errno == EAGAIN || errno == EINTR) ? READ_AGAIN : READ_END;
    }
    ERR_clear_error();
    int got = SSL_read(conn->ssl, buffer, (int)size);
    if (got > 0)
        return got;
    int why = SSL_get_error(conn->ssl, got);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? READ_AGAIN : READ_END;
}

/* The peer has ended its side while its request was under way. */
static void peer_gone(struct conn *conn)
{
    struct request *request = conn->request;
    struct hub *hub = conn->hub;
    bool handling = conn->state == CONN_HANDLING && request;
    if (handling) {
        conn->request = NULL;
        request->conn = NULL;
        request->pub.gone = true;
    }
    conn_close(conn);
    if (handling)
        hub->server->handler.on_gone(hub->server->handler.ctx, &request->pub);
}

static void linger_read(struct conn *conn, ssize_t got)
{
    conn->linger_bytes += (size_t)got;
    if (conn->linger_bytes > LINGER_BYTES)
        conn_close(conn);
}

/* More bytes while a request is being handled: the kernel may keep them, unless it is only the end. */
static void peek_while_handling(struct conn *conn)
{
    char byte;
    ssize_t got = conn->ssl ? 1 : recv(conn->watch.fd, &byte, 1, MSG_PEEK);
    if (conn->ssl) {
        ERR_clear_error();
        int peeked = SSL_peek(conn->ssl, &byte, 1);
        int why = peeked > 0 ? 0 : SSL_get_error(conn->ssl, peeked);
        got = peeked > 0 ? 1 : why == SSL_ERROR_WANT_READ ? READ_AGAIN : 0;
    } else if (got < 0) {
        got = errno == EAGAIN || errno == EINTR ? READ_AGAIN : 0;
    }
    if (got == 0)
        peer_gone(conn);
    else if (got > 0)
        want(conn, 0);
}

static void conn_read(struct conn *conn)
{
    struct hub *hub = conn->hub;
    for (int turn = 0; turn < 16; turn++) {
        if (conn->state == CONN_HANDLING || conn->state == CONN_SENDING) {
            if (conn->state == CONN_HANDLING)
                peek_while_handling(conn);
            return;
        }
        ssize_t got = read_some(conn, hub->read_buffer, READ_BUFFER);
        if (got == READ_AGAIN)
            return;
        if (got == READ_END) {
            conn_close(conn);
            return;
        }
        count_up(&hub->bytes_in, (uint64_t)got);
        if (conn->state == CONN_LINGER) {
            linger_read(conn, got);
            return;
        }
        bool more = conn->ssl ? true : got == READ_BUFFER;
        conn->parsing = true;
        parse_feed(conn, str_from(hub->read_buffer, (size_t)got));
        conn->parsing = false;
        if (conn->dead) {
            conn_close(conn);
            return;
        }
        if (!more || (conn->ssl && !SSL_has_pending(conn->ssl)))
            return;
    }
}

/* ---- writing ---- */

static ssize_t write_some(struct conn *conn, const char *bytes, size_t len)
{
    if (!conn->ssl) {
        ssize_t sent = send(conn->watch.fd, bytes, len, MSG_NOSIGNAL);
        return sent >= 0 ? sent : errno == EAGAIN || errno == EINTR ? READ_AGAIN : READ_END;
    }
    ERR_clear_error();
    int sent = SSL_write(conn->ssl, bytes, len > INT32_MAX ? INT32_MAX : (int)len);
    if (sent > 0)
        return sent;
    int why = SSL_get_error(conn->ssl, sent);
    return why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? READ_AGAIN : READ_END;
}

static void wait_to_send(struct conn *conn)
{
    want(conn, EPOLLOUT);
    if (conn->state != CONN_SENDING)
        conn_set_state(conn, CONN_SENDING);
}

void conn_flush(struct conn *conn)
{
    if (source_refill(conn) != RC_OK) {
        conn_close(conn);
        return;
    }
    while (conn->out_sent < conn->out.len) {
        ssize_t sent = write_some(conn, conn->out.ptr + conn->out_sent, conn->out.len - conn->out_sent);
        if (sent == READ_END) {
            conn_close(conn);
            return;
        }
        if (sent == READ_AGAIN) {
            wait_to_send(conn);
            return;
        }
        count_up(&conn->hub->bytes_out, (uint64_t)sent);
        conn->out_sent += (size_t)sent;
        if (conn->state == CONN_SENDING)
            conn_set_state(conn, CONN_SENDING); /* progress: the deadline is for standing still */
    }
    if (conn->source_left) { /* a peer that takes it as fast as it comes does not keep the others waiting */
        wait_to_send(conn);
        return;
    }
    source_close(conn);
    strbuf_fini(&conn->out);
    conn->out_sent = 0;
    conn_answered(conn);
}

void conn_send(struct conn *conn, str bytes)
{
    while (bytes.len && conn->out.len == 0) {
        ssize_t sent = write_some(conn, bytes.ptr, bytes.len);
        if (sent == READ_END) {
            conn_close(conn);
            return;
        }
        if (sent == READ_AGAIN)
            break;
        count_up(&conn->hub->bytes_out, (uint64_t)sent);
        bytes = str_skip(bytes, (size_t)sent);
    }
    if (bytes.len)
        strbuf_add(&conn->out, bytes);
    conn_flush(conn);
}

void conn_flush_interim(struct conn *conn)
{
    ssize_t sent = write_some(conn, conn->out.ptr, conn->out.len);
    /* An empty socket that does not take 25 bytes is not worth waiting for. */
    if (sent != (ssize_t)conn->out.len)
        conn_close(conn);
    strbuf_fini(&conn->out);
}

/* ---- turns ---- */

static void linger_begin(struct conn *conn)
{
    if (conn->ssl)
        SSL_shutdown(conn->ssl);
    shutdown(conn->watch.fd, SHUT_WR);
    strbuf_fini(&conn->ahead);
    conn->linger_bytes = 0;
    want(conn, EPOLLIN);
    conn_set_state(conn, CONN_LINGER);
}

void conn_answered(struct conn *conn)
{
    if (conn->close_after || conn->hub->draining) {
        linger_begin(conn);
        return;
    }
    conn_set_state(conn, CONN_IDLE);
    want(conn, EPOLLIN);
    parse_begin(conn);
    if (conn->parsing)
        return; /* answered from inside the parser: it goes on by itself */
    if (conn->ahead.len) {
        struct strbuf ahead = conn->ahead;
        conn->ahead = STRBUF_INIT;
        conn->parsing = true;
        parse_feed(conn, strbuf_str(&ahead));
        conn->parsing = false;
        strbuf_fini(&ahead);
        if (conn->dead) {
            conn_close(conn);
            return;
        }
    }
    if (conn->ssl && conn->state != CONN_HANDLING && SSL_has_pending(conn->ssl))
        conn_read(conn);
}

static void handshake(struct conn *conn)
{
    ERR_clear_error();
    int done = SSL_accept(conn->ssl);
    if (done == 1) {
        conn_set_state(conn, CONN_IDLE);
        want(conn, EPOLLIN);
        conn_read(conn);
        return;
    }
    switch (SSL_get_error(conn->ssl, done)) {
    case SSL_ERROR_WANT_READ: want(conn, EPOLLIN); break;
    case SSL_ERROR_WANT_WRITE: want(conn, EPOLLOUT); break;
    default: count_up(&conn->hub->refused_total, 1); conn_close(conn);
    }
}

static void conn_ready(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
    (void)loop;
    struct conn *conn = CONTAINER_OF(watch, struct conn, watch);
    if (events & (EPOLLERR | EPOLLHUP)
        || (events & EPOLLRDHUP && conn->state == CONN_HANDLING && !(events & EPOLLIN))) {
        peer_gone(conn);
        return;
    }
    if (conn->state == CONN_HANDSHAKE)
        handshake(conn);
    else if (events & EPOLLOUT)
        conn_flush(conn);
    else if (events & (EPOLLIN | EPOLLRDHUP))
        conn_read(conn);
}

/* ---- life ---- */

void conn_new(struct hub *hub, int fd, const struct net_address *peer, bool tls)
{
    struct conn *conn = xcalloc(1, sizeof *conn);
    conn->hub = hub;
    conn->peer = *peer;
    conn->watch = (struct loop_watch){conn_ready, fd};
    conn->deadline.fire = deadline_passed;
    conn->interest = EPOLLIN;
    conn->next = hub->conns;
    if (hub->conns)
        hub->conns->prev = conn;
    hub->conns = conn;
    hub->conn_count++;
    atomic_fetch_add(&hub->server->connections, 1);
    count_up(&hub->connections_total, 1);
    hub->connections_now = hub->conn_count;
    if (tls) {
        pthread_mutex_lock(&hub->server->lock);
        conn->ssl = SSL_new(hub->server->tls);
        pthread_mutex_unlock(&hub->server->lock);
    }
    parse_begin(conn);
    conn_set_state(conn, tls ? CONN_HANDSHAKE : CONN_IDLE);
    bool ready = !tls || (conn->ssl && SSL_set_fd(conn->ssl, fd) == 1);
    if (!ready || loop_watch_add(hub->loop, &conn->watch, EPOLLIN | EPOLLRDHUP) != RC_OK)
        conn_close(conn);
}

/* A peer that is not told the body's length would take a plain end for the end of it (RFC 9112, 8). */
static void end_by_reset(struct conn *conn)
{
    const struct linger at_once = {.l_onoff = 1};
    setsockopt(conn->watch.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (conn->ssl)
        SSL_set_quiet_shutdown(conn->ssl, 1);
}

/* From inside the parser only marks: the parser's caller finishes. */
void conn_close(struct conn *conn)
{
    struct hub *hub = conn->hub;
    if (conn->parsing) {
        conn->dead = true;
        return;
    }
    if (conn->request) {
        request_free(conn->request);
        conn->request = NULL;
    }
    if (conn->source)
        end_by_reset(conn);
    source_close(conn);
    loop_timer_cancel(hub->loop, &conn->deadline);
    loop_watch_remove(hub->loop, &conn->watch);
    if (conn->ssl) {
        if (conn->state != CONN_HANDSHAKE && conn->state != CONN_LINGER)
            SSL_shutdown(conn->ssl);
        SSL_free(conn->ssl);
        ERR_clear_error();
    }
    close(conn->watch.fd);
    address_leave(hub->server, &conn->peer);
    atomic_fetch_sub(&hub->server->connections, 1);
    if (conn->prev)
        conn->prev->next = conn->next;
    else
        hub->conns = conn->next;
    if (conn->next)
        conn->next->prev = conn->prev;
    hub->conn_count--;
    hub->connections_now = hub->conn_count;
    strbuf_fini(&conn->ahead);
    strbuf_fini(&conn->out);
    free(conn);
    hub_stop_if_done(hub);
}
