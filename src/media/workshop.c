/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The server's side: starting the workshop, and one order to it after the other. What comes back was made from hostile
 * bytes and is believed no further than its size. */
#include "media/workshop.h"

#include "base/env.h"
#include "media/sandbox.h"
#include "media/workshop_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Loading libvips from a cold disk; how much later than the workshop's own clock ours ends; trying again where there
 * is none. */
enum { START_MS = 30000, GRACE_MS = 3000, AGAIN_MS = 60000 };

struct workshop {
    pthread_mutex_t lock; /* on all below */
    int max_ms;
    pid_t pid; /* 0: not running */
    int fd;
    uint64_t number; /* which one it is */
    int64_t unsupported_until_ms;
};

/* ---- talking before a deadline ---- */

/* RC_EXPIRED: too late; RC_IO: the other side is gone. */
static enum rc wait_for(int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        int64_t left = deadline_ms - env_steady_ms(env_system());
        struct pollfd waiting = {.fd = fd, .events = events};
        int ready = left > 0 ? poll(&waiting, 1, (int)left) : 0;
        if (ready > 0)
            return RC_OK;
        if (ready == 0)
            return RC_EXPIRED;
        if (errno != EINTR)
            return RC_IO;
    }
}

static enum rc send_all(int fd, str bytes, int64_t deadline_ms)
{
    while (bytes.len) {
        ssize_t put = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put > 0)
            bytes = str_skip(bytes, (size_t)put);
        else if (errno == EAGAIN)
            TRY(wait_for(fd, POLLOUT, deadline_ms));
        else if (errno != EINTR)
            return RC_IO;
    }
    return RC_OK;
}

static enum rc receive_all(int fd, void *ret_bytes, size_t len, int64_t deadline_ms)
{
    for (char *at = ret_bytes; len;) {
        TRY(wait_for(fd, POLLIN, deadline_ms));
        ssize_t got = recv(fd, at, len, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
            return RC_IO;
        if (got > 0) {
            at += got;
            len -= (size_t)got;
        }
    }
    return RC_OK;
}

/* ---- the process ---- */

/* All it sees of the server's surroundings. Machine code of libvips' own making cannot run, and there is no disk.
 * Thread sanitizer, where the program is built with it, does not see the locks libvips' threads take; what it has to
 * say could not be written anywhere, and would end the process. */
static const char *const surroundings[] = {
    "LC_ALL=C", "MALLOC_ARENA_MAX=2", "VIPS_NOVECTOR=1", "VIPS_DISC_THRESHOLD=1024g", "TSAN_OPTIONS=report_bugs=0",
    NULL};

static bool start_process(int fd, pid_t *ret_pid)
{
    const char *const words[] = {"parley", WORKSHOP_ARGUMENT, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_adddup2(&actions, fd, WORKSHOP_FD);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!sandbox_is_relaxed())
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, WORKSHOP_FD + 1);
    bool started =
        posix_spawn(ret_pid, "/proc/self/exe", &actions, &attributes, (char *const *)words, (char *const *)surroundings)
        == 0;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return started;
}

static void end_process(struct workshop *workshop)
{
    if (!workshop->pid)
        return;
    close(workshop->fd);
    kill(workshop->pid, SIGKILL);
    while (waitpid(workshop->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    workshop->pid = 0;
}

static enum rc start_and_greet(struct workshop *workshop, struct workshop_hello *ret_hello)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return RC_BUSY;
    bool started = start_process(ends[1], &workshop->pid);
    close(ends[1]);
    if (!started) {
        close(ends[0]);
        workshop->pid = 0;
        return RC_BUSY;
    }
    workshop->fd = ends[0];
    workshop->number++;
    enum rc rc = receive_all(workshop->fd, ret_hello, sizeof *ret_hello, env_steady_ms(env_system()) + START_MS);
    if (rc != RC_OK)
        end_process(workshop);
    return rc == RC_OK ? RC_OK : RC_BUSY;
}

static enum rc start(struct workshop *workshop)
{
    struct workshop_hello hello;
    if (env_steady_ms(env_system()) < workshop->unsupported_until_ms)
        return RC_UNSUPPORTED;
    TRY(start_and_greet(workshop, &hello));
    if (hello.ready && sandbox_is_closed(hello.parts))
        return RC_OK;
    end_process(workshop);
    workshop->unsupported_until_ms = env_steady_ms(env_system()) + AGAIN_MS;
    return RC_UNSUPPORTED;
}

static void clear_ended(struct workshop *workshop)
{
    struct pollfd end = {.fd = workshop->fd, .events = POLLIN};
    if (workshop->pid && poll(&end, 1, 0) > 0)
        end_process(workshop);
}

/* ---- an order ---- */

/* fd -1: whether it is there. */
static bool send_order(const struct workshop *workshop, int fd)
{
    struct workshop_order order = {.max_ms = workshop->max_ms};
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec part = {&order, sizeof order};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = control.room;
        message.msg_controllen = sizeof control.room;
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(head), &fd, sizeof fd);
    }
    return sendmsg(workshop->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof order;
}

/* A process on its way out closes one thing after the other: that its socket is still open says nothing. */
static bool answers(const struct workshop *workshop)
{
    struct workshop_order order;
    int64_t deadline_ms = env_steady_ms(env_system()) + GRACE_MS;
    return send_order(workshop, -1) && receive_all(workshop->fd, &order, sizeof order, deadline_ms) == RC_OK;
}

/* A socket to a process for one picture. */
static enum rc get_bench(struct workshop *workshop, int *ret_fd, uint64_t *ret_number)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return RC_BUSY;
    pthread_mutex_lock(&workshop->lock);
    clear_ended(workshop);
    enum rc rc = workshop->pid ? RC_OK : start(workshop);
    if (rc == RC_OK && !send_order(workshop, ends[1]))
        rc = RC_BUSY;
    *ret_number = workshop->number;
    pthread_mutex_unlock(&workshop->lock);
    close(ends[1]);
    *ret_fd = ends[0];
    if (rc != RC_OK)
        close(ends[0]);
    return rc;
}

/* RC_IO, RC_EXPIRED: as in talking. */
static enum rc send_picture(int fd, struct workshop_source *source, const struct thumbnail_wish *wish,
                            int64_t deadline_ms)
{
    struct workshop_parcel parcel = {.wish = *wish};
    TRY(source->begin(source, &parcel.bytes));
    if (parcel.bytes > THUMBNAIL_MAX_INPUT)
        return RC_TOO_LARGE;
    TRY(send_all(fd, str_from((const char *)&parcel, sizeof parcel), deadline_ms));
    struct strbuf piece = STRBUF_INIT;
    uint64_t sent = 0;
    enum rc rc = RC_OK;
    while (rc == RC_OK && sent < parcel.bytes) {
        strbuf_clear(&piece);
        rc = source->next(source, &piece);
        if (rc == RC_IO) /* here that is the other side's end */
            rc = RC_STORE;
        if (rc == RC_OK && (!piece.len || piece.len > parcel.bytes - sent))
            rc = RC_INTERNAL;
        if (rc == RC_OK)
            rc = send_all(fd, strbuf_str(&piece), deadline_ms);
        sent += piece.len;
    }
    strbuf_fini(&piece);
    return rc;
}

/* RC_IO: it died; RC_EXPIRED: the workshop does not keep its time. */
static enum rc receive_answer(int fd, struct strbuf *out, int64_t deadline_ms)
{
    struct workshop_answer answer;
    TRY(receive_all(fd, &answer, sizeof answer, deadline_ms));
    if (answer.rc == RC_INVALID || answer.rc == RC_TOO_LARGE)
        return (enum rc)answer.rc;
    if (answer.rc != RC_OK || !answer.bytes || answer.bytes > THUMBNAIL_MAX_OUTPUT)
        return RC_INVALID;
    TRY(receive_all(fd, strbuf_reserve(out, answer.bytes), answer.bytes, deadline_ms));
    out->len += answer.bytes;
    return RC_OK;
}

/* Whose fault an end is. RC_BUSY: the workshop's as a whole, which is cleared away. */
static enum rc judge_end(struct workshop *workshop, uint64_t number, bool stuck)
{
    enum rc rc = RC_EXPIRED;
    pthread_mutex_lock(&workshop->lock);
    if (workshop->number != number || !workshop->pid || stuck || !answers(workshop))
        rc = RC_BUSY;
    if (rc == RC_BUSY && workshop->number == number)
        end_process(workshop);
    pthread_mutex_unlock(&workshop->lock);
    return rc;
}

static enum rc make_once(struct workshop *workshop, struct workshop_source *source, const struct thumbnail_wish *wish,
                         struct strbuf *out, bool *ret_ended)
{
    int fd;
    uint64_t number;
    size_t before = out->len;
    *ret_ended = false;
    TRY(get_bench(workshop, &fd, &number));
    int64_t deadline_ms = env_steady_ms(env_system()) + workshop->max_ms + GRACE_MS;
    enum rc rc = send_picture(fd, source, wish, deadline_ms);
    if (rc == RC_OK)
        rc = receive_answer(fd, out, deadline_ms);
    close(fd);
    if (rc == RC_IO || rc == RC_EXPIRED) {
        bool stuck = rc == RC_EXPIRED;
        rc = judge_end(workshop, number, stuck);
        *ret_ended = rc == RC_BUSY && !stuck;
    }
    if (rc != RC_OK)
        out->len = before;
    return rc;
}

/* ---- from outside ---- */

struct workshop *workshop_new(int max_ms)
{
    struct workshop *workshop = xcalloc(1, sizeof *workshop);
    pthread_mutex_init(&workshop->lock, NULL);
    workshop->max_ms = max_ms;
    workshop->unsupported_until_ms = INT64_MIN;
    return workshop;
}

void workshop_free(struct workshop **workshop)
{
    if (!*workshop)
        return;
    end_process(*workshop);
    pthread_mutex_destroy(&(*workshop)->lock);
    free(*workshop);
    *workshop = NULL;
}

enum rc workshop_make(struct workshop *workshop, struct workshop_source *source, const struct thumbnail_wish *wish,
                      struct strbuf *out)
{
    bool ended;
    enum rc rc = make_once(workshop, source, wish, out, &ended);
    if (ended) /* it had just had nothing to do for long enough, or was ended from outside */
        rc = make_once(workshop, source, wish, out, &ended);
    return rc;
}

void workshop_tend(struct workshop *workshop)
{
    if (pthread_mutex_trylock(&workshop->lock) != 0)
        return;
    clear_ended(workshop);
    pthread_mutex_unlock(&workshop->lock);
}

enum rc workshop_look(unsigned *ret_parts)
{
    struct workshop *workshop = workshop_new(WORKSHOP_MAX_MS);
    struct workshop_hello hello;
    enum rc rc = start_and_greet(workshop, &hello);
    if (rc == RC_OK && !hello.ready)
        rc = RC_UNSUPPORTED;
    if (rc == RC_OK)
        *ret_parts = hello.parts;
    workshop_free(&workshop);
    return rc;
}
