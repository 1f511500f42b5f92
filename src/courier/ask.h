/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A request to an application service (spec: Application Service API, "Homeserver -> Application Service API"), with
 * the server's token, and once more at the older address when the service does not know the present one ("Legacy
 * routes").
 */
#ifndef COURIER_ASK_H
#define COURIER_ASK_H

#include "appservice/appservice.h"
#include "outgoing/client.h"

struct service_question {
    enum outgoing_method method;
    str path;   /* behind the service's url: "/_matrix/app/v1/ping"; words of others in it are percent-encoded */
    str legacy; /* the older one; empty: there was none */
    str body;   /* JSON; empty: none */
    int64_t timeout_ms;
    size_t answer_limit;
    /* Exactly once, on the client's thread or the caller's. */
    void (*answered)(void *ctx, const struct outgoing_answer *answer);
    void *ctx;
};

/* Everything is copied. The service has a url. */
void service_ask(struct outgoing_client *client, const struct appservice *service,
                 const struct service_question *question);

/* Appends text as one segment of a path or one value of a query. */
void ask_add_encoded(struct strbuf *out, str text);

#endif
