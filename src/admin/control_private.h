/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef ADMIN_CONTROL_PRIVATE_H
#define ADMIN_CONTROL_PRIVATE_H

#include "base/str.h"

#include <sys/un.h>

enum { CONTROL_LINE_MAX = 8192 };

/* DATA/control.sock. RC_INVALID when the folder's name is too long for a socket's. */
enum rc control_address(str data_folder, struct sockaddr_un *ret_address, struct error *err) MUST_USE;
/* A line without its newline. RC_IO when the other side says nothing for ten seconds, says too much, or is gone. */
enum rc control_read_line(int fd, char buffer[CONTROL_LINE_MAX], str *ret_line) MUST_USE;
enum rc control_write_line(int fd, str line) MUST_USE;

#endif
