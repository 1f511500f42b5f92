/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many requests of one kind over a few connections: each connection takes the next as soon as it is free. */
#ifndef BENCH_BULK_H
#define BENCH_BULK_H

#include "load/client.h"
#include "load/histogram.h"

struct bulk {
    size_t count;
    size_t connections;
    void (*make)(void *ctx, size_t index, struct strbuf *out);
    /* False gives up: what is under way is waited for, but not taken. */
    bool (*take)(void *ctx, size_t index, int status, str body);
    void *ctx;
    struct histogram *latency; /* or NULL */
};

/* True when all were made and taken. */
bool bulk_run(struct client *client, const struct bulk *bulk);

#endif
