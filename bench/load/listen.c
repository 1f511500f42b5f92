/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/listen.h"

#include "load/scan.h"

#include <stdio.h>

enum { PATIENCE = 1000 }; /* so many errors end it */

struct listener {
    struct wire wire;
    struct hearing *hearing;
    struct strbuf head, tail; /* the request around the token */
    bool ready;               /* the first sync is done */
};

void hearing_complain(struct hearing *hearing, const char *what, int status, str body)
{
    if (hearing->errors++ < 5)
        fprintf(stderr, "load: %s: status %d: %.*s\n", what, status, (int)(body.len < 200 ? body.len : 200), body.ptr);
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

static void hear(struct hearing *hearing, uint64_t stamp, uint64_t now)
{
    if (hearing->once && !map_remove(&hearing->wanted, stamp)) {
        hearing->doubled++;
        return;
    }
    hearing->delivered++;
    histogram_add(&hearing->delivery, now > stamp ? now - stamp : 0);
}

static void on_synced(struct wire *wire, int status, str body)
{
    struct listener *listener = wire->owner;
    struct hearing *hearing = listener->hearing;
    uint64_t stamp;
    size_t cursor = 0;
    hearing->syncs++;
    str since = status == 200 ? scan_text(body, "next_batch") : STR_NONE;
    if (since.len == 0) {
        hearing_complain(hearing, "a sync failed", status, body);
        if (hearing->errors < PATIENCE && status != 0)
            listen_again(listener, STR_NONE);
        return;
    }
    if (!listener->ready) {
        listener->ready = true;
        hearing->ready++;
    } else {
        while ((stamp = scan_stamp(body, &cursor)) != 0)
            hear(hearing, stamp, wire->client->now);
        if (cursor > 0 && memmem(body.ptr, body.len, "\"limited\":true", 14))
            hearing->limited++;
    }
    listen_again(listener, since);
}

bool hearing_begin(struct hearing *hearing, struct population *population)
{
    struct client *client = population->client;
    *hearing = (struct hearing){.population = population, .once = hearing->once};
    hearing->count = population->options->listeners ? population->user_count : 0;
    hearing->listeners = arena_array(&population->arena, struct listener, hearing->count);
    for (size_t i = 0; i < hearing->count; i++) {
        struct listener *listener = &hearing->listeners[i];
        const struct bench_user *user = &population->users[i];
        listener->hearing = hearing;
        strbuf_printf(&listener->head, "GET /_matrix/client/v3/sync?filter=%.*s", STR_ARG(user->filter));
        strbuf_printf(&listener->tail, " HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %.*s\r\n\r\n", client->host,
                      STR_ARG(user->token));
        wire_init(&listener->wire, client, on_synced, listener);
        listen_again(listener, STR_NONE);
        while (i + 1 > hearing->ready + 64 && hearing->errors < PATIENCE)
            client_turn(client, 100);
    }
    while (hearing->ready < hearing->count && hearing->errors < PATIENCE)
        client_turn(client, 100);
    return hearing->errors < PATIENCE;
}

void hearing_reset(struct hearing *hearing)
{
    hearing->delivered = hearing->doubled = hearing->syncs = hearing->limited = hearing->errors = 0;
    memset(&hearing->delivery, 0, sizeof hearing->delivery);
    map_clear(&hearing->wanted);
}

void hearing_end(struct hearing *hearing)
{
    for (size_t i = 0; i < hearing->count; i++) {
        wire_fini(&hearing->listeners[i].wire);
        strbuf_fini(&hearing->listeners[i].head);
        strbuf_fini(&hearing->listeners[i].tail);
    }
    map_fini(&hearing->wanted);
}
