/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * An HTTP/1.1 client for very many connections from one thread: epoll, llhttp, and TLS where the URL says https
 * (certificates are not checked: this measures, it does not trust).
 *
 * A wire is one connection with at most one request under way. It connects when it first has something to send,
 * and again when the server closed it. The answer's body is valid during the callback only.
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "base/strbuf.h"

#include <llhttp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

struct wire;
/* status 0: the connection failed before an answer was complete. */
typedef void wire_answer_fn(struct wire *wire, int status, str body);

struct client {
    int epoll;
    bool tls;
    SSL_CTX *tls_context;
    struct sockaddr_storage address;
    socklen_t address_length;
    char host[256]; /* for the Host header */
    uint64_t now;   /* steady clock as of this turn, nanoseconds */
    uint64_t failures;
    uint64_t bytes_in;
    char buffer[256 * 1024]; /* what was just read */
};

struct wire {
    struct client *client;
    wire_answer_fn *answer;
    void *owner;
    uint64_t started; /* when the request under way was handed over */
    int fd;           /* -1: not connected */
    SSL *tls;
    bool busy, connecting, wants_write, handshaking;
    llhttp_t parser;
    struct strbuf out;
    size_t sent;
    struct strbuf body; /* only of an answer that came in several pieces */
    str piece;          /* the body so far, if it is still whole in the client's buffer */
};

/* url: http[s]://host[:port]. */
enum rc client_init(struct client *client, const char *url, struct error *err) MUST_USE;
void client_fini(struct client *client);
/* Waits for something to happen, at most timeout_ms, and handles it. */
void client_turn(struct client *client, int timeout_ms);
uint64_t client_clock(void);

void wire_init(struct wire *wire, struct client *client, wire_answer_fn *answer, void *owner);
void wire_fini(struct wire *wire);
/* Sends what the caller put into wire->out (cleared by wire_begin). The wire must not be busy. */
struct strbuf *wire_begin(struct wire *wire);
void wire_send(struct wire *wire);

/* Appends a whole request; token and body may be empty. target begins with '/'. */
void request_add(const struct client *client, struct strbuf *out, const char *method, str target, str token, str body);

#endif
