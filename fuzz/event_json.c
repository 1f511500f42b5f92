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

static void check_stored(const struct room_version *version, const struct event *event)
{
    struct event *again, *redacted, *twice;
    demand(event_from_pdu(version, event->pdu, event->event_id, true, &again) == RC_OK);
    demand(str_eq(again->client, event->client));
    demand(event_redact(version, event, &redacted) == RC_OK);
    demand(event_from_pdu(version, redacted->pdu, event->event_id, true, &twice) == RC_OK);
    drop(twice);
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
        .sender = S("@a:x"),
        .state_key = state ? S("@\"b\n:x") : STR_NONE,
        .content = rest,
        .redacts = str_eq(type, S("m.room.redaction")) ? S("$\"t") : STR_NONE,
    };
    struct event *event;
    if (event_build(version, &draft, &event, NULL) == RC_OK) {
        check_stored(version, event);
        drop(event);
    }
    if (event_from_pdu(version, rest, S("$x"), false, &event) == RC_OK)
        drop(event);
    return 0;
}
