/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The data folder and what is in it are for their owner only (4.5). */
#include "privacy/checks/checks.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

struct check_result check_file_modes(struct arena *arena, const char *folder);
struct check_result check_file_modes(struct arena *arena, const char *folder)
{
    struct stat st;
    struct dirent *entry;
    size_t looked_at = 0;
    str open_to_others = STR_NONE;
    DIR *dir = opendir(folder);
    if (!dir)
        return check_bad(arena, "the data folder does not open");
    if (fstat(dirfd(dir), &st) != 0 || st.st_mode & 077)
        open_to_others = S("the folder itself");
    while ((entry = readdir(dir))) {
        const char *dot = strrchr(entry->d_name, '.');
        bool secret = dot && (strcmp(dot, ".key") == 0 || strncmp(dot, ".db", 3) == 0);
        if (!secret || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        looked_at++;
        if (st.st_mode & 077)
            open_to_others = arena_printf(arena, "%s", entry->d_name);
    }
    closedir(dir);
    if (open_to_others.ptr)
        return check_bad(arena, "open to other users: %.*s", STR_ARG(open_to_others));
    return check_good(arena, "%zu stores and keys are for their owner only", looked_at);
}
