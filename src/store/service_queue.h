/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How far an application service has been sent the stream, and which transaction is under way to it (spec: Application
 * Service API, "Pushing events"). Written before a transaction is first sent: whatever happens to the process, the
 * next attempt has the same id and the same events, and nothing is left out.
 */
#ifndef STORE_SERVICE_QUEUE_H
#define STORE_SERVICE_QUEUE_H

#include "store/tx.h"

struct service_queue {
    int64_t pos;     /* all that is the service's up to here was acknowledged */
    str txn;         /* of the transaction under way; empty: none is */
    int64_t upto;    /* its acknowledgement is one of everything up to here */
    int64_t *events; /* positions, in order */
    size_t event_count;
};

/* RC_NOT_FOUND: nothing was ever sent to a service of this id. */
enum rc service_queue_get(struct tx *tx, str service, struct service_queue *ret_queue) MUST_USE;
/* WRITE. */
enum rc service_queue_put(struct tx *tx, str service, const struct service_queue *queue) MUST_USE;

#endif
