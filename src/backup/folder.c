/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/folder.h"

#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void folder_time_name(int64_t ms, char ret_name[40])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    char date[24];
    gmtime_r(&seconds, &tm);
    strftime(date, sizeof date, "%Y%m%dT%H%M%S", &tm);
    snprintf(ret_name, 40, "%s.%03dZ", date, (int)(ms % 1000));
}

static int by_age(const void *a, const void *b)
{
    const struct folder_entry *x = a, *y = b;
    if (x->info.made_ms != y->info.made_ms)
        return x->info.made_ms < y->info.made_ms ? -1 : 1;
    return str_cmp(x->name, y->name);
}

enum rc folder_list(const char *folder, struct arena *arena, struct folder_entry **ret_entries, size_t *ret_count,
                    struct error *err)
{
    VEC(struct folder_entry) entries = {0};
    const struct dirent *found;
    DIR *dir = opendir(folder);
    if (!dir)
        return error_set(err, RC_IO, "%.150s: %s", folder, strerror(errno));
    while ((found = readdir(dir))) {
        struct folder_entry entry = {.name = arena_dup(arena, str_of(found->d_name))};
        struct stat st;
        const char *path = arena_printf(arena, "%s/%s", folder, found->d_name).ptr;
        if (!str_ends(entry.name, S(".parley")) || stat(path, &st) != 0
            || archive_peek(path, &entry.info, NULL) != RC_OK)
            continue;
        entry.size = (uint64_t)st.st_size;
        vec_push(&entries, entry);
    }
    closedir(dir);
    if (entries.count)
        qsort(entries.items, entries.count, sizeof *entries.items, by_age);
    *ret_entries = arena_array(arena, struct folder_entry, entries.count + 1);
    if (entries.count)
        memcpy(*ret_entries, entries.items, entries.count * sizeof *entries.items);
    *ret_count = entries.count;
    vec_fini(&entries);
    return RC_OK;
}

static bool is_named(const struct folder_entry *entry, str at, struct arena *arena)
{
    const char *kind = entry->info.kind == ARCHIVE_DATA ? "data" : "keys";
    return !at.ptr || str_eq(entry->name, at)
           || str_eq(entry->name, arena_printf(arena, "%s-%.*s.parley", kind, STR_ARG(at)));
}

enum rc folder_find(const char *folder, enum archive_kind kind, str at, struct arena *arena,
                    struct folder_entry *ret_entry, struct error *err)
{
    struct folder_entry *entries;
    size_t count;
    TRY(folder_list(folder, arena, &entries, &count, err));
    for (size_t i = count; i-- > 0;) {
        if (entries[i].info.kind == kind && is_named(&entries[i], at, arena)) {
            *ret_entry = entries[i];
            return RC_OK;
        }
    }
    return error_set(err, RC_NOT_FOUND, "there is no such %s archive in %.150s", kind == ARCHIVE_DATA ? "data" : "key",
                     folder);
}

enum rc folder_prune_keys(const char *folder, int64_t made_ms, int64_t now_ms, bool all, size_t *ret_removed,
                          struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct folder_entry *entries;
    size_t count = 0;
    enum rc rc = folder_list(folder, &arena, &entries, &count, err);
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        const struct archive_info *info = &entries[i].info;
        if (info->kind != ARCHIVE_KEYS || info->made_ms >= made_ms || (!all && info->expires_ms > now_ms))
            continue;
        if (unlink(arena_printf(&arena, "%s/%.*s", folder, STR_ARG(entries[i].name)).ptr) == 0)
            (*ret_removed)++;
        else
            rc = error_set(err, RC_IO, "removing %.*s: %s", STR_ARG(str_head(entries[i].name, 100)), strerror(errno));
    }
    arena_fini(&arena);
    return rc;
}
