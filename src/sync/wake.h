/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * When parked requests are woken: in rounds. Whoever has something to hear is gathered for the next round; what
 * happens meanwhile goes into the same answer.
 *
 * A first round begins at once. Under load the next begins no sooner than as long after the last one began as twice
 * what that took, within bounds: so half of the loop's time is for what else there is to do, and answers carry several
 * events instead of one. A round is run some requests at a time, with the loop turning in between. One per loop.
 */
#ifndef SYNC_WAKE_H
#define SYNC_WAKE_H

#include "net/loop.h"

struct live_wait;
struct wakes;

/* A place in the queue, in each request that can be woken. */
struct wake_place {
    struct live_wait *next, **link; /* link: what points to this one; NULL: not queued */
};

struct wakes *wakes_new(struct loop *loop);
void wakes_free(struct wakes **wakes);
/* wait->wake() is called in the next round, unless it is queued already. */
void wakes_queue(struct wakes *wakes, struct live_wait *wait);
void wakes_remove(struct wakes *wakes, struct live_wait *wait);
/* The loop is under load and its next round not due yet: who asks now had better be gathered for it. */
bool wakes_gathering(const struct wakes *wakes);

#endif
