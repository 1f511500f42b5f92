/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * An event loop: one thread, one epoll, timers, and a mailbox other threads may post to.
 *
 * Everything except loop_post() is called on the loop's own thread. Callbacks run to their end and never wait.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "base/env.h"
#include "base/rc.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

/* Something to do on the loop's thread. Embed it; it must stay alive until run() was called. */
struct loop_task {
    struct loop_task *next;
    void (*run)(struct loop *loop, struct loop_task *task);
};

/* A one-shot timer. Embed it; zero-initialise; cancel before freeing. */
struct loop_timer {
    void (*fire)(struct loop *loop, struct loop_timer *timer);
    int64_t due_ms;  /* steady clock */
    size_t heap_pos; /* 0: not set */
};

/* A descriptor watched by the loop. Embed it. */
struct loop_watch {
    void (*ready)(struct loop *loop, struct loop_watch *watch, uint32_t epoll_events);
    int fd;
};

enum rc loop_new(struct env *env, int index, struct loop **ret_loop, struct error *err) MUST_USE;
void loop_free(struct loop **loop);
/* Runs until loop_stop(). On the calling thread. */
void loop_run(struct loop *loop);
/* Thread-safe, async-signal-safe. */
void loop_stop(struct loop *loop);

/* Thread-safe; tasks of one poster run in the order posted. One system call per burst, not per task. */
void loop_post(struct loop *loop, struct loop_task *task);

void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t delay_ms);
void loop_timer_cancel(struct loop *loop, struct loop_timer *timer);

enum rc loop_watch_add(struct loop *loop, struct loop_watch *watch, uint32_t epoll_events) MUST_USE;
void loop_watch_change(struct loop *loop, struct loop_watch *watch, uint32_t epoll_events);
void loop_watch_remove(struct loop *loop, struct loop_watch *watch);

int loop_index(const struct loop *loop);
/* Steady clock as of this turn of the loop, ms: no system call. */
int64_t loop_now_ms(const struct loop *loop);
/* Whatever the owner hangs on the loop (the api's per-loop part). */
void loop_set_data(struct loop *loop, void *data);
void *loop_data(const struct loop *loop);

#endif
