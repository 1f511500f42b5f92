/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A binary heap of timers by due time. heap_pos is the timer's place, from 1. */
#ifndef NET_TIMERS_H
#define NET_TIMERS_H

#include "base/vec.h"
#include "net/loop.h"

struct timers {
    VEC(struct loop_timer *) heap; /* items[0] is unused */
};

void timers_set(struct timers *timers, struct loop_timer *timer, int64_t due_ms);
void timers_remove(struct timers *timers, struct loop_timer *timer);
/* The soonest, or NULL. */
struct loop_timer *timers_first(const struct timers *timers);
void timers_fini(struct timers *timers);

#endif
