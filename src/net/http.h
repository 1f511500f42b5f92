/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The HTTP/1.1 server: listeners, TLS, parsing, limits and deadlines; one `http_server` spans all loops.
 *
 * A request is handed over whole (head, then body up to the limit the handler set for it) on the thread of the
 * connection's loop. It is answered exactly once, by http_reply() on that same thread, at once or much later
 * (parking costs nothing but the request's memory). Everything in the request lives until then.
 * If the peer goes away first, `gone` is called, once; the handler must then still call http_drop() (or
 * http_reply(), which then sends nothing) when it has let go of the request.
 * Requests on one connection are handled one at a time, in order (pipelined ones wait in the buffer).
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "net/loop.h"

#include <netinet/in.h>

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_OPTIONS, HTTP_PATCH, HTTP_OTHER };

struct http_header {
    str name; /* lower case */
    str value;
};

/* IPv4 as IPv4-mapped IPv6. */
struct net_address {
    unsigned char ip[16];
    uint16_t port;
};

struct http_request {
    struct arena *arena; /* freed once the request is answered or dropped, and its source closed */
    struct loop *loop;
    enum http_method method;
    str path;  /* as sent, percent-encoded, starts with '/' */
    str query; /* behind '?', empty if none */
    const struct http_header *headers;
    size_t header_count;
    str body;
    struct net_address peer; /* the client: the proxy's word only if the proxy is declared trusted */
    bool tls;                /* the client's connection is secure (own TLS or the trusted proxy's) */
    bool gone;               /* peer went away; http_reply() will send nothing */
    size_t body_limit;       /* set by on_head; default 0: a body is refused with 413 */
    void *owner;             /* free for the handler */
};

/* Yields a long body piece by piece as the peer takes it, on the thread of the connection's loop. Between two pieces
 * everybody else there has their turn. It may live in the request's arena. */
struct http_source {
    /* Appends the next piece to buf; appending nothing ends the body. An error cuts the connection, and the peer can
     * tell that from an end. */
    enum rc (*next)(struct http_source *source, struct strbuf *buf);
    void (*close)(struct http_source *source); /* always called once */
};

/* RFC 9112, 6.3: in chunks, or for HTTP/1.0 up to the connection's end. */
#define HTTP_LENGTH_UNKNOWN UINT64_MAX

struct http_response {
    int status;
    str content_type;                  /* empty: no such header (and no body) */
    const struct http_header *headers; /* more headers; those of the connection and the body's length net adds */
    size_t header_count;
    str body;                   /* must live as long as the request's arena (or static) … */
    struct strbuf *body_buf;    /* … or is taken over from here, if set */
    struct http_source *source; /* … or comes from here, if set, … */
    uint64_t source_length;     /* … with this length, or HTTP_LENGTH_UNKNOWN */
    bool close;                 /* close the connection afterwards */
};

struct http_handler {
    void *ctx;
    /* The head is complete, the body not yet read: set request->body_limit. May call http_reply() itself to refuse
     * (then the body is not read and `on_request` not called). Body bytes over the limit: net answers through on_error.
     */
    void (*on_head)(void *ctx, struct http_request *request);
    void (*on_request)(void *ctx, struct http_request *request);
    void (*on_gone)(void *ctx, struct http_request *request);
    /* Fills a response for errors that net itself detects (400 malformed, 408, 413, 414, 431, 503 …); body in static
     * memory. */
    void (*on_error)(void *ctx, int status, struct http_response *ret_response);
};

struct http_listen {
    str host; /* address literal or "localhost" */
    uint16_t port;
    bool tls;
};

struct http_limits {
    size_t head_bytes;           /* 32 KiB */
    int header_count;            /* 100 */
    int head_timeout_ms;         /* one fixed deadline from the first byte: 10 s */
    int body_timeout_ms;         /* fixed: 30 s, and per MiB 10 s more */
    int idle_timeout_ms;         /* between requests: 75 s */
    int write_timeout_ms;        /* no progress while sending: 30 s */
    int connections;             /* in all; above: oldest idle one is closed, or 503 */
    int connections_per_address; /* 0: no limit */
};

struct http_config {
    const struct http_listen *listens;
    size_t listen_count;
    int loops; /* 0: one per core */
    struct http_limits limits;
    const char *tls_certificate_file, *tls_key_file; /* PEM; needed if a listen has tls */
    const struct net_address *trusted_proxies;       /* X-Forwarded-For / -Proto are believed from these only */
    size_t trusted_proxy_count;
};

struct http_server;

void http_limits_default(struct http_limits *ret_limits);
/* Binds all listeners (SO_REUSEPORT, one socket per loop); nothing is served before http_server_run(). */
enum rc http_server_new(struct env *env, const struct http_config *config, const struct http_handler *handler,
                        struct http_server **ret_server, struct error *err) MUST_USE;
void http_server_free(struct http_server **server);
int http_server_loop_count(const struct http_server *server);
struct loop *http_server_loop(const struct http_server *server, int index);
/* The port a listener got (for port 0). */
uint16_t http_server_port(const struct http_server *server, size_t listen_index);
/* Starts a thread per loop and returns. */
enum rc http_server_start(struct http_server *server, struct error *err) MUST_USE;
/* Stops accepting and reads no new request; requests under way may finish until grace_ms; then closes all. The
 * handler is told of parked ones through on_gone only at the end: wake them yourself first (thread-safe). Blocks. */
void http_server_drain(struct http_server *server, int grace_ms);
/* Re-reads certificate and key; the old ones stay if the new ones do not load (thread-safe). */
enum rc http_server_reload_tls(struct http_server *server, struct error *err) MUST_USE;

struct http_stats {
    uint64_t connections_now, connections_total, requests_total, bytes_in, bytes_out, refused_total;
};
void http_server_stats(const struct http_server *server, struct http_stats *ret_stats);

/* Answers; thread of request->loop only. The request is invalid afterwards, unless a source makes the body. */
void http_reply(struct http_request *request, const struct http_response *response);
void http_drop(struct http_request *request);
/* First header of that (lower-case) name, or STR_NONE. */
str http_request_header(const struct http_request *request, str name);
/* An address literal, with or without a port; IPv6 with a port in brackets. RC_INVALID. */
enum rc net_address_parse(str text, struct net_address *ret_address) MUST_USE;
/* Text form of an address without port, NUL-terminated ("::ffff:" prefix removed), at most 46 bytes. */
void net_address_text(const struct net_address *address, char ret_text[46]);

#endif
