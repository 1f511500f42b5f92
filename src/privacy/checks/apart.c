/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/checks/apart.h"

#include "base/strbuf.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_MS = 200, MOST_MS = 60 * 1000, MOST_BYTES = 4 << 20 };

extern char **environ;

static bool read_all(int fd, const _Atomic bool *give_up, struct strbuf *said)
{
    for (int waited_ms = 0; waited_ms < MOST_MS && !*give_up && said->len < MOST_BYTES;) {
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        int ready = poll(&waiting, 1, STEP_MS);
        if (ready == 0)
            waited_ms += STEP_MS;
        if (ready <= 0)
            continue;
        ssize_t got = read(fd, strbuf_reserve(said, 1 << 16), 1 << 16);
        if (got <= 0)
            return got == 0;
        said->len += (size_t)got;
    }
    return false;
}

static enum rc start(const char *folder, int out, pid_t *ret_pid)
{
    const char *const words[] = {"parley", "policy", "verify", "--data", folder, "--json", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawn(ret_pid, "/proc/self/exe", &actions, NULL, (char *const *)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed ? RC_IO : RC_OK;
}

static enum rc run(const char *folder, const _Atomic bool *give_up, struct strbuf *said, struct error *err)
{
    int ends[2];
    pid_t pid;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set(err, RC_IO, "live checks: %s", strerror(errno));
    enum rc rc = start(folder, ends[1], &pid);
    close(ends[1]);
    bool whole = rc == RC_OK && read_all(ends[0], give_up, said);
    close(ends[0]);
    if (rc == RC_OK) {
        if (!whole)
            kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    return whole ? RC_OK : error_set(err, RC_IO, "live checks: they did not come to an end");
}

static void take(struct arena *arena, yyjson_val *check, struct check_result *results)
{
    const struct check *known = check_find(arena_cstr(arena, json_str_of(yyjson_obj_get(check, "name"))));
    str words = json_str_of(yyjson_obj_get(check, "words"));
    if (known && words.ptr)
        results[known - checks] = (struct check_result){yyjson_is_true(yyjson_obj_get(check, "ok")), words};
}

enum rc checks_run_apart(struct arena *arena, const char *folder, const _Atomic bool *give_up,
                         struct check_result **ret_results, struct error *err)
{
    struct strbuf buf = STRBUF_INIT;
    yyjson_val *root, *one, *check;
    size_t i, k, count, check_total;
    enum rc rc = run(folder, give_up, &buf, err);
    str said = strbuf_to_arena(&buf, arena);
    strbuf_fini(&buf);
    TRY(rc);
    TRY(json_parse(arena, said, &root, err));
    struct check_result *results = arena_alloc(arena, check_count * sizeof *results);
    for (i = 0; i < check_count; i++)
        results[i] = (struct check_result){false, S("not looked at")};
    yyjson_arr_foreach(root, i, count, one)
    {
        yyjson_arr_foreach(yyjson_obj_get(one, "checks"), k, check_total, check) take(arena, check, results);
    }
    *ret_results = results;
    return RC_OK;
}
