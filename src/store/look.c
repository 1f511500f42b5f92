/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/look.h"

#include <stdio.h>
#include <unistd.h>

enum { CACHE_BYTES = 1 << 20 };

static enum rc open_one(const char *folder, const char *file, struct arena *arena, struct db **ret_db,
                        struct error *err)
{
    const char *path = arena_printf(arena, "%s/%s", folder, file).ptr;
    if (access(path, R_OK | W_OK) != 0)
        return error_set(err, RC_IO, "%.150s: %m", path);
    return db_open(path, DB_READER, CACHE_BYTES, ret_db, err);
}

enum rc store_look(const char *folder, struct arena *arena, struct tx *ret_tx, struct error *err)
{
    struct tx tx = {.env = env_system(), .arena = arena};
    enum rc rc = open_one(folder, "chat.db", arena, &tx.chat, err);
    if (rc == RC_OK)
        rc = open_one(folder, "vault.db", arena, &tx.vault, err);
    if (rc == RC_OK)
        rc = open_one(folder, "keys.db", arena, &tx.keys, err);
    if (rc != RC_OK)
        store_look_end(&tx);
    else
        *ret_tx = tx;
    return rc;
}

void store_look_end(struct tx *tx)
{
    db_close(&tx->chat);
    db_close(&tx->vault);
    db_close(&tx->keys);
}
