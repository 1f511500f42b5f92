/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Users send to their rooms while all members listen by sync. With a rate, sends are due at fixed times and their
 * latency counts from then, so that a server that stalls does not get its own stall left out. Without one, each talker
 * sends again as soon as the last was acknowledged.
 */
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

struct listener {
    struct wire wire;
    struct stage *stage;
    const struct bench_user *user;
    struct strbuf head, tail; /* the request around the token */
    bool ready;               /* the first sync is done */
};

struct stage {
    struct population *population;
    struct client *client;
    const struct options *options;
    struct talker *talkers;
    struct listener *listeners;
    size_t listener_count, ready;
    struct talker **idle; /* a stack of those who may send */
    size_t idle_count;
    bool talking;
    uint64_t sequence, sent, acknowledged, delivered, requests, syncs, limited, errors;
    uint64_t owed; /* deliveries the acknowledged sends must lead to */
    struct histogram delivery, acknowledge;
    str padding;
};

static void say(struct stage *stage, struct talker *talker, uint64_t stamp)
{
    size_t room = talker->rooms[talker->turn++ % talker->room_count];
    struct strbuf *out = wire_begin(&talker->wire);
    size_t length =
        sizeof "{\"msgtype\":\"m.text\",\"body\":\"" STAMP_MARKER "\"}" - 1 + STAMP_DIGITS + stage->padding.len;
    talker->stamp = stamp;
    strbuf_printf(out,
                  "PUT /_matrix/client/v3/rooms/%.*s/send/m.room.message/%" PRIx64
                  " HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %.*s\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\n\r\n{\"msgtype\":\"m.text\",\"body\":\"" STAMP_MARKER "%016" PRIx64 "%.*s\"}",
                  STR_ARG(stage->population->rooms[room]), stage->sequence++, stage->client->host,
                  STR_ARG(talker->user->token), length, stamp, STR_ARG(stage->padding));
    stage->sent++;
    wire_send(&talker->wire);
}

static void complain(struct stage *stage, const char *what, int status, str body)
{
    if (stage->errors++ < 5)
        fprintf(stderr, "load: %s: status %d: %.*s\n", what, status, (int)(body.len < 200 ? body.len : 200), body.ptr);
}

static void on_acknowledged(struct wire *wire, int status, str body)
{
    struct talker *talker = wire->owner;
    struct stage *stage = talker->stage;
    stage->requests++;
    if (status == 200) {
        stage->acknowledged++;
        stage->owed += stage->options->listeners ? stage->population->members : 0;
        histogram_add(&stage->acknowledge, wire->client->now - talker->stamp);
    } else {
        complain(stage, "a send failed", status, body);
    }
    if (stage->talking && stage->options->rate == 0)
        say(stage, talker, wire->client->now);
    else
        stage->idle[stage->idle_count++] = talker;
}

static void listen_again(struct listener *listener, str since)
{
    struct strbuf *out = wire_begin(&listener->wire);
    strbuf_add(out, strbuf_str(&listener->head));
    if (since.len > 0)
        strbuf_printf(out, "&timeout=30000&since=%.*s", STR_ARG(since));
    strbuf_add(out, strbuf_str(&listener->tail));
    wire_send(&listener->wire);
}

static void on_synced(struct wire *wire, int status, str body)
{
    struct listener *listener = wire->owner;
    struct stage *stage = listener->stage;
    uint64_t stamp;
    size_t cursor = 0;
    stage->requests++;
    stage->syncs++;
    str since = status == 200 ? scan_text(body, "next_batch") : STR_NONE;
    if (since.len == 0) {
        complain(stage, "a sync failed", status, body);
        if (stage->errors < 1000 && status != 0)
            listen_again(listener, STR_NONE);
        return;
    }
    if (!listener->ready) {
        listener->ready = true;
        stage->ready++;
    } else {
        while ((stamp = scan_stamp(body, &cursor)) != 0) {
            stage->delivered++;
            histogram_add(&stage->delivery, wire->client->now > stamp ? wire->client->now - stamp : 0);
        }
        if (cursor > 0 && memmem(body.ptr, body.len, "\"limited\":true", 14))
            stage->limited++;
    }
    listen_again(listener, since);
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
        if (talker->room_count > 0)
            stage->idle[stage->idle_count++] = talker;
    }
}

/* Opens the listeners' syncs, a few hundred at a time, and waits until each has had its first answer. */
static bool prepare_listeners(struct stage *stage)
{
    struct population *population = stage->population;
    stage->listener_count = stage->options->listeners ? population->user_count : 0;
    stage->listeners = arena_array(&population->arena, struct listener, stage->listener_count);
    for (size_t i = 0; i < stage->listener_count; i++) {
        struct listener *listener = &stage->listeners[i];
        listener->stage = stage;
        listener->user = &population->users[i];
        strbuf_printf(&listener->head, "GET /_matrix/client/v3/sync?filter=%.*s", STR_ARG(listener->user->filter));
        strbuf_printf(&listener->tail, " HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %.*s\r\n\r\n",
                      stage->client->host, STR_ARG(listener->user->token));
        wire_init(&listener->wire, stage->client, on_synced, listener);
        listen_again(listener, STR_NONE);
        while (i + 1 > stage->ready + 64 && stage->errors < 1000)
            client_turn(stage->client, 100);
    }
    while (stage->ready < stage->listener_count && stage->errors < 1000)
        client_turn(stage->client, 100);
    return stage->errors < 1000;
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
    while (client->now < end && stage->errors < 1000) {
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
        if (all_acknowledged && stage->delivered >= stage->owed)
            return;
        client_turn(stage->client, 10);
    }
}

static void reset(struct stage *stage)
{
    stage->sent = stage->acknowledged = stage->delivered = stage->owed = stage->requests = stage->syncs = 0;
    stage->limited = stage->errors = 0;
    memset(&stage->delivery, 0, sizeof stage->delivery);
    memset(&stage->acknowledge, 0, sizeof stage->acknowledge);
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
    pid_t pid = stage->options->pid;
    talk_for(stage, stage->options->warmup);
    drain(stage);
    reset(stage);
    struct process_use before = process_use(pid);
    uint64_t begin = client_clock(), own = own_cpu();
    talk_for(stage, stage->options->seconds);
    double seconds = (double)(client_clock() - begin) / 1e9;
    double sends = (double)stage->acknowledged, deliveries = (double)stage->delivered;
    double requests = (double)stage->requests;
    double used = (double)(process_use(pid).cpu_ns - before.cpu_ns), own_used = (double)(own_cpu() - own);
    drain(stage);

    report_add(report, "sends", sends / seconds, "/s acknowledged");
    if (stage->options->listeners) {
        report_add(report, "deliveries", deliveries / seconds, "/s");
        report_latency(report, "delivery", &stage->delivery);
    }
    report_latency(report, "acknowledge", &stage->acknowledge);
    report_add(report, "requests", requests / seconds, "/s");
    report_add(report, "syncs", (double)stage->syncs / seconds, "/s");
    if (pid > 0) {
        report_add(report, "server_cpu", used / seconds / 1e9 * 100, "% of a core");
        report_add(report, "server_cpu_per_request", used / requests / 1000, "us");
        report_add(report, "server_cpu_per_send", used / (sends > 0 ? sends : 1) / 1000, "us");
        report_add(report, "server_memory", (double)process_use(pid).memory / 1048576, "MiB");
    }
    report_add(report, "load_cpu", own_used / seconds / 1e9 * 100, "% of a core");
    report_add(report, "undelivered", (double)stage->owed - (double)stage->delivered, "");
    report_add(report, "limited_timelines", (double)stage->limited, "");
    report_add(report, "errors", (double)(stage->errors + stage->client->failures), "");
}

bool scenario_talk(struct population *population, struct report *report)
{
    const struct options *options = population->options;
    if (!population_register(population, options->users) || !population_filter(population)
        || !population_rooms(population, options->rooms, options->members))
        return false;
    struct stage *stage = xcalloc(1, sizeof *stage);
    stage->population = population;
    stage->client = population->client;
    stage->options = options;
    char *padding = arena_alloc(&population->arena, options->size + 1);
    memset(padding, '.', options->size);
    stage->padding = str_from(padding, options->size > 22 ? options->size - 22 : 0);
    prepare_talkers(stage);
    bool ready = prepare_listeners(stage);
    if (ready)
        measure(stage, report);
    for (size_t i = 0; i < options->talkers; i++)
        wire_fini(&stage->talkers[i].wire);
    for (size_t i = 0; i < stage->listener_count; i++) {
        wire_fini(&stage->listeners[i].wire);
        strbuf_fini(&stage->listeners[i].head);
        strbuf_fini(&stage->listeners[i].tail);
    }
    free(stage);
    return ready;
}
