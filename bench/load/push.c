/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What it costs that people are told of messages while their app is closed: the same messages in a small room and in a
 * large one, before anybody has pushers and after some have. One of a hundred mentions somebody. Reactions are told to
 * nobody, so that what is left of the difference is finding out whom to tell, not handing out.
 */
#include "load/scenarios.h"

#include <stdio.h>

enum { SMALL = 10, MENTION_EACH = 100 };

struct speech {
    struct population *population;
    str room;
    size_t members; /* of the room: the first of the population */
    const char *type, *tag;
};

static void make_event(void *ctx, size_t index, struct strbuf *out)
{
    struct speech *speech = ctx;
    struct population *population = speech->population;
    struct arena scratch = ARENA_INIT;
    str target = arena_printf(&scratch, "/_matrix/client/v3/rooms/%.*s/send/%s/%s%zu", STR_ARG(speech->room),
                              speech->type, speech->tag, index);
    str mention = S("");
    if (index % MENTION_EACH == 0)
        mention = arena_printf(&scratch, ",\"m.mentions\":{\"user_ids\":[\"%.*s\"]}",
                               STR_ARG(population->users[(index / MENTION_EACH) % speech->members].id));
    str body =
        arena_printf(&scratch, "{\"msgtype\":\"m.text\",\"body\":\"Something that was said as number %zu.\"%.*s}",
                     index, STR_ARG(mention));
    request_add(population->client, out, "PUT", target, population->users[index % SMALL].token, body);
    arena_fini(&scratch);
}

static bool take(void *ctx, size_t index, int status, str body)
{
    (void)ctx, (void)index;
    if (status == 200)
        return true;
    fprintf(stderr, "load: push: status %d: %.*s\n", status, (int)(body.len < 300 ? body.len : 300), body.ptr);
    return false;
}

static void make_pusher(void *ctx, size_t index, struct strbuf *out)
{
    struct population *population = ctx;
    struct arena scratch = ARENA_INIT;
    /* Nobody is there: the queue fills, and what it costs is the server's alone. */
    str body = arena_printf(&scratch,
                            "{\"kind\":\"http\",\"app_id\":\"bench\",\"pushkey\":\"key%zu\",\"app_display_name\":\"b\","
                            "\"device_display_name\":\"b\",\"lang\":\"en\","
                            "\"data\":{\"url\":\"https://push.invalid/_matrix/push/v1/notify\"}}",
                            index);
    request_add(population->client, out, "POST", S("/_matrix/client/v3/pushers/set"), population->users[index].token,
                body);
    arena_fini(&scratch);
}

static bool talk(struct speech *speech, size_t events, struct report *report, const char *sends, const char *cost)
{
    struct population *population = speech->population;
    const struct options *options = population->options;
    struct bulk bulk = {
        .count = events, .connections = options->connections, .ctx = speech, .make = make_event, .take = take};
    struct process_use before = process_use(options->pid);
    uint64_t begin = client_clock();
    if (!bulk_run(population->client, &bulk))
        return false;
    report_add(report, sends, (double)events / ((double)(client_clock() - begin) / 1e9), "/s acknowledged");
    if (options->pid > 0)
        report_add(report, cost, (double)(process_use(options->pid).cpu_ns - before.cpu_ns) / (double)events / 1000,
                   "us");
    return true;
}

static bool both_rooms(struct population *population, str small, str large, bool with, struct report *report)
{
    size_t events = population->options->events;
    const struct {
        const char *sends, *cost;
        struct speech speech;
    } turns[] = {
        {with ? "small_told" : "small",
         with ? "small_told_cpu" : "small_cpu",
         {population, small, SMALL, "m.room.message", with ? "b" : "a"}},
        {with ? "large_told" : "large",
         with ? "large_told_cpu" : "large_cpu",
         {population, large, population->members, "m.room.message", with ? "b" : "a"}},
        {with ? "large_silent_told" : "large_silent",
         with ? "large_silent_told_cpu" : "large_silent_cpu",
         {population, large, population->members, "m.reaction", with ? "d" : "c"}},
    };
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        struct speech speech = turns[i].speech;
        if (!talk(&speech, events, report, turns[i].sends, turns[i].cost))
            return false;
    }
    return true;
}

bool scenario_push(struct population *population, struct report *report)
{
    const struct options *options = population->options;
    if (options->users < SMALL) {
        fprintf(stderr, "load: push wants at least %d users\n", SMALL);
        return false;
    }
    if (!population_register(population, options->users) || !population_rooms(population, 1, SMALL))
        return false;
    str small = population->rooms[0];
    if (!population_rooms(population, 1, options->users))
        return false;
    str large = population->rooms[0];
    struct bulk pushers = {.count = options->pushers < options->users ? options->pushers : options->users,
                           .connections = options->connections,
                           .ctx = population,
                           .make = make_pusher,
                           .take = take};
    report_add(report, "members", (double)population->members, "");
    report_add(report, "pushers", (double)pushers.count, "");
    if (!both_rooms(population, small, large, false, report) || !bulk_run(population->client, &pushers)
        || !both_rooms(population, small, large, true, report))
        return false;
    report_add(report, "errors", (double)population->client->failures, "");
    return true;
}
