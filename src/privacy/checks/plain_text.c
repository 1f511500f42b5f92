/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* No mobile number stands in the raw bytes of the stores, their logs included (1.5, 1.7, 4.5). */
#include "privacy/checks/checks.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* E.164 with its plus: eight to fifteen digits. By chance such bytes come once in some 10^13 of sealed ones. */
enum { FEWEST_DIGITS = 8, MOST_DIGITS = 15 };

static bool has_number(FILE *file)
{
    int digits = -1; /* since a plus; -1: there was none */
    for (int c = getc_unlocked(file); c != EOF; c = getc_unlocked(file)) {
        if (c == '+') {
            digits = 0;
        } else if (digits >= 0 && c >= '0' && c <= '9') {
            digits++;
        } else {
            if (digits >= FEWEST_DIGITS && digits <= MOST_DIGITS)
                return true;
            digits = -1;
        }
    }
    return digits >= FEWEST_DIGITS && digits <= MOST_DIGITS;
}

struct look {
    struct arena *arena;
    const char *folder;
    size_t count;
    str found; /* the file; STR_NONE */
};

static void look_at(struct look *look, const char *name)
{
    FILE *file = fopen(arena_printf(look->arena, "%s/%s", look->folder, name).ptr, "rbe");
    if (!file)
        return;
    look->count++;
    if (has_number(file))
        look->found = arena_printf(look->arena, "%s", name);
    fclose(file);
}

static bool is_log(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, "-wal") == 0;
}

static enum rc look_through(struct look *look, bool logs)
{
    DIR *dir = opendir(look->folder);
    struct dirent *entry;
    if (!dir)
        return RC_IO;
    while ((entry = readdir(dir)))
        if (strstr(entry->d_name, ".db") && is_log(entry->d_name) == logs)
            look_at(look, entry->d_name);
    closedir(dir);
    return RC_OK;
}

/* Logs first: a running server moves what they hold into the stores, and never back. */
struct check_result check_plain_text(struct arena *arena, const char *folder);
struct check_result check_plain_text(struct arena *arena, const char *folder)
{
    struct look look = {arena, folder, 0, STR_NONE};
    if (look_through(&look, true) != RC_OK || look_through(&look, false) != RC_OK)
        return check_bad(arena, "the data folder does not open");
    if (look.found.ptr)
        return check_bad(arena, "%.*s has a mobile number in plain text", STR_ARG(look.found));
    return look.count ? check_good(arena, "no mobile number in the raw bytes of %zu files", look.count)
                      : check_bad(arena, "there are no stores in the data folder");
}
