/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a picture that has taken over the process which decodes it can still do: nothing. */
#include "media/sandbox.h"
#include "support/cmocka.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- attempts: each tells whether it succeeded ---- */

static int open_a_file(void)
{
    return open("/proc/self/exe", O_RDONLY) >= 0;
}

static int open_the_root(void)
{
    return open("/", O_RDONLY | O_DIRECTORY) >= 0;
}

static int make_a_file(void)
{
    return open("/tmp/parley-escaped", O_WRONLY | O_CREAT, 0600) >= 0;
}

static int make_a_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static int connect_what_is_open(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    return connect(3, (struct sockaddr *)&address, sizeof address) == 0 || errno != EPERM;
}

static int run_a_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return errno != EPERM && errno != EACCES;
}

static int make_a_process(void)
{
    return fork() >= 0;
}

static int signal_the_parent(void)
{
    return kill(getppid(), 0) == 0;
}

static int look_into_the_parent(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static int write_machine_code(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at != MAP_FAILED)
        return 1;
    at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED || mprotect(at, 4096, PROT_READ | PROT_EXEC) == 0;
}

static int take_rights_back(void)
{
    return setuid(0) == 0 || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

/* ---- what decoders need ---- */

static void *nothing(void *arg)
{
    return arg;
}

static int have_memory_and_threads(void)
{
    pthread_t thread;
    void *bytes = malloc(32 << 20), *got = NULL;
    if (!bytes || pthread_create(&thread, NULL, nothing, bytes) != 0)
        return 0;
    return pthread_join(thread, &got) == 0 && got == bytes;
}

enum { HELD = 0, BROKEN = 1, NOT_CLOSED = 2 };

/* Tries it in a process that has shut itself in as the workshop does. */
static int tried_inside(int (*attempt)(void))
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(socket(AF_INET, SOCK_STREAM, 0), 3); /* as if it had got hold of one */
        unsigned parts = sandbox_begin();
        parts |= sandbox_close();
        bool closed = sandbox_is_closed(parts) && sandbox_seal(60) & SANDBOX_CALLS;
        _exit(!closed ? NOT_CLOSED : attempt() ? BROKEN : HELD);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void skip_if_relaxed(void)
{
    if (!sandbox_is_relaxed())
        return;
    print_message("not tested: a sanitizer needs most of what the sandbox takes away\n");
    skip();
}

static void nothing_can_be_done_from_inside(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int (*attempt)(void);
    } attempts[] = {
        {"open a file", open_a_file},
        {"open the root folder", open_the_root},
        {"make a file", make_a_file},
        {"make a socket", make_a_socket},
        {"connect a socket", connect_what_is_open},
        {"run a program", run_a_program},
        {"make a process", make_a_process},
        {"signal the parent", signal_the_parent},
        {"look into the parent", look_into_the_parent},
        {"write machine code", write_machine_code},
        {"take rights back", take_rights_back},
    };
    skip_if_relaxed();
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        int got = tried_inside(attempts[i].attempt);
        if (got != HELD)
            fail_msg("%s: %s", attempts[i].name, got == BROKEN ? "it worked" : "the sandbox does not close");
    }
}

static void memory_and_threads_are_there(void **state)
{
    (void)state;
    skip_if_relaxed();
    assert_int_equal(tried_inside(have_memory_and_threads), BROKEN);
}

static int open_after_closing_alone(bool with_calls, bool with_landlock)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        bool closed = sandbox_begin() & SANDBOX_LIMITS;
        closed = closed && (!with_landlock || sandbox_landlock()) && (!with_calls || sandbox_calls(true));
        _exit(!closed ? NOT_CLOSED : open_a_file() ? BROKEN : HELD);
    }
    assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Should one have a hole, the other is still there. */
static void each_wall_stands_alone(void **state)
{
    (void)state;
    skip_if_relaxed();
    assert_int_equal(open_after_closing_alone(false, false), BROKEN);
    assert_int_equal(open_after_closing_alone(true, false), HELD);
    int landlock = open_after_closing_alone(false, true);
    assert_true(landlock == HELD || landlock == NOT_CLOSED); /* an older kernel */
}

static void without_limited_calls_or_with_files_it_is_not_closed(void **state)
{
    (void)state;
    skip_if_relaxed();
    unsigned base = SANDBOX_LIMITS | SANDBOX_UNPRIVILEGED;
    assert_true(sandbox_is_closed(base | SANDBOX_CALLS | SANDBOX_LANDLOCK));
    assert_true(sandbox_is_closed(base | SANDBOX_CALLS | SANDBOX_EMPTY_ROOT));
    assert_false(sandbox_is_closed(base | SANDBOX_CALLS | SANDBOX_NAMESPACES));
    assert_false(sandbox_is_closed(base | SANDBOX_LANDLOCK | SANDBOX_EMPTY_ROOT | SANDBOX_NAMESPACES));
    assert_false(sandbox_is_closed(SANDBOX_CALLS | SANDBOX_LANDLOCK | SANDBOX_LIMITS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_can_be_done_from_inside),
        cmocka_unit_test(memory_and_threads_are_there),
        cmocka_unit_test(each_wall_stands_alone),
        cmocka_unit_test(without_limited_calls_or_with_files_it_is_not_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
