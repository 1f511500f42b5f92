/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Event content and stored events from anywhere: what is accepted can be read again and redacted, with the same id. */
#include "crypto/crypto.h"
#include "room/event.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void drop(struct event *event)
{
    const struct event *gone = event;
    event_unref(&gone);
}

/* The short way back ends where the long one does. */
static void check_short_way(const struct room_version *version, const struct event *event)
{
    struct event *again;
    demand(event_from_stored(version, event->pdu, event->event_id, &again) == RC_OK);
    const str pairs[][2] = {
        {again->pdu, event->pdu},
        {again->client, event->client},
        {again->content, event->content},
        {again->type, event->type},
        {again->sender, event->sender},
        {again->state_key, event->state_key},
        {again->room_id, event->room_id},
        {again->redacts, event->redacts},
        {again->event_id, event->event_id},
        {again->relates_to, event->relates_to},
        {again->relation_key, event->relation_key},
        {again->relation_type, event->relation_type},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        demand(str_eq(pairs[i][0], pairs[i][1]));
    demand(again->is_state == event->is_state && again->membership == event->membership);
    demand(again->relation == event->relation && again->depth == event->depth);
    demand(again->origin_server_ts == event->origin_server_ts);
    drop(again);
}

static void check_stored(const struct room_version *version, const struct event *event)
{
    struct event *again, *redacted, *twice;
    demand(event_from_pdu(version, event->pdu, event->event_id, true, &again) == RC_OK);
    demand(str_eq(again->client, event->client));
    check_short_way(version, event);
    demand(event_redact(version, event, &redacted) == RC_OK);
    demand(event_from_pdu(version, redacted->pdu, event->event_id, true, &twice) == RC_OK);
    drop(twice);
    check_short_way(version, redacted);
    demand(event_redact(version, redacted, &twice) == RC_OK);
    demand(str_eq(twice->pdu, redacted->pdu));
    drop(twice);
    drop(redacted);
    drop(again);
}

/* The first byte chooses version and type, the rest is the content. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const str types[] = {STR_INIT("m.room.message"), STR_INIT("m.room.member"), STR_INIT("m.room.power_levels"),
                                STR_INIT("m.room.redaction")};
    if (size < 1 || crypto_init() != RC_OK)
        return 0;
    const struct room_version *version = room_version_at(data[0] % 3);
    str type = types[data[0] / 3 % 4], rest = str_from(data + 1, size - 1);
    bool state = str_eq(type, S("m.room.member")) || str_eq(type, S("m.room.power_levels"));
    struct event_draft draft = {
        .room_id = S("!r:x"),
        .type = type,
        .sender = data[0] & 128 ? S("@\"a:x") : S("@a:x"),
        .state_key = state ? (data[0] & 64 ? S("@\"b\n:x") : S("@b:x")) : STR_NONE,
        .content = rest,
        .redacts = str_eq(type, S("m.room.redaction")) ? (data[0] & 64 ? S("$\"t") : S("$t")) : STR_NONE,
    };
    struct event *event;
    if (event_build(version, &draft, &event, NULL) == RC_OK) {
        check_stored(version, event);
        drop(event);
    }
    if (event_from_pdu(version, rest, S("$x"), false, &event) == RC_OK)
        drop(event);
    if (event_from_stored(version, rest, S("$x"), &event) == RC_OK)
        drop(event);
    return 0;
}
