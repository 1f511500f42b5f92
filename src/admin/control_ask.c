/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/control.h"
#include "admin/control_private.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static enum rc read_answer(struct arena *arena, str line, char told[ACCOUNT_TOLD_MAX], struct error *err)
{
    yyjson_val *object;
    int64_t rc;
    str text;
    TRY(json_parse_object(arena, line, false, &object, err));
    TRY(json_get_i64(object, "rc", RC_INTERNAL, &rc, err));
    TRY(json_get_str(object, "text", &text, err));
    if (rc < RC_OK || rc > RC_INTERNAL)
        rc = RC_INTERNAL;
    if (rc != RC_OK)
        return error_set(err, (enum rc)rc, "%.*s", STR_ARG(str_head(text, 200)));
    snprintf(told, ACCOUNT_TOLD_MAX, "%.*s", STR_ARG(text));
    return RC_OK;
}

static enum rc exchange(int fd, const struct account_request *request, char told[ACCOUNT_TOLD_MAX], struct error *err)
{
    char buffer[CONTROL_LINE_MAX];
    struct arena arena = ARENA_INIT;
    str line;
    enum rc rc = control_write_line(fd, account_request_text(&arena, request));
    if (rc == RC_OK)
        rc = control_read_line(fd, buffer, &line);
    rc = rc == RC_OK ? read_answer(&arena, line, told, err) : error_set(err, rc, "the running server does not answer");
    arena_fini(&arena);
    return rc;
}

enum rc control_ask(str data_folder, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                    bool *ret_no_server, struct error *err)
{
    struct sockaddr_un address;
    *ret_no_server = false;
    TRY(control_address(data_folder, &address, err));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return error_set(err, RC_IO, "no socket: %s", strerror(errno));
    enum rc rc;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
        rc = exchange(fd, request, ret_told, err);
    } else {
        *ret_no_server = errno == ENOENT || errno == ECONNREFUSED;
        rc = error_set(err, *ret_no_server ? RC_NOT_FOUND : RC_IO, "%s: %s", address.sun_path, strerror(errno));
    }
    close(fd);
    return rc;
}
