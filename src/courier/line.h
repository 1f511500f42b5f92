/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The line to one application service: one transaction after the other, each until it is acknowledged (spec:
 * Application Service API, "Pushing events").
 *
 *     idle ── something is the service's ─→ writing ─→ sending ─ 2xx ─→ idle
 *                                              ↑          └── anything else ─→ waiting ─┐
 *                                              └───────────────────────────────────────┘
 *
 * What is in a transaction is written down before it first leaves (store/service_queue.h), and with it on whose record
 * it stands that the service was given something of theirs: once a day for each kind (obligation 4.8). An
 * acknowledgement is written with the next transaction, or alone. What is only ephemeral is not written.
 *
 * Used by the courier's thread only.
 */
#ifndef COURIER_LINE_H
#define COURIER_LINE_H

#include "courier/news.h"
#include "net/loop.h"
#include "outgoing/client.h"

enum {
    LINE_MOST_EVENTS = 100,       /* in a transaction */
    LINE_MOST_BYTES = 512 * 1024, /* likewise, unless one event alone is larger */
    LINE_SCAN = 1000,             /* positions looked at in a turn of the loop */
    LINE_TIMEOUT_MS = 30 * 1000,  /* for an acknowledgement */
    LINE_FIRST_PAUSE_MS = 1000,   /* before a second attempt; doubled with each */
    LINE_LONGEST_PAUSE_MS = 300 * 1000,
};

struct line_parts {
    struct store *store;
    int reader; /* number of the courier's read connection */
    struct loop *loop;
    struct outgoing_client *client;
    const struct appservice_registry *services;
    struct presence *presence; /* NULL: off */
};

struct line;

struct line *line_new(const struct line_parts *parts, str service_id);
/* After the store has been closed: nothing of it is with the writer any more. */
void line_free(struct line **line);
str line_service(const struct line *line);
/* There may be something to do: news may be NULL. */
void line_wake(struct line *line, const struct news *news);
/* The service says that it is there: it is tried without waiting longer. */
void line_retry(struct line *line);

#endif
