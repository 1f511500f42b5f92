/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/process.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Exact where the process's clock can be read; what /proc says comes in ticks of ten milliseconds. */
static uint64_t cpu_of(pid_t pid, uint64_t ticked_ns)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return ticked_ns;
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

struct process_use process_use(pid_t pid)
{
    struct process_use use = {0};
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = pid > 0 ? fopen(path, "r") : NULL;
    if (!file)
        return use;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    /* The command in brackets may hold anything; behind it come state, 10 numbers, utime, stime, … rss as the 22nd. */
    const char *behind = strrchr(text, ')');
    unsigned long long user = 0, system = 0;
    long pages = 0;
    if (behind
        && sscanf(behind + 1,
                  " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %*u %*u %ld", &user,
                  &system, &pages)
               == 3) {
        use.cpu_ns = cpu_of(pid, (user + system) * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK)));
        use.memory = (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
    }
    return use;
}
