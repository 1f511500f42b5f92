/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that must stand in no file of a folder. */
#ifndef TESTS_SUPPORT_PLAIN_H
#define TESTS_SUPPORT_PLAIN_H

#include "base/str.h"
#include "support/cmocka.h"

#include <dirent.h>
#include <stdio.h>

static inline void plain_look_at(const char *path, const char *const *words, size_t count, bool *ret_any_bytes)
{
    static char bytes[16 << 20];
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    *ret_any_bytes |= len > 0;
    for (size_t i = 0; i < count; i++)
        if (str_contains(str_from(bytes, len), str_of(words[i])))
            fail_msg("%s stands in %s", words[i], path);
}

static inline void plain_assert_none(const char *folder, const char *const *words, size_t count)
{
    bool any_bytes = false;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            plain_look_at(path, words, count, &any_bytes);
    }
    closedir(dir);
    assert_true(any_bytes);
}

#endif
