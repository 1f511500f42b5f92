/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The workshop itself: loads libvips, shuts itself in, and makes a process for each picture. It never looks at one. */
#include "base/env.h"
#include "media/sandbox.h"
#include "media/vips_lib.h"
#include "media/workshop_private.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Threads decode side by side. */
enum { BENCHES_MAX = 8, LOOK_EVERY_MS = 50, CORES = 4 };

struct bench {
    pid_t pid; /* 0: free */
    int64_t until_ms;
};

struct shop {
    struct bench benches[BENCHES_MAX];
    int busy;
};

/* What a thread that is there already would keep of rights, and what a fork would leave in disorder. */
static bool is_alone(void)
{
    int threads = 0;
    DIR *dir = opendir("/proc/self/task");
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        threads += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return threads == 1 || sandbox_is_relaxed();
}

static bool open_shop(void)
{
    const struct vips_lib *vips;
    struct workshop_hello hello = {.parts = sandbox_begin()};
    bool loaded = vips_lib_get(&vips) == RC_OK;
    if (loaded)
        thumbnail_prepare(vips);
    bool alone = is_alone();
    hello.parts |= sandbox_close();
    hello.ready = loaded;
    if (!alone)
        hello.parts = 0;
    return write(WORKSHOP_FD, &hello, sizeof hello) == sizeof hello && loaded && sandbox_is_closed(hello.parts);
}

static void look_after(struct shop *shop)
{
    int64_t now = env_steady_ms(env_system());
    for (int i = 0; i < BENCHES_MAX; i++) {
        struct bench *bench = &shop->benches[i];
        if (!bench->pid)
            continue;
        if (waitpid(bench->pid, NULL, WNOHANG) != 0) {
            bench->pid = 0;
            shop->busy--;
        } else if (now > bench->until_ms) {
            kill(bench->pid, SIGKILL);
        }
    }
}

/* RC_NOT_FOUND: the server is gone. *ret_fd -1: no picture. */
static enum rc take_order(struct workshop_order *ret_order, int *ret_fd)
{
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec part = {ret_order, sizeof *ret_order};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    *ret_fd = -1;
    ssize_t got;
    do
        got = recvmsg(WORKSHOP_FD, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got != sizeof *ret_order)
        return RC_NOT_FOUND;
    const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS
        && head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(ret_fd, CMSG_DATA(head), sizeof *ret_fd);
    return RC_OK;
}

static void be_bench(int fd, int32_t max_ms)
{
    close(WORKSHOP_FD);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (sandbox_is_relaxed() || sandbox_seal((unsigned)(CORES * (max_ms / 1000 + 1))) & SANDBOX_CALLS)
        workshop_bench(fd);
    _exit(0);
}

static void give_bench(struct shop *shop, int fd, int32_t max_ms)
{
    int i = 0;
    while (i < BENCHES_MAX && shop->benches[i].pid)
        i++;
    pid_t pid = i < BENCHES_MAX ? fork() : -1;
    if (pid == 0)
        be_bench(fd, max_ms);
    if (pid > 0) {
        shop->benches[i] = (struct bench){pid, env_steady_ms(env_system()) + max_ms};
        shop->busy++;
    }
    close(fd);
}

/* Until the server closes its end, or there was nothing to do for long. */
static void keep_shop(struct shop *shop)
{
    for (;;) {
        struct workshop_order order;
        struct pollfd waiting = {.fd = WORKSHOP_FD, .events = POLLIN};
        int fd, ready = poll(&waiting, 1, shop->busy ? LOOK_EVERY_MS : WORKSHOP_IDLE_MS);
        if (ready == 0 && !shop->busy)
            return;
        if (ready > 0) {
            if (take_order(&order, &fd) != RC_OK)
                return;
            if (fd >= 0)
                give_bench(shop, fd, order.max_ms);
            else if (write(WORKSHOP_FD, &order, sizeof order) != sizeof order)
                return;
        }
        look_after(shop);
    }
}

int workshop_main(void)
{
    struct shop shop = {.busy = 0};
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    prctl(PR_SET_NAME, "parley-pictures", 0, 0, 0);
    if (open_shop())
        keep_shop(&shop);
    _exit(0);
}
