/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Rooms in which somebody types, so that the recurring job finds those who fell silent without looking at every room.
 * Touched by the writer's thread only.
 */
#ifndef API_TYPING_H
#define API_TYPING_H

#include "store/rooms.h"

struct typing_watch;

struct typing_watch *typing_watch_new(void);
void typing_watch_free(struct typing_watch **watch);
/* WRITE. Somebody types in the room. */
void typing_watch(struct typing_watch *watch, uint64_t room_nid);
/* WRITE. Takes out whose time is over. */
enum rc typing_expire(struct tx *tx, struct typing_watch *watch) MUST_USE;

#endif
