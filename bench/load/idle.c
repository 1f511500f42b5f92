/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Very many syncs that wait for news that never comes: what does each cost in memory? */
#include "load/scan.h"
#include "load/scenarios.h"

#include <stdio.h>
#include <stdlib.h>

struct waiting {
    struct population *population;
    str *since; /* of each user */
    size_t parked, answered;
};

struct sleeper {
    struct wire wire;
    struct waiting *waiting;
};

static void make_first(void *ctx, size_t index, struct strbuf *out)
{
    struct waiting *waiting = ctx;
    request_add(waiting->population->client, out, "GET", S("/_matrix/client/v3/sync"),
                waiting->population->users[index].token, STR_NONE);
}

static bool take_first(void *ctx, size_t index, int status, str body)
{
    struct waiting *waiting = ctx;
    waiting->since[index] = arena_dup(&waiting->population->arena, scan_text(body, "next_batch"));
    if (status == 200 && waiting->since[index].len > 0)
        return true;
    fprintf(stderr, "load: cannot sync: status %d\n", status);
    return false;
}

static void on_woken(struct wire *wire, int status, str body)
{
    struct sleeper *sleeper = wire->owner;
    if (sleeper->waiting->answered++ < 3)
        fprintf(stderr, "load: a sync did not wait: status %d: %.*s\n", status, (int)(body.len < 200 ? body.len : 200),
                body.ptr);
}

static bool park_all(struct waiting *waiting, struct sleeper *sleepers, size_t count)
{
    struct population *population = waiting->population;
    struct client *client = population->client;
    struct arena scratch = ARENA_INIT;
    for (size_t i = 0; i < count; i++) {
        size_t user = i % population->user_count;
        sleepers[i].waiting = waiting;
        wire_init(&sleepers[i].wire, client, on_woken, &sleepers[i]);
        str target =
            arena_printf(&scratch, "/_matrix/client/v3/sync?timeout=600000&since=%.*s", STR_ARG(waiting->since[user]));
        request_add(client, wire_begin(&sleepers[i].wire), "GET", target, population->users[user].token, STR_NONE);
        wire_send(&sleepers[i].wire);
        /* No more than some hundred handshakes at a time. */
        while (i >= 200 && (sleepers[i - 200].wire.connecting || sleepers[i - 200].wire.handshaking))
            client_turn(client, 10);
        arena_reset(&scratch);
    }
    arena_fini(&scratch);
    /* All have been sent when no wire has anything left; then the server gets a moment to settle. */
    uint64_t end = client_clock() + 60000000000u;
    for (size_t i = 0; i < count && client_clock() < end;) {
        if (sleepers[i].wire.sent >= sleepers[i].wire.out.len)
            i++;
        else
            client_turn(client, 10);
    }
    for (end = client_clock() + 3000000000u; client_clock() < end;)
        client_turn(client, 100);
    return waiting->answered == 0 && client->failures == 0;
}

bool scenario_idle(struct population *population, struct report *report)
{
    const struct options *options = population->options;
    size_t count = options->connections;
    if (!population_register(population, options->users))
        return false;
    struct waiting waiting = {.population = population};
    waiting.since = arena_array(&population->arena, str, population->user_count);
    if (!bulk_run(population->client, &(struct bulk){.count = population->user_count,
                                                     .connections = 8,
                                                     .ctx = &waiting,
                                                     .make = make_first,
                                                     .take = take_first}))
        return false;
    struct sleeper *sleepers = xcalloc(count, sizeof *sleepers);
    struct process_use before = process_use(options->pid);
    uint64_t begin = client_clock();
    bool parked = park_all(&waiting, sleepers, count);
    double seconds = (double)(client_clock() - begin) / 1e9 - 3;
    struct process_use after = process_use(options->pid);

    uint64_t quiet = client_clock();
    while (client_clock() < quiet + (uint64_t)(options->seconds * 1e9))
        client_turn(population->client, 200);
    struct process_use later = process_use(options->pid);

    report_add(report, "parked", (double)count, "syncs");
    report_add(report, "connect", (double)count / seconds, "/s");
    if (options->pid > 0) {
        report_add(report, "memory_before", (double)before.memory / 1048576, "MiB");
        report_add(report, "memory_after", (double)later.memory / 1048576, "MiB");
        report_add(report, "memory_per_sync", ((double)later.memory - (double)before.memory) / (double)count / 1024,
                   "KiB");
        report_add(report, "server_cpu_idle", (double)(later.cpu_ns - after.cpu_ns) / options->seconds / 1e7,
                   "% of a core");
    }
    report_add(report, "errors", (double)(waiting.answered + population->client->failures), "");
    for (size_t i = 0; i < count; i++)
        wire_fini(&sleepers[i].wire);
    free(sleepers);
    return parked;
}
