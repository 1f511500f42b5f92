/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How long the messages of a room live: its m.room.retention state (MSC1763, also under its unstable name), within what
 * the server allows. State events live as long as the room. All times are milliseconds.
 */
#ifndef ROOM_LIFETIME_H
#define ROOM_LIFETIME_H

#include "room/state.h"

#define LIFETIME_UNSET INT64_C(-1) /* the room says nothing */
#define LIFETIME_FOREVER INT64_C(0)

/* The operator's; 0: none. */
struct lifetime_bounds {
    int64_t fallback; /* of rooms that say nothing */
    int64_t least, most;
};

/* A policy's content; LIFETIME_UNSET when it is malformed. */
int64_t lifetime_read(yyjson_val *content);
/* What the room asks for. A policy that is malformed is none. */
int64_t lifetime_asked(const struct room_state *state);
/* What holds: LIFETIME_FOREVER or more. */
int64_t lifetime_within(const struct lifetime_bounds *bounds, int64_t asked);

#endif
