/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A process that is about to meet hostile bytes gives up what it does not need: files, network, other processes, more
 * memory and time. docs/decisions/0010 has the reasons.
 *
 * Everything here is for a process with one thread, and cannot be undone. In a build with sanitizers system calls and
 * memory are not limited, for those need both.
 */
#ifndef MEDIA_SANDBOX_H
#define MEDIA_SANDBOX_H

#include <stdbool.h>

/* The parts that hold. */
enum {
    SANDBOX_LIMITS = 1,       /* memory, files, no core dumps */
    SANDBOX_NAMESPACES = 2,   /* a network, mounts and IPC of its own */
    SANDBOX_EMPTY_ROOT = 4,   /* its whole file system is one empty folder */
    SANDBOX_LANDLOCK = 8,     /* no file may be opened, whatever the path */
    SANDBOX_CALLS = 16,       /* only system calls that work on memory and what is open */
    SANDBOX_UNPRIVILEGED = 32 /* no capability, and not root */
};

/* Before the libraries are loaded: what does not hinder that. Returns the parts that hold. */
unsigned sandbox_begin(void);
/* After it: no file can be opened any more. Returns further parts. The process may still fork(), wait, kill its
 * children and take descriptors over a socket. */
unsigned sandbox_close(void);
/* In a child of such a process: no descriptors, processes or sockets any more but what is open, and so long a time. */
unsigned sandbox_seal(unsigned cpu_seconds);

/* Do the parts keep a hostile picture in? Without system calls limited, or with files to open, they do not. */
bool sandbox_is_closed(unsigned parts);

/* The parts, each in its file. */
bool sandbox_namespaces(void);
bool sandbox_empty_root(void);
bool sandbox_drop_rights(void);
bool sandbox_landlock(void);
bool sandbox_calls(bool sealed);

/* A sanitized build. */
bool sandbox_is_relaxed(void);

#endif
