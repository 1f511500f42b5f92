/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Very many users join one room, each after the other has grown it. */
#include "load/scenarios.h"

#include <stdio.h>

static void make_join(void *ctx, size_t index, struct strbuf *out)
{
    struct population *population = ctx;
    struct arena scratch = ARENA_INIT;
    str target = arena_printf(&scratch, "/_matrix/client/v3/join/%.*s", STR_ARG(population->rooms[0]));
    request_add(population->client, out, "POST", target, population->users[index + 1].token, S("{}"));
    arena_fini(&scratch);
}

static bool take_join(void *ctx, size_t index, int status, str body)
{
    (void)ctx, (void)index;
    if (status == 200)
        return true;
    fprintf(stderr, "load: cannot join: status %d: %.*s\n", status, STR_ARG(body));
    return false;
}

bool scenario_join(struct population *population, struct report *report)
{
    const struct options *options = population->options;
    static struct histogram latency;
    if (!population_register(population, options->users) || !population_rooms(population, 1, 1))
        return false;
    size_t joins = population->user_count - 1;
    struct process_use before = process_use(options->pid);
    uint64_t begin = client_clock();
    if (!bulk_run(population->client, &(struct bulk){.count = joins,
                                                     .connections = options->connections,
                                                     .ctx = population,
                                                     .make = make_join,
                                                     .take = take_join,
                                                     .latency = &latency}))
        return false;
    double seconds = (double)(client_clock() - begin) / 1e9;
    struct process_use after = process_use(options->pid);
    report_add(report, "members", (double)joins + 1, "");
    report_add(report, "joins", (double)joins / seconds, "/s");
    report_latency(report, "request", &latency);
    if (options->pid > 0) {
        report_add(report, "server_cpu_per_request", (double)(after.cpu_ns - before.cpu_ns) / (double)joins / 1000,
                   "us");
        report_add(report, "server_memory", (double)after.memory / 1048576, "MiB");
    }
    report_add(report, "errors", (double)population->client->failures, "");
    return true;
}
