/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* What decoding the largest picture that is taken needs, with room for libraries and stacks. */
#define MEMORY_MAX ((rlim_t)1536 << 20)
/* The socket of commands, that of a picture, and what taking one needs. */
enum { FILES_MAX = 16 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { RELAXED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
enum { RELAXED = 1 };
#else
enum { RELAXED = 0 };
#endif
#else
enum { RELAXED = 0 };
#endif

bool sandbox_is_relaxed(void)
{
    return RELAXED;
}

static bool limit(int resource, rlim_t most)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
        return false;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
        most = now.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &(struct rlimit){most, most}) == 0;
}

/* Should memory run short, the kernel ends this process before the server. */
static void go_first(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, "900", 3) < 0)
        (void)0; /* then it does not */
    if (fd >= 0)
        close(fd);
}

unsigned sandbox_begin(void)
{
    go_first();
    bool closed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!RELAXED)
        closed = closed && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && limit(RLIMIT_AS, MEMORY_MAX);
    closed = closed && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_MEMLOCK, 0);
    return (closed ? SANDBOX_LIMITS : 0u) | (sandbox_namespaces() ? SANDBOX_NAMESPACES : 0u);
}

unsigned sandbox_close(void)
{
    unsigned parts = sandbox_empty_root() ? SANDBOX_EMPTY_ROOT : 0u;
    if (sandbox_drop_rights())
        parts |= SANDBOX_UNPRIVILEGED;
    if (sandbox_landlock())
        parts |= SANDBOX_LANDLOCK;
    if (limit(RLIMIT_NOFILE, FILES_MAX) && sandbox_calls(false))
        parts |= SANDBOX_CALLS;
    return parts;
}

unsigned sandbox_seal(unsigned cpu_seconds)
{
    if (!limit(RLIMIT_CPU, cpu_seconds) || (!RELAXED && !limit(RLIMIT_NOFILE, 0)))
        return 0;
    return sandbox_calls(true) ? SANDBOX_CALLS : 0u;
}

bool sandbox_is_closed(unsigned parts)
{
    unsigned files = SANDBOX_LANDLOCK | SANDBOX_EMPTY_ROOT, always = SANDBOX_LIMITS | SANDBOX_UNPRIVILEGED;
    return RELAXED || ((parts & SANDBOX_CALLS) && (parts & files) && (parts & always) == always);
}
