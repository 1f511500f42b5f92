/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/process.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
        use.cpu_ns = (user + system) * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
        use.memory = (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
    }
    return use;
}
