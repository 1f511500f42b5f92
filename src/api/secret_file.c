/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/secret_file.h"

#include "crypto/crypto.h"

#include <stdio.h>

enum { SECRET_MAX = 1024 };

enum rc secret_file_read(struct server *server, const char *key, str path, str *ret_secret, struct error *err)
{
    char line[SECRET_MAX + 2];
    FILE *file = fopen(arena_cstr(&server->arena, path), "re");
    if (!file)
        return error_set(err, RC_IO, "%s cannot be read: %.*s", key, STR_ARG(path));
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    *ret_secret = read ? arena_dup(&server->arena, str_trim(str_of(line))) : STR_NONE;
    crypto_wipe(line, sizeof line);
    if (!ret_secret->len)
        return error_set(err, RC_INVALID, "%s is empty: %.*s", key, STR_ARG(path));
    return RC_OK;
}
