/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* vault.db: personal fields, sealed under their subject's key. A new entry at the end with the next number. */
#include "store/store_private.h"

const struct db_migration schema_vault[] = {
    {1, "CREATE TABLE personal(subject INTEGER NOT NULL, field TEXT NOT NULL, item INTEGER NOT NULL,"
        " sealed BLOB NOT NULL, blind BLOB, PRIMARY KEY(subject, field, item)) WITHOUT ROWID;"
        "CREATE INDEX personal_blind ON personal(field, blind) WHERE blind IS NOT NULL"},
    /* Account names are never given twice, not even after their owner was erased: blind, and kept for good. */
    {2, "CREATE TABLE taken_name(blind BLOB PRIMARY KEY, user INTEGER NOT NULL) WITHOUT ROWID;"
        "CREATE INDEX taken_name_user ON taken_name(user)"},
};
const size_t schema_vault_count = sizeof schema_vault / sizeof *schema_vault;
