/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each entry of the audit holds the hash of the one before: none was altered, left out or put in since (4.8). */
#include "privacy/audit.h"
#include "privacy/checks/checks.h"

enum { CACHE_BYTES = 1 << 20 };

struct check_result check_audit_chain(struct arena *arena, const char *folder);
struct check_result check_audit_chain(struct arena *arena, const char *folder)
{
    struct error err = {.text = ""};
    struct db *vault = NULL;
    enum rc rc = db_open(arena_printf(arena, "%s/vault.db", folder).ptr, DB_READER, CACHE_BYTES, &vault, &err);
    if (rc == RC_OK)
        rc = audit_chain_check(vault, &err);
    db_close(&vault);
    return rc == RC_OK ? check_good(arena, "the audit's chain is whole") : check_bad(arena, "%s", err.text);
}
