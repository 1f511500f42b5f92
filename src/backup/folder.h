/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A backup folder: which archives are there. */
#ifndef BACKUP_FOLDER_H
#define BACKUP_FOLDER_H

#include "backup/archive.h"

struct folder_entry {
    str name; /* "data-20260102T030405.678Z.parley" */
    struct archive_info info;
    uint64_t size;
};

/* "20260102T030405.678Z" */
void folder_time_name(int64_t ms, char ret_name[40]);
/* Oldest first; files that are no archives are left out. */
enum rc folder_list(const char *folder, struct arena *arena, struct folder_entry **ret_entries, size_t *ret_count,
                    struct error *err) MUST_USE;
/* `at`: a name, its time, or STR_NONE for the newest of that kind. RC_NOT_FOUND. */
enum rc folder_find(const char *folder, enum archive_kind kind, str at, struct arena *arena,
                    struct folder_entry *ret_entry, struct error *err) MUST_USE;
/* Removes key archives made before `made_ms` that have expired, or all of them. */
enum rc folder_prune_keys(const char *folder, int64_t made_ms, int64_t now_ms, bool all, size_t *ret_removed,
                          struct error *err) MUST_USE;

#endif
