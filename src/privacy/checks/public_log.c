/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The audit is still what the public log was signed over, from its first entry to the newest signed (4.8). */
#include "privacy/checks/checks.h"
#include "privacy/signed.h"
#include "privacy/tlog_walk.h"

#include <stdio.h>

enum { PIECE = 4096, CACHE_BYTES = 1 << 20 };

static enum rc key_of_folder(struct arena *arena, const char *folder, unsigned char ret_public[32])
{
    struct crypto_key master;
    struct crypto_signer signer;
    FILE *file = fopen(arena_printf(arena, "%s/operator.key", folder).ptr, "rbe");
    size_t got = file ? fread(master.bytes, 1, sizeof master.bytes, file) : 0;
    if (file)
        fclose(file);
    if (got != sizeof master.bytes)
        return RC_IO;
    signing_signer_of(&master, SIGNING_LOG, &signer);
    memcpy(ret_public, signer.public_key, sizeof signer.public_key);
    crypto_wipe(&signer, sizeof signer);
    crypto_wipe(&master, sizeof master);
    return RC_OK;
}

static enum rc walk_all(struct db *vault, struct arena *arena, const unsigned char public_key[32],
                        struct tlog_walk *walk, struct error *err)
{
    TRY(tlog_walk_begin(vault, arena, STR_NONE, public_key, walk, err));
    enum rc rc = RC_OK;
    while (rc == RC_OK && !walk->done) {
        struct arena scratch = ARENA_INIT;
        rc = tlog_walk_step(walk, vault, &scratch, PIECE, err);
        arena_fini(&scratch);
    }
    return rc;
}

struct check_result check_public_log(struct arena *arena, const char *folder);
struct check_result check_public_log(struct arena *arena, const char *folder)
{
    struct error err = {.text = ""};
    struct tlog_walk walk;
    struct db *vault = NULL;
    unsigned char public_key[32];
    if (key_of_folder(arena, folder, public_key) != RC_OK)
        return check_bad(arena, "operator.key cannot be read");
    enum rc rc = db_open(arena_printf(arena, "%s/vault.db", folder).ptr, DB_READER, CACHE_BYTES, &vault, &err);
    if (rc == RC_OK)
        rc = walk_all(vault, arena, public_key, &walk, &err);
    db_close(&vault);
    if (rc != RC_OK)
        return check_bad(arena, "%s", err.text);
    return check_good(arena, "the audit's first %llu entries are those that were signed",
                      (unsigned long long)walk.size);
}
