/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/control.h"

#include "admin/control_private.h"
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct control {
    struct store *store;
    const struct policy *policy;
    struct sockaddr_un address;
    int listener, stop; /* stop: an eventfd */
    pthread_t thread;
    bool running;
};

static str answer(struct arena *arena, enum rc rc, const char *told, const struct error *err)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_i64(doc, object, "rc", rc);
    json_set_str(doc, object, "text", str_of(rc == RC_OK ? told : err->text));
    return json_mut_text(arena, object);
}

static void serve_one(struct control *control, int fd)
{
    char buffer[CONTROL_LINE_MAX];
    struct arena arena = ARENA_INIT;
    struct account_request request = {0};
    struct error err = {.text = ""};
    char told[ACCOUNT_TOLD_MAX] = "";
    str line;
    if (control_read_line(fd, buffer, &line) != RC_OK) {
        arena_fini(&arena);
        return;
    }
    enum rc rc = account_request_read(&arena, line, &request, &err);
    request.policy = control->policy;
    if (rc == RC_OK)
        rc = account_run(control->store, &request, told, &err);
    log_event(LOG_INFO, "operator's command", LOG_TEXT("result", rc_name(rc)));
    if (control_write_line(fd, answer(&arena, rc, told, &err)) != RC_OK)
        log_note(LOG_WARN, "the operator's command did not wait for its answer");
    arena_fini(&arena);
}

static void *serve(void *arg)
{
    struct control *control = arg;
    struct pollfd fds[] = {{.fd = control->listener, .events = POLLIN}, {.fd = control->stop, .events = POLLIN}};
    while (poll(fds, 2, -1) >= 0 || errno == EINTR) {
        if (fds[1].revents)
            break;
        int fd = fds[0].revents ? accept4(control->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (fd < 0)
            continue;
        serve_one(control, fd);
        close(fd);
    }
    return NULL;
}

static enum rc open_listener(struct control *control, struct error *err)
{
    control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    control->stop = eventfd(0, EFD_CLOEXEC);
    /* A socket left by a server that was killed; ours is the data folder, its lock says so. */
    unlink(control->address.sun_path);
    if (control->listener < 0 || control->stop < 0
        || bind(control->listener, (struct sockaddr *)&control->address, sizeof control->address) != 0
        || chmod(control->address.sun_path, 0600) != 0 || listen(control->listener, 8) != 0)
        return error_set(err, RC_IO, "%s: %s", control->address.sun_path, strerror(errno));
    if (pthread_create(&control->thread, NULL, serve, control) != 0)
        return error_set(err, RC_IO, "no thread for the control socket");
    control->running = true;
    return RC_OK;
}

enum rc control_start(struct store *store, const struct policy *policy, str data_folder, struct control **ret_control,
                      struct error *err)
{
    struct control *control = xcalloc(1, sizeof *control);
    control->store = store;
    control->policy = policy;
    control->listener = control->stop = -1;
    enum rc rc = control_address(data_folder, &control->address, err);
    if (rc == RC_OK)
        rc = open_listener(control, err);
    if (rc != RC_OK)
        control_stop(&control);
    else
        *ret_control = control;
    return rc;
}

void control_stop(struct control **control_ptr)
{
    struct control *control = *control_ptr;
    if (!control)
        return;
    if (control->running) {
        eventfd_write(control->stop, 1);
        pthread_join(control->thread, NULL);
        unlink(control->address.sun_path);
    }
    if (control->listener >= 0)
        close(control->listener);
    if (control->stop >= 0)
        close(control->stop);
    free(control);
    *control_ptr = NULL;
}
