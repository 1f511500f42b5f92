/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a process has used so far, from /proc. */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

struct process_use {
    uint64_t cpu_ns; /* user and system, all threads */
    uint64_t memory; /* resident, bytes */
};

/* Zeroes for a pid of 0 or one that is gone. */
struct process_use process_use(pid_t pid);

#endif
