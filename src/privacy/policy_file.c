/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_file.h"

#include "base/embedded.h"
#include "base/strbuf.h"

#include <errno.h>
#include <stdio.h>

enum { FILE_MAX = 1 << 20 };

extern const struct embedded_file policy_files[];

static enum rc read_built_in(const char *name, str *ret_text)
{
    for (const struct embedded_file *file = policy_files; file->name; file++) {
        if (strcmp(file->name, name) != 0)
            continue;
        *ret_text = str_from(file->bytes, file->len);
        return RC_OK;
    }
    return RC_NOT_FOUND;
}

static enum rc read_from(struct arena *arena, const char *path, str *ret_text, struct error *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT || errno == ENOTDIR ? RC_NOT_FOUND : error_set(err, RC_IO, "%.180s: %m", path);
    struct strbuf bytes = STRBUF_INIT;
    bytes.len = fread(strbuf_reserve(&bytes, FILE_MAX + 1), 1, FILE_MAX + 1, file);
    bool failed = ferror(file) != 0 || bytes.len > FILE_MAX;
    fclose(file);
    if (!failed)
        *ret_text = strbuf_to_arena(&bytes, arena);
    strbuf_fini(&bytes);
    return failed ? error_set(err, RC_IO, "%.180s cannot be read, or is too large", path) : RC_OK;
}

enum rc policy_file_read(struct arena *arena, const char *root, const char *name, str *ret_text, struct error *err)
{
    if (root)
        TRY(read_from(arena, arena_printf(arena, "%s/%s", root, name).ptr, ret_text, err));
    else
        TRY(read_built_in(name, ret_text));
    return str_is_utf8(*ret_text) ? RC_OK : error_set(err, RC_INVALID, "policy/%s is not UTF-8", name);
}
