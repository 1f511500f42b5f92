/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/loop.h"

#include "base/arena.h"
#include "net/timers.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { EVENTS_PER_TURN = 256 };

struct loop {
    struct env *env;
    int index, epoll_fd, wake_fd;
    int64_t now_ms;
    struct timers timers;
    /* Newest first; whoever pushes onto an empty box rings the bell, so that a burst costs one system call. */
    _Atomic(struct loop_task *) mailbox;
    atomic_bool stopping;
    void *data;
    /* Watches removed during a turn may still have events waiting in it. */
    struct epoll_event events[EVENTS_PER_TURN];
    int event_count, event_at;
};

enum rc loop_new(struct env *env, int index, struct loop **ret_loop, struct error *err)
{
    struct loop *loop = xcalloc(1, sizeof *loop);
    loop->env = env;
    loop->index = index;
    loop->now_ms = env_steady_ms(env);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event bell = {.events = EPOLLIN, .data.ptr = NULL};
    if (loop->epoll_fd < 0 || loop->wake_fd < 0 || epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->wake_fd, &bell)) {
        loop_free(&loop);
        return error_set(err, RC_IO, "cannot make an event loop: %s", strerror(errno));
    }
    *ret_loop = loop;
    return RC_OK;
}

void loop_free(struct loop **loop)
{
    if (!*loop)
        return;
    if ((*loop)->epoll_fd >= 0)
        close((*loop)->epoll_fd);
    if ((*loop)->wake_fd >= 0)
        close((*loop)->wake_fd);
    timers_fini(&(*loop)->timers);
    free(*loop);
    *loop = NULL;
}

static void ring(struct loop *loop)
{
    uint64_t one = 1;
    int before = errno;                                       /* loop_stop() may interrupt anything */
    ssize_t written = write(loop->wake_fd, &one, sizeof one); /* a full counter rings as well */
    (void)written;
    errno = before;
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stopping, true);
    ring(loop);
}

void loop_post(struct loop *loop, struct loop_task *task)
{
    struct loop_task *head = atomic_load_explicit(&loop->mailbox, memory_order_relaxed);
    do {
        task->next = head;
    } while (!atomic_compare_exchange_weak_explicit(&loop->mailbox, &head, task, memory_order_release,
                                                    memory_order_relaxed));
    if (!head)
        ring(loop);
}

static void run_mailbox(struct loop *loop)
{
    struct loop_task *newest = atomic_exchange_explicit(&loop->mailbox, NULL, memory_order_acquire), *oldest = NULL;
    while (newest) {
        struct loop_task *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest) {
        struct loop_task *task = oldest;
        oldest = task->next;
        task->run(loop, task);
    }
}

static void run_timers(struct loop *loop)
{
    struct loop_timer *timer;
    while ((timer = timers_first(&loop->timers)) && timer->due_ms <= loop->now_ms) {
        timers_remove(&loop->timers, timer);
        timer->fire(loop, timer);
    }
}

static int wait_ms(struct loop *loop)
{
    struct loop_timer *timer = timers_first(&loop->timers);
    if (!timer)
        return -1;
    int64_t left = timer->due_ms - env_steady_ms(loop->env);
    return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void run_events(struct loop *loop)
{
    for (loop->event_at = 0; loop->event_at < loop->event_count; loop->event_at++) {
        struct epoll_event *event = &loop->events[loop->event_at];
        if (event->events == 0)
            continue; /* its watch was removed */
        struct loop_watch *watch = event->data.ptr;
        if (watch) {
            watch->ready(loop, watch, event->events);
        } else {
            uint64_t rings;
            ssize_t got = read(loop->wake_fd, &rings, sizeof rings);
            (void)got;
        }
    }
    loop->event_count = 0;
}

void loop_run(struct loop *loop)
{
    while (!atomic_load(&loop->stopping)) {
        int count = epoll_wait(loop->epoll_fd, loop->events, EVENTS_PER_TURN, wait_ms(loop));
        loop->now_ms = env_steady_ms(loop->env);
        loop->event_count = count > 0 ? count : 0;
        run_events(loop);
        run_mailbox(loop);
        run_timers(loop);
    }
    run_mailbox(loop);
}

void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t delay_ms)
{
    timers_set(&loop->timers, timer, loop->now_ms + delay_ms);
}

void loop_timer_cancel(struct loop *loop, struct loop_timer *timer)
{
    timers_remove(&loop->timers, timer);
}

enum rc loop_watch_add(struct loop *loop, struct loop_watch *watch, uint32_t epoll_events)
{
    struct epoll_event event = {.events = epoll_events, .data.ptr = watch};
    return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) ? RC_IO : RC_OK;
}

void loop_watch_change(struct loop *loop, struct loop_watch *watch, uint32_t epoll_events)
{
    struct epoll_event event = {.events = epoll_events, .data.ptr = watch};
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

void loop_watch_remove(struct loop *loop, struct loop_watch *watch)
{
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    for (int i = loop->event_at; i < loop->event_count; i++)
        if (loop->events[i].data.ptr == watch)
            loop->events[i].events = 0;
}

int loop_index(const struct loop *loop)
{
    return loop->index;
}

int64_t loop_now_ms(const struct loop *loop)
{
    return loop->now_ms;
}

void loop_set_data(struct loop *loop, void *data)
{
    loop->data = data;
}

void *loop_data(const struct loop *loop)
{
    return loop->data;
}
