/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One user of very many rooms signs in anew: how long is the first sync? */
#include "load/scan.h"
#include "load/scenarios.h"

#include <stdio.h>

struct first {
    struct population *population;
    size_t bytes;
    bool failed;
};

static void make_message(void *ctx, size_t index, struct strbuf *out)
{
    struct first *first = ctx;
    struct population *population = first->population;
    struct arena scratch = ARENA_INIT;
    size_t room = index % population->room_count;
    str target = arena_printf(&scratch, "/_matrix/client/v3/rooms/%.*s/send/m.room.message/%zu",
                              STR_ARG(population->rooms[room]), index);
    request_add(population->client, out, "PUT", target, population->users[population_member(population, room, 0)].token,
                S("{\"msgtype\":\"m.text\",\"body\":\"Something that somebody once said in this room.\"}"));
    arena_fini(&scratch);
}

static bool take_message(void *ctx, size_t index, int status, str body)
{
    (void)ctx, (void)index;
    if (status == 200)
        return true;
    fprintf(stderr, "load: cannot send: status %d: %.*s\n", status, STR_ARG(body));
    return false;
}

static void make_sync(void *ctx, size_t index, struct strbuf *out)
{
    struct first *first = ctx;
    (void)index;
    request_add(first->population->client, out, "GET", S("/_matrix/client/v3/sync"), first->population->users[0].token,
                STR_NONE);
}

static bool take_sync(void *ctx, size_t index, int status, str body)
{
    struct first *first = ctx;
    (void)index;
    first->bytes = body.len;
    if (status == 200)
        return true;
    fprintf(stderr, "load: cannot sync: status %d\n", status);
    return false;
}

bool scenario_first_sync(struct population *population, struct report *report)
{
    const struct options *options = population->options;
    static struct histogram cold, warm;
    struct first first = {.population = population};
    if (!population_register(population, options->users)
        || !population_rooms(population, options->rooms, options->members)
        || !bulk_run(population->client, &(struct bulk){.count = options->rooms * options->events,
                                                        .connections = 32,
                                                        .ctx = &first,
                                                        .make = make_message,
                                                        .take = take_message}))
        return false;
    struct process_use before = process_use(options->pid);
    struct bulk once = {
        .count = 1, .connections = 1, .ctx = &first, .make = make_sync, .take = take_sync, .latency = &cold};
    struct bulk often = {
        .count = 9, .connections = 1, .ctx = &first, .make = make_sync, .take = take_sync, .latency = &warm};
    if (!bulk_run(population->client, &once) || !bulk_run(population->client, &often))
        return false;
    report_add(report, "rooms", (double)options->rooms, "");
    report_add(report, "first", (double)cold.max / 1e6, "ms");
    report_add(report, "again_median", (double)histogram_at(&warm, 0.5) / 1e6, "ms");
    report_add(report, "again_max", (double)warm.max / 1e6, "ms");
    report_add(report, "answer", (double)first.bytes / 1048576, "MiB");
    if (options->pid > 0)
        report_add(report, "server_cpu_per_request",
                   (double)(process_use(options->pid).cpu_ns - before.cpu_ns) / 10 / 1000, "us");
    report_add(report, "errors", (double)population->client->failures, "");
    return true;
}
