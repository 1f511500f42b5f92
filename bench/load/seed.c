/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fills a server with events through its API, with as many requests under way as connections. */
#include "load/scenarios.h"

#include <stdio.h>

static void make_event(void *ctx, size_t index, struct strbuf *out)
{
    struct population *population = ctx;
    struct arena scratch = ARENA_INIT;
    size_t room = index % population->room_count, member = index / population->room_count % population->members;
    str target = arena_printf(&scratch, "/_matrix/client/v3/rooms/%.*s/send/m.room.message/s%zu",
                              STR_ARG(population->rooms[room]), index);
    str body =
        arena_printf(&scratch,
                     "{\"msgtype\":\"m.text\",\"body\":\"This is what was said as number %zu, long before anybody "
                     "measured anything in here.\"}",
                     index);
    request_add(population->client, out, "PUT", target,
                population->users[population_member(population, room, member)].token, body);
    arena_fini(&scratch);
}

static bool take_event(void *ctx, size_t index, int status, str body)
{
    (void)ctx, (void)index;
    if (status == 200)
        return true;
    fprintf(stderr, "load: cannot send: status %d: %.*s\n", status, STR_ARG(body));
    return false;
}

bool scenario_seed(struct population *population, struct report *report)
{
    const struct options *options = population->options;
    static struct histogram latency;
    if (!population_register(population, options->users)
        || !population_rooms(population, options->rooms, options->members))
        return false;
    uint64_t begin = client_clock();
    struct process_use before = process_use(options->pid);
    if (!bulk_run(population->client, &(struct bulk){.count = options->events,
                                                     .connections = options->connections,
                                                     .ctx = population,
                                                     .make = make_event,
                                                     .take = take_event,
                                                     .latency = &latency}))
        return false;
    double seconds = (double)(client_clock() - begin) / 1e9;
    report_add(report, "events", (double)options->events, "");
    report_add(report, "sends", (double)options->events / seconds, "/s acknowledged");
    report_latency(report, "acknowledge", &latency);
    if (options->pid > 0) {
        struct process_use after = process_use(options->pid);
        report_add(report, "server_cpu_per_send",
                   (double)(after.cpu_ns - before.cpu_ns) / (double)options->events / 1000, "us");
        report_add(report, "server_memory", (double)after.memory / 1048576, "MiB");
    }
    report_add(report, "errors", (double)population->client->failures, "");
    return true;
}
