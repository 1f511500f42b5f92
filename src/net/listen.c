/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Listening sockets: one per address and loop (SO_REUSEPORT), and the caps on connections. */
#include "net/address.h"
#include "net/http_private.h"

#include "base/hash.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BACKLOG = 4096, ACCEPTS_PER_TURN = 64, ACCEPT_PAUSE_MS = 100 };

/* ---- connections per address ---- */

/* The count is kept in the pointer itself. */
static uint64_t address_key(const struct net_address *address)
{
    return hash_bytes(address->ip, sizeof address->ip);
}

bool address_enter(struct http_server *server, const struct net_address *address)
{
    if (server->limits.connections_per_address <= 0)
        return true;
    uint64_t key = address_key(address);
    pthread_mutex_lock(&server->lock);
    uintptr_t count = (uintptr_t)map_get(&server->addresses, key);
    bool room = count < (uintptr_t)server->limits.connections_per_address;
    if (room)
        map_put(&server->addresses, key, (void *)(count + 1));
    pthread_mutex_unlock(&server->lock);
    return room;
}

void address_leave(struct http_server *server, const struct net_address *address)
{
    if (server->limits.connections_per_address <= 0)
        return;
    uint64_t key = address_key(address);
    pthread_mutex_lock(&server->lock);
    uintptr_t count = (uintptr_t)map_get(&server->addresses, key);
    if (count > 1)
        map_put(&server->addresses, key, (void *)(count - 1));
    else
        map_remove(&server->addresses, key);
    pthread_mutex_unlock(&server->lock);
}

/* ---- accepting ---- */

/* Set on the listening socket; what it accepts inherits all of it. */
static void tune(int fd)
{
    int on = 1, idle = 60, interval = 15, probes = 4, unacknowledged_ms = 60000;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    /* A peer that vanished without a word is found while its request is parked. */
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
}

/* At the cap, the hub's longest idle connection gives way; where none idles, the newcomer does. */
static bool make_room(struct hub *hub)
{
    struct conn *oldest = NULL;
    for (struct conn *conn = hub->conns; conn; conn = conn->next)
        if (conn->state == CONN_IDLE && (!oldest || conn->deadline.due_ms < oldest->deadline.due_ms))
            oldest = conn;
    if (oldest)
        conn_close(oldest);
    return oldest != NULL;
}

/* Out of descriptors, and none to be had: the waiting connection would wake the loop for ever. */
static void pause_over(struct loop *loop, struct loop_timer *timer)
{
    struct listener *listener = CONTAINER_OF(timer, struct listener, pause);
    loop_watch_change(loop, &listener->watch, EPOLLIN);
}

static void listener_pause(struct listener *listener)
{
    listener->pause.fire = pause_over;
    loop_watch_change(listener->hub->loop, &listener->watch, 0);
    loop_timer_set(listener->hub->loop, &listener->pause, ACCEPT_PAUSE_MS);
}

static void accept_ready(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
    (void)loop;
    (void)events;
    struct listener *listener = CONTAINER_OF(watch, struct listener, watch);
    struct hub *hub = listener->hub;
    struct http_server *server = hub->server;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        struct sockaddr_storage from;
        socklen_t from_len = sizeof from;
        struct net_address peer;
        int fd = accept4(watch->fd, (struct sockaddr *)&from, &from_len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == ECONNABORTED || errno == EINTR))
            continue;
        if (fd < 0) {
            if (errno != EAGAIN && !make_room(hub))
                listener_pause(listener);
            return;
        }
        net_address_from_socket(&from, &peer);
        bool full =
            server->limits.connections > 0 && server->connections >= server->limits.connections && !make_room(hub);
        if (full || !address_enter(server, &peer)) {
            count_up(&hub->refused_total, 1);
            close(fd);
            continue;
        }
        conn_new(hub, fd, &peer, listener->tls);
    }
}

/* ---- listening ---- */

static socklen_t socket_address(const struct net_address *address, uint16_t port, struct sockaddr_storage *ret)
{
    static const unsigned char v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    memset(ret, 0, sizeof *ret);
    if (memcmp(address->ip, v4_prefix, sizeof v4_prefix) == 0) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        memcpy(&v4->sin_addr, address->ip + 12, 4);
        return sizeof *v4;
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    memcpy(&v6->sin6_addr, address->ip, 16);
    return sizeof *v6;
}

static int open_socket(const struct net_address *address, uint16_t *port_in_out)
{
    struct sockaddr_storage where;
    socklen_t len = socket_address(address, *port_in_out, &where);
    int on = 1, fd = socket(where.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (where.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    tune(fd);
    struct net_address bound;
    if (bind(fd, (struct sockaddr *)&where, len) || listen(fd, BACKLOG)
        || getsockname(fd, (struct sockaddr *)&where, &len)) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    net_address_from_socket(&where, &bound);
    *port_in_out = bound.port;
    return fd;
}

/* SO_REUSEPORT would let a second server of the same user share the port unnoticed: a socket without it may not. */
static bool port_is_free(const struct net_address *address, uint16_t *port_in_out)
{
    struct sockaddr_storage where;
    struct net_address bound;
    socklen_t len = socket_address(address, *port_in_out, &where);
    int on = 1, fd = socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool is_free =
        bind(fd, (struct sockaddr *)&where, len) == 0 && getsockname(fd, (struct sockaddr *)&where, &len) == 0;
    int why = errno;
    close(fd);
    errno = why;
    if (is_free) {
        net_address_from_socket(&where, &bound);
        *port_in_out = bound.port;
    }
    return is_free;
}

static enum rc listener_add(struct hub *hub, const struct net_address *address, bool tls, uint16_t *port_in_out)
{
    int fd = open_socket(address, port_in_out);
    if (fd < 0)
        return RC_IO;
    struct listener *listener = xcalloc(1, sizeof *listener);
    listener->watch = (struct loop_watch){accept_ready, fd};
    listener->hub = hub;
    listener->tls = tls;
    vec_push(&hub->listeners, listener);
    return loop_watch_add(hub->loop, &listener->watch, EPOLLIN);
}

enum rc hub_listen(struct hub *hub, const struct http_listen *listen, uint16_t *port_in_out, struct error *err)
{
    struct net_address address;
    bool local = str_eq(listen->host, S("localhost"));
    if (net_address_parse(local ? S("127.0.0.1") : listen->host, &address) != RC_OK)
        return error_set(err, RC_INVALID, "cannot listen on %.*s: not an address", STR_ARG(listen->host));
    bool first = hub == hub->server->hubs;
    if ((first && !port_is_free(&address, port_in_out))
        || listener_add(hub, &address, listen->tls, port_in_out) != RC_OK)
        return error_set(err, RC_IO, "cannot listen on %.*s port %u: %s", STR_ARG(listen->host), listen->port,
                         strerror(errno));
    /* "localhost" is both loopbacks, where the machine has both. */
    if (local && net_address_parse(S("::1"), &address) == RC_OK)
        (void)!listener_add(hub, &address, listen->tls, port_in_out);
    return RC_OK;
}
