/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/control_private.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 10 };

enum rc control_address(str data_folder, struct sockaddr_un *ret_address, struct error *err)
{
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int len = snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "%.*s/control.sock", STR_ARG(data_folder));
    if (len >= (int)sizeof ret_address->sun_path)
        return error_set(err, RC_INVALID, "the data folder's name is too long for the control socket in it");
    return RC_OK;
}

enum rc control_read_line(int fd, char buffer[CONTROL_LINE_MAX], str *ret_line)
{
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (size_t len = 0; len < CONTROL_LINE_MAX;) {
        ssize_t got = read(fd, buffer + len, CONTROL_LINE_MAX - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return RC_IO;
        char *end = memchr(buffer + len, '\n', (size_t)got);
        len += (size_t)got;
        if (end) {
            *ret_line = str_from(buffer, (size_t)(end - buffer));
            return RC_OK;
        }
    }
    return RC_IO;
}

enum rc control_write_line(int fd, str line)
{
    struct iovec parts[] = {{(void *)line.ptr, line.len}, {(void *)"\n", 1}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)line.len + 1 ? RC_OK : RC_IO;
}
