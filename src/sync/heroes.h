/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * By whom a room without a name is known (spec "RoomSummary", m.heroes): the first of those in it or invited, in the
 * order of the stream, else of those who were in it; never the asker.
 */
#ifndef SYNC_HEROES_H
#define SYNC_HEROES_H

#include "room/state.h"

enum { HEROES_MAX = 5 };

enum heroes_order {
    HEROES_BY_STREAM,
    HEROES_JOINED_FIRST, /* those in it before those invited (simplified sliding sync, "heroes") */
};
/* Their member events, borrowed from the state. Returns how many there are. */
size_t heroes_pick(const struct room_state *state, str user_id, enum heroes_order order,
                   const struct event *ret_events[HEROES_MAX]);

#endif
