/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Users send to their rooms, or to each other's devices, while all listen by sync. With a rate, sends are due at fixed
 * times and their latency counts from then, so that a server that stalls does not get its own stall left out. Without
 * one, each talker sends again as soon as the last was acknowledged.
 */
#include "load/listen.h"
#include "load/scan.h"
#include "load/scenarios.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct stage;

struct talker {
    struct wire wire;
    struct stage *stage;
    const struct bench_user *user;
    size_t *rooms;
    size_t room_count, turn;
    uint64_t stamp;
};

struct stage {
    struct population *population;
    struct client *client;
    const struct options *options;
    struct talker *talkers;
    struct hearing hearing;
    bool to_device;       /* to single devices, not to rooms */
    struct talker **idle; /* a stack of those who may send */
    size_t idle_count;
    bool talking;
    uint64_t sequence, acknowledged, requests;
    uint64_t owed;       /* deliveries the acknowledged sends must lead to */
    uint64_t last_stamp; /* no two are the same */
    struct histogram acknowledge;
    str padding;
};

/* ---- sending ---- */

static void write_message(struct stage *stage, struct talker *talker, struct strbuf *out)
{
    size_t room = talker->rooms[talker->turn++ % talker->room_count];
    size_t length =
        sizeof "{\"msgtype\":\"m.text\",\"body\":\"" STAMP_MARKER "\"}" - 1 + STAMP_DIGITS + stage->padding.len;
    strbuf_printf(out,
                  "PUT /_matrix/client/v3/rooms/%.*s/send/m.room.message/%" PRIx64
                  " HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %.*s\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\n\r\n{\"msgtype\":\"m.text\",\"body\":\"" STAMP_MARKER "%016" PRIx64 "%.*s\"}",
                  STR_ARG(stage->population->rooms[room]), stage->sequence++, stage->client->host,
                  STR_ARG(talker->user->token), length, talker->stamp, STR_ARG(stage->padding));
}

/* To each other user's device in turn. */
static void write_to_device(struct stage *stage, struct talker *talker, struct strbuf *out)
{
    const struct population *population = stage->population;
    struct strbuf body = STRBUF_INIT;
    const struct bench_user *to = &population->users[++talker->turn % population->user_count];
    strbuf_printf(&body, "{\"messages\":{\"%.*s\":{\"%.*s\":{\"text\":\"" STAMP_MARKER "%016" PRIx64 "%.*s\"}}}}",
                  STR_ARG(to->id), STR_ARG(to->device), talker->stamp, STR_ARG(stage->padding));
    strbuf_printf(out,
                  "PUT /_matrix/client/v3/sendToDevice/bench.said/%" PRIx64
                  " HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %.*s\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\n\r\n%.*s",
                  stage->sequence++, stage->client->host, STR_ARG(talker->user->token), body.len,
                  STR_ARG(strbuf_str(&body)));
    strbuf_fini(&body);
    map_put(&stage->hearing.wanted, talker->stamp, talker);
}

static void say(struct stage *stage, struct talker *talker, uint64_t stamp)
{
    struct strbuf *out = wire_begin(&talker->wire);
    talker->stamp = stage->last_stamp = stamp > stage->last_stamp ? stamp : stage->last_stamp + 1;
    (stage->to_device ? write_to_device : write_message)(stage, talker, out);
    wire_send(&talker->wire);
}

static void on_acknowledged(struct wire *wire, int status, str body)
{
    struct talker *talker = wire->owner;
    struct stage *stage = talker->stage;
    stage->requests++;
    if (status == 200) {
        stage->acknowledged++;
        stage->owed += !stage->options->listeners ? 0 : stage->to_device ? 1 : stage->population->members;
        histogram_add(&stage->acknowledge, wire->client->now > talker->stamp ? wire->client->now - talker->stamp : 0);
    } else {
        map_remove(&stage->hearing.wanted, talker->stamp);
        hearing_complain(&stage->hearing, "a send failed", status, body);
    }
    if (stage->talking && stage->options->rate == 0)
        say(stage, talker, wire->client->now);
    else
        stage->idle[stage->idle_count++] = talker;
}

static void prepare_talkers(struct stage *stage)
{
    struct population *population = stage->population;
    size_t count = stage->options->talkers;
    stage->talkers = arena_array(&population->arena, struct talker, count);
    stage->idle = arena_array(&population->arena, struct talker *, count);
    for (size_t i = 0; i < count; i++) {
        struct talker *talker = &stage->talkers[i];
        talker->stage = stage;
        talker->user = &population->users[i];
        talker->rooms = arena_array(&population->arena, size_t, population->room_count);
        talker->turn = i;
        for (size_t room = 0; room < population->room_count; room++) {
            for (size_t member = 0; member < population->members; member++) {
                if (population_member(population, room, member) == i)
                    talker->rooms[talker->room_count++] = room;
            }
        }
        wire_init(&talker->wire, stage->client, on_acknowledged, talker);
        if (talker->room_count > 0 || stage->to_device)
            stage->idle[stage->idle_count++] = talker;
    }
}

/* Sends for so long. */
static void talk_for(struct stage *stage, double seconds)
{
    struct client *client = stage->client;
    uint64_t begin = client_clock(), end = begin + (uint64_t)(seconds * 1e9), due = begin;
    double rate = stage->options->rate;
    uint64_t period = rate > 0 ? (uint64_t)(1e9 / rate) : 0;
    stage->talking = true;
    client->now = begin;
    while (client->now < end && stage->hearing.errors < 1000) {
        if (rate == 0) {
            while (stage->idle_count > 0)
                say(stage, stage->idle[--stage->idle_count], client->now);
        }
        for (; rate > 0 && due <= client->now && stage->idle_count > 0; due += period)
            say(stage, stage->idle[--stage->idle_count], due);
        int wait = rate == 0                                      ? 100
                   : due <= client->now || stage->idle_count == 0 ? 1
                                                                  : (int)((due - client->now) / 1000000);
        client_turn(client, wait);
    }
    stage->talking = false;
}

/* Waits for what is still on its way, at most some seconds. */
static void drain(struct stage *stage)
{
    uint64_t end = client_clock() + 5000000000u;
    while (client_clock() < end) {
        bool all_acknowledged = stage->idle_count == stage->options->talkers || stage->options->rate == 0;
        for (size_t i = 0; all_acknowledged && i < stage->options->talkers; i++)
            all_acknowledged = !stage->talkers[i].wire.busy;
        if (all_acknowledged && stage->hearing.delivered >= stage->owed)
            return;
        client_turn(stage->client, 10);
    }
}

static void reset(struct stage *stage)
{
    stage->acknowledged = stage->owed = stage->requests = 0;
    memset(&stage->acknowledge, 0, sizeof stage->acknowledge);
    hearing_reset(&stage->hearing);
}

static uint64_t own_cpu(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (uint64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000000u
           + (uint64_t)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1000u;
}

static void measure(struct stage *stage, struct report *report)
{
    const struct hearing *hearing = &stage->hearing;
    pid_t pid = stage->options->pid;
    talk_for(stage, stage->options->warmup);
    drain(stage);
    reset(stage);
    struct process_use before = process_use(pid);
    uint64_t begin = client_clock(), own = own_cpu();
    talk_for(stage, stage->options->seconds);
    double seconds = (double)(client_clock() - begin) / 1e9;
    double sends = (double)stage->acknowledged, deliveries = (double)hearing->delivered;
    double requests = (double)(stage->requests + hearing->syncs), syncs = (double)hearing->syncs;
    double used = (double)(process_use(pid).cpu_ns - before.cpu_ns), own_used = (double)(own_cpu() - own);
    drain(stage);

    report_add(report, "sends", sends / seconds, "/s acknowledged");
    if (stage->options->listeners) {
        report_add(report, "deliveries", deliveries / seconds, "/s");
        report_latency(report, "delivery", &hearing->delivery);
    }
    report_latency(report, "acknowledge", &stage->acknowledge);
    report_add(report, "requests", requests / seconds, "/s");
    report_add(report, "syncs", syncs / seconds, "/s");
    if (pid > 0) {
        report_add(report, "server_cpu", used / seconds / 1e9 * 100, "% of a core");
        report_add(report, "server_cpu_per_request", used / requests / 1000, "us");
        report_add(report, "server_cpu_per_send", used / (sends > 0 ? sends : 1) / 1000, "us");
        report_add(report, "server_memory", (double)process_use(pid).memory / 1048576, "MiB");
    }
    report_add(report, "load_cpu", own_used / seconds / 1e9 * 100, "% of a core");
    if (stage->to_device && stage->options->listeners) {
        report_add(report, "lost", (double)hearing->wanted.count, "");
        report_add(report, "doubled", (double)hearing->doubled, "");
    } else {
        report_add(report, "undelivered", (double)stage->owed - (double)hearing->delivered, "");
        report_add(report, "limited_timelines", (double)hearing->limited, "");
    }
    report_add(report, "errors", (double)(hearing->errors + stage->client->failures), "");
}

static bool talk(struct population *population, bool to_device, struct report *report)
{
    const struct options *options = population->options;
    struct stage *stage = xcalloc(1, sizeof *stage);
    stage->population = population;
    stage->client = population->client;
    stage->options = options;
    stage->to_device = stage->hearing.once = to_device;
    char *padding = arena_alloc(&population->arena, options->size + 1);
    memset(padding, '.', options->size);
    stage->padding = str_from(padding, options->size > 22 ? options->size - 22 : 0);
    prepare_talkers(stage);
    bool ready = hearing_begin(&stage->hearing, population);
    if (ready)
        measure(stage, report);
    for (size_t i = 0; i < options->talkers; i++)
        wire_fini(&stage->talkers[i].wire);
    hearing_end(&stage->hearing);
    free(stage);
    return ready;
}

bool scenario_talk(struct population *population, struct report *report)
{
    const struct options *options = population->options;
    return population_register(population, options->users) && population_filter(population)
           && population_rooms(population, options->rooms, options->members) && talk(population, false, report);
}

bool scenario_to_device(struct population *population, struct report *report)
{
    return population_register(population, population->options->users) && population_devices(population)
           && population_filter(population) && talk(population, true, report);
}
