/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rooms for tests: events from a few words, states from lists of events. */
#ifndef TESTS_SUPPORT_ROOM_H
#define TESTS_SUPPORT_ROOM_H

#include "crypto/crypto.h"
#include "room/auth.h"
#include "support/cmocka.h"

#include <stdio.h>

#define ROOM "!r:parley.test"
#define ALICE "@alice:parley.test"
#define BOB "@bob:parley.test"
#define CAROL "@carol:parley.test"

/* Group set-up: hashing needs it. */
static inline int room_set_up(void **state)
{
    (void)state;
    return crypto_init() == RC_OK ? 0 : -1;
}

/* state_key NULL: a message. room_id NULL: ROOM. */
static inline const struct event *make_event(const struct room_version *version, const char *room_id,
                                             const char *sender, const char *type, const char *state_key,
                                             const char *content)
{
    struct event_draft draft = {
        .room_id = str_of(room_id ? room_id : ROOM),
        .type = str_of(type),
        .sender = str_of(sender),
        .state_key = str_of(state_key),
        .content = str_of(content),
        .origin_server_ts = 1700000000000,
        .depth = 2,
    };
    struct event *event = NULL;
    struct error err = {0};
    enum rc rc = event_build(version, &draft, &event, &err);
    if (rc != RC_OK)
        fail_msg("event_build(%s): %s", type, err.text);
    return event;
}

/* Puts the event into the state and drops both references. */
static inline void state_add(const struct room_state **state, const struct event *event)
{
    const struct room_state *next = room_state_put(*state, event);
    room_state_unref(state);
    event_unref(&event);
    *state = next;
}

static inline const char *create_content(const struct room_version *version, char buf[256])
{
    snprintf(buf, 256, "{\"room_version\":\"%.*s\"%s%s}", STR_ARG(version->name),
             version->create_has_creator ? ",\"creator\":\"" ALICE "\"" : "",
             version->privileged_creators ? ",\"additional_creators\":[\"@founder:parley.test\"]" : "");
    return buf;
}

/* A room of this version with nothing but its creation, and its id. */
static inline const struct room_state *new_room(const struct room_version *version, char room_id[64])
{
    char content[256];
    const struct event *create = make_event(version, version->id_is_create_hash ? "" : ROOM, ALICE, "m.room.create", "",
                                            create_content(version, content));
    snprintf(room_id, 64, "%.*s", STR_ARG(create->room_id));
    const struct room_state *state = room_state_new(version);
    state_add(&state, create);
    return state;
}

#endif
