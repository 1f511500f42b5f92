/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * HTTP and HTTPS requests that leave the server. A client is one thread, which starts with the first request, and the
 * connections it keeps; it has one reach, so that a connection made for a target the operator named never serves a
 * request that may not go there.
 *
 * No cookies, no proxies from the environment, no credentials in addresses, no compression, HTTP/1.1, certificates
 * checked against the machine's authorities. What is sent and answered is nobody's log's business.
 */
#ifndef OUTGOING_CLIENT_H
#define OUTGOING_CLIENT_H

#include "base/str.h"
#include "outgoing/reach.h"

enum {
    OUTGOING_MOST_WAITING = 1024, /* requests under way or waiting for a connection */
    OUTGOING_MOST_CONNECTIONS = 64,
    OUTGOING_MOST_PER_HOST = 8,
    OUTGOING_CONNECT_MS = 10 * 1000,
};

enum outgoing_method { OUTGOING_GET, OUTGOING_POST, OUTGOING_PUT };

struct outgoing_header {
    str name, value;
};

enum outgoing_outcome {
    OUTGOING_ANSWERED,  /* whatever the status */
    OUTGOING_TIMED_OUT, /* no whole answer within the time */
    OUTGOING_FAILED,    /* no connection, or it broke: names, TLS, sockets */
    OUTGOING_REFUSED,   /* not sent: no http or https address, or out of reach */
    OUTGOING_TOO_LARGE, /* the answer is larger than allowed, or redirects too often */
    OUTGOING_ENDED,     /* the client is being freed, or has more to do than it takes */
};

struct outgoing_answer {
    enum outgoing_outcome outcome;
    int status;             /* 0 unless answered */
    int64_t retry_after_ms; /* when to come back, as the answer says; 0: it does not */
    str content_type;       /* as sent; may be empty */
    str redirect; /* where the answer points instead, absolute; empty unless it is one that was not followed */
    str body;     /* valid during done() */
};

struct outgoing_request {
    enum outgoing_method method;
    str url;
    const struct outgoing_header *headers; /* checked: no line ends */
    size_t header_count;
    str content_type; /* of the body */
    str body;
    int64_t timeout_ms; /* for all of it, waiting for a connection included */
    size_t answer_limit;
    int redirects; /* how many are followed; never from https to http */
    /* Exactly once, on the client's thread, or on the caller's when the request never gets there. Must not wait. */
    void (*done)(void *ctx, const struct outgoing_answer *answer);
    void *ctx;
};

struct outgoing_client;

struct outgoing_client *outgoing_new(enum outgoing_reach reach);
/* What is under way is given up: done() is called for it (OUTGOING_ENDED), and at once for what comes later. */
void outgoing_stop(struct outgoing_client *client);
/* Stops it first. NULL is fine. */
void outgoing_free(struct outgoing_client **client);
/* Thread-safe, never waits. Everything of the request is copied. */
void outgoing_send(struct outgoing_client *client, const struct outgoing_request *request);

/* For logs. */
const char *outgoing_outcome_name(enum outgoing_outcome outcome);

#endif
