/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The inside of the HTTP server. One `struct hub` per loop holds that loop's listeners, connections and scratch
 * buffers; everything in it is touched by the loop's thread only, except the counters.
 *
 * A connection is small while it idles: no buffers, no request, no arena. A request's memory comes from the hub's
 * free list when its first byte arrives and goes back when the answer has left.
 *
 *   conn.c     reading, writing, deadlines      parse.c    llhttp, heads and bodies
 *   respond.c  answers                          source.c   bodies that are made while they leave
 *   listen.c   sockets, caps                    server.c   hubs, threads, drain
 *   tls.c      OpenSSL
 */
#ifndef NET_HTTP_PRIVATE_H
#define NET_HTTP_PRIVATE_H

#include "net/llhttp_names.h"

#include "base/container.h"
#include "base/map.h"
#include "base/vec.h"
#include "net/http.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
    READ_BUFFER = 64 * 1024, /* one per hub */
    REQUESTS_KEPT = 64,      /* spare requests with their arena's first block */
    HEADS_KEPT = 16,         /* spare buffers for heads under way: hardly ever more than one at a time */
    LINGER_MS = 2000,        /* after an answer that ends the connection: what still arrives is read and ignored */
    LINGER_BYTES = 1024 * 1024,
    BODY_RESERVE = 64 * 1024,  /* believed of a Content-Length before bytes have come */
    SOURCE_AHEAD = 128 * 1024, /* the next piece of a body is fetched when less than this waits to be sent */
};

struct hub;
struct conn;

/* A head while it arrives. Most are there at once, so one buffer serves all connections in turn. */
struct head {
    struct head *spare_next;
    struct strbuf bytes; /* url, names and values one after another */
    VEC(size_t) ends;    /* where in bytes each of them ends: url, name, value, name, value … */
};

struct request {
    struct http_request pub;
    struct arena arena;
    struct conn *conn; /* NULL: the peer is gone */
    struct hub *hub;
    struct request *spare_next;
    struct head *head; /* until it is complete and cut up into the arena */
    struct strbuf body;
    bool keep_alive, old_version; /* HTTP/1.0 */
};

enum conn_state {
    CONN_HANDSHAKE,
    CONN_IDLE, /* between requests */
    CONN_HEAD,
    CONN_BODY,
    CONN_HANDLING, /* the request is the handler's */
    CONN_SENDING,  /* the answer did not fit the socket's buffer */
    CONN_LINGER,   /* answered, closing */
};

struct conn {
    struct loop_watch watch;
    struct loop_timer deadline;
    struct hub *hub;
    struct conn *prev, *next; /* all of the hub */
    SSL *ssl;                 /* NULL: plain */
    struct net_address peer;
    enum conn_state state;
    uint32_t interest;  /* epoll events asked for */
    bool close_after;   /* this answer is the last */
    unsigned char scan; /* where in the head's lines the bytes seen so far end; see parse.c */
    int error_status;   /* what to answer when the parser gives up; 0: 400 */
    bool parsing, dead; /* inside llhttp; to be freed when out of it */
    llhttp_t parser;
    size_t head_bytes, coding_extra;
    struct strbuf ahead; /* received, not yet parsed (pipelined) */
    struct request *request;
    struct strbuf out; /* not yet sent */
    size_t out_sent;
    struct http_source *source;
    uint64_t source_left; /* of its body, or HTTP_LENGTH_UNKNOWN; 0: all is in out */
    bool source_chunked;
    struct request *source_request; /* what it answers: the source may live in its arena */
    size_t linger_bytes;
};

struct listener {
    struct loop_watch watch;
    struct loop_timer pause; /* out of descriptors: looks again a little later */
    struct hub *hub;
    bool tls;
};

struct hub {
    struct http_server *server;
    struct loop *loop;
    pthread_t thread;
    bool thread_running;
    VEC(struct listener *) listeners;
    struct conn *conns;
    size_t conn_count;
    struct request *spare;
    struct head *spare_heads;
    size_t spare_count, spare_head_count;
    char *read_buffer;
    struct strbuf scratch; /* answers are put together here */
    char date[32];         /* "Tue, 24 Nov 2026 11:33:19 GMT" */
    int64_t date_s;
    struct loop_task drain_task;
    struct loop_timer drain_timer;
    size_t requests_out; /* not yet freed: in a connection, or with a handler after the peer went away */
    bool draining;
    _Atomic uint64_t connections_now, connections_total, requests_total, bytes_in, bytes_out, refused_total;
};

struct http_server {
    struct env *env;
    struct http_handler handler;
    struct http_limits limits;
    struct net_address *proxies;
    size_t proxy_count;
    struct hub *hubs;
    int hub_count;
    uint16_t *ports;
    size_t listen_count;
    char *certificate_file, *key_file;
    pthread_mutex_t lock; /* addresses, tls */
    struct map addresses; /* hash of ip → count + 1 as a pointer */
    SSL_CTX *tls;
    atomic_int connections;
    int grace_ms;
};

/* listen.c */
enum rc hub_listen(struct hub *hub, const struct http_listen *listen, uint16_t *port_in_out, struct error *err);
bool address_enter(struct http_server *server, const struct net_address *address);
void address_leave(struct http_server *server, const struct net_address *address);

/* conn.c */
void conn_new(struct hub *hub, int fd, const struct net_address *peer, bool tls);
void conn_close(struct conn *conn);
void conn_set_state(struct conn *conn, enum conn_state state);
/* Sends the bytes and what conn->source yields: CONN_SENDING while the socket takes no more, and between two pieces. */
void conn_send(struct conn *conn, str bytes);
/* Sends what conn->out holds: an interim answer, before the real one. */
void conn_flush_interim(struct conn *conn);
/* Sends what conn->out holds. */
void conn_flush(struct conn *conn);
/* The answer is out: on to the next request, or closing. */
void conn_answered(struct conn *conn);

/* parse.c */
void parse_begin(struct conn *conn);
/* Feeds bytes; what belongs to a later request goes to conn->ahead. May answer and may close the connection. */
void parse_feed(struct conn *conn, str bytes);
struct request *request_new(struct conn *conn);
void request_free(struct request *request);
/* Gives the hub's spare requests and heads back to the heap. */
void requests_fini(struct hub *hub);

/* respond.c */
/* Answers with an error of the transport's own and ends the connection. */
void respond_error(struct conn *conn, int status);

/* source.c */
/* The answer's body comes from its source. The request is freed with it. */
void source_begin(struct conn *conn, struct request *request, const struct http_response *response);
/* One more piece of the body into conn->out, if little waits there. An error ends the connection. */
enum rc source_refill(struct conn *conn) MUST_USE;
void source_close(struct conn *conn);

/* server.c */
/* Ends the loop of a draining hub that has neither connections nor requests left. */
void hub_stop_if_done(struct hub *hub);

/* tls.c */
enum rc tls_load(const char *certificate_file, const char *key_file, SSL_CTX **ret_context, struct error *err);

static inline void count_up(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

#endif
