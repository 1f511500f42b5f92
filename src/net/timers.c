/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/timers.h"

static void place(struct timers *timers, size_t at, struct loop_timer *timer)
{
    timers->heap.items[at] = timer;
    timer->heap_pos = at;
}

static void sift_up(struct timers *timers, size_t at, struct loop_timer *timer)
{
    for (; at > 1 && timers->heap.items[at / 2]->due_ms > timer->due_ms; at /= 2)
        place(timers, at, timers->heap.items[at / 2]);
    place(timers, at, timer);
}

static void sift_down(struct timers *timers, size_t at, struct loop_timer *timer)
{
    size_t count = timers->heap.count;
    for (size_t child; (child = 2 * at) < count; at = child) {
        if (child + 1 < count && timers->heap.items[child + 1]->due_ms < timers->heap.items[child]->due_ms)
            child++;
        if (timers->heap.items[child]->due_ms >= timer->due_ms)
            break;
        place(timers, at, timers->heap.items[child]);
    }
    place(timers, at, timer);
}

void timers_set(struct timers *timers, struct loop_timer *timer, int64_t due_ms)
{
    if (timer->heap_pos)
        timers_remove(timers, timer);
    if (timers->heap.count == 0)
        vec_push(&timers->heap, NULL);
    timer->due_ms = due_ms;
    vec_push(&timers->heap, timer);
    sift_up(timers, timers->heap.count - 1, timer);
}

void timers_remove(struct timers *timers, struct loop_timer *timer)
{
    size_t at = timer->heap_pos;
    if (!at)
        return;
    timer->heap_pos = 0;
    struct loop_timer *last = timers->heap.items[--timers->heap.count];
    if (last == timer)
        return;
    if (at > 1 && timers->heap.items[at / 2]->due_ms > last->due_ms)
        sift_up(timers, at, last);
    else
        sift_down(timers, at, last);
}

struct loop_timer *timers_first(const struct timers *timers)
{
    return timers->heap.count > 1 ? timers->heap.items[1] : NULL;
}

void timers_fini(struct timers *timers)
{
    vec_fini(&timers->heap);
}
