/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* No mobile number stands in the raw bytes of the stores, their logs included (1.5, 1.7, 4.5). */
#include "privacy/checks/checks.h"

#include <dirent.h>
#include <stdio.h>

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

struct check_result check_plain_text(struct arena *arena, const char *folder);
struct check_result check_plain_text(struct arena *arena, const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    size_t looked_at = 0;
    str found = STR_NONE;
    if (!dir)
        return check_bad(arena, "the data folder does not open");
    while ((entry = readdir(dir))) {
        if (!strstr(entry->d_name, ".db"))
            continue;
        FILE *file = fopen(arena_printf(arena, "%s/%s", folder, entry->d_name).ptr, "rbe");
        if (!file)
            continue;
        looked_at++;
        if (has_number(file))
            found = arena_printf(arena, "%s", entry->d_name);
        fclose(file);
    }
    closedir(dir);
    if (found.ptr)
        return check_bad(arena, "%.*s has a mobile number in plain text", STR_ARG(found));
    return looked_at ? check_good(arena, "no mobile number in the raw bytes of %zu files", looked_at)
                     : check_bad(arena, "there are no stores in the data folder");
}
