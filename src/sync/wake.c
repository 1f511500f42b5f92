/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/wake.h"

#include "base/arena.h"
#include "base/container.h"
#include "sync/live.h"

#include <stdlib.h>

enum {
    SPACING_LEAST_MS = 2,
    SPACING_MOST_MS = 20,
    PER_TURN = 64, /* woken before the loop looks at its sockets again */
};

struct queue {
    struct live_wait *first, **end;
};

struct wakes {
    struct loop *loop;
    struct queue gathered, due; /* for the next round, left of this one */
    struct loop_timer timer;    /* the next round begins */
    struct loop_task more;      /* this one goes on */
    int64_t round_began_ms, spacing_ms;
};

static void queue_add(struct queue *queue, struct live_wait *wait)
{
    wait->place = (struct wake_place){NULL, queue->end};
    *queue->end = wait;
    queue->end = &wait->place.next;
}

static void queue_take(struct queue *queue, struct live_wait *wait)
{
    *wait->place.link = wait->place.next;
    if (wait->place.next)
        wait->place.next->place.link = wait->place.link;
    else
        queue->end = wait->place.link;
    wait->place = (struct wake_place){0};
}

static void next_round(struct wakes *wakes)
{
    int64_t left = wakes->round_began_ms + wakes->spacing_ms - loop_now_ms(wakes->loop);
    loop_timer_set(wakes->loop, &wakes->timer, left > 0 ? left : 0);
}

static void round_over(struct wakes *wakes)
{
    int64_t spacing = 2 * (loop_now_ms(wakes->loop) - wakes->round_began_ms);
    wakes->spacing_ms = spacing < SPACING_LEAST_MS  ? SPACING_LEAST_MS
                        : spacing > SPACING_MOST_MS ? SPACING_MOST_MS
                                                    : spacing;
    if (wakes->gathered.first)
        next_round(wakes);
}

/* Each is taken off the queue before it is called: it may unpark itself or others. */
static void round_go_on(struct loop *loop, struct loop_task *task)
{
    struct wakes *wakes = CONTAINER_OF(task, struct wakes, more);
    for (int i = 0; i < PER_TURN && wakes->due.first; i++) {
        struct live_wait *wait = wakes->due.first;
        queue_take(&wakes->due, wait);
        wait->wake(wait);
    }
    if (wakes->due.first)
        loop_post(loop, &wakes->more);
    else
        round_over(wakes);
}

static void round_begin(struct loop *loop, struct loop_timer *timer)
{
    struct wakes *wakes = CONTAINER_OF(timer, struct wakes, timer);
    wakes->round_began_ms = loop_now_ms(loop);
    struct live_wait *wait;
    while ((wait = wakes->gathered.first)) {
        queue_take(&wakes->gathered, wait);
        queue_add(&wakes->due, wait);
    }
    round_go_on(loop, &wakes->more);
}

struct wakes *wakes_new(struct loop *loop)
{
    struct wakes *wakes = xcalloc(1, sizeof *wakes);
    wakes->loop = loop;
    wakes->gathered.end = &wakes->gathered.first;
    wakes->due.end = &wakes->due.first;
    wakes->timer.fire = round_begin;
    wakes->more.run = round_go_on;
    wakes->spacing_ms = SPACING_LEAST_MS;
    return wakes;
}

void wakes_free(struct wakes **wakes)
{
    if (*wakes)
        loop_timer_cancel((*wakes)->loop, &(*wakes)->timer);
    free(*wakes);
    *wakes = NULL;
}

void wakes_queue(struct wakes *wakes, struct live_wait *wait)
{
    if (wait->place.link)
        return;
    queue_add(&wakes->gathered, wait);
    if (!wakes->due.first && !wakes->timer.heap_pos)
        next_round(wakes);
}

void wakes_remove(struct wakes *wakes, struct live_wait *wait)
{
    if (!wait->place.link)
        return;
    /* Which of the two it stands in matters only to the last one. */
    queue_take(wakes->due.end == &wait->place.next ? &wakes->due : &wakes->gathered, wait);
}

bool wakes_gathering(const struct wakes *wakes)
{
    return wakes->spacing_ms > SPACING_LEAST_MS
           && (wakes->due.first || loop_now_ms(wakes->loop) < wakes->round_began_ms + wakes->spacing_ms);
}
