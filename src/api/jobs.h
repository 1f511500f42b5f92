/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Recurring work: each job runs as a WRITE at its interval, never twice at once. A job does a bounded piece and comes
 * again. Listed in jobs.c.
 */
#ifndef API_JOBS_H
#define API_JOBS_H

#include "api/server.h"
#include "store/gate.h"

struct job {
    const char *name;
    int64_t every_ms;
    enum rc (*run)(struct tx *tx, struct server *server);
    struct act act; /* for what; by the program itself */
};

struct jobs;
/* Ticks on the given loop; call on that loop's thread or before it runs. */
struct jobs *jobs_new(struct server *server, struct loop *loop);
/* No further job begins. After the loop has stopped. */
void jobs_stop(struct jobs *jobs);
void jobs_free(struct jobs **jobs);

#endif
