/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A folder of its own for a test, under the system's temporary folder, removed with everything in it. */
#ifndef TESTS_SUPPORT_FOLDER_H
#define TESTS_SUPPORT_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct folder {
    char path[256];
};

static inline void folder_make(struct folder *folder)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder->path, sizeof folder->path, "%s/parley-test-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder->path))
        abort();
}

static inline void folder_path(const struct folder *folder, const char *name, char ret_path[512])
{
    snprintf(ret_path, 512, "%s/%s", folder->path, name);
}

static inline int folder_remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline void folder_remove(struct folder *folder)
{
    nftw(folder->path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
