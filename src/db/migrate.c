/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The schema's version is SQLite's user_version, set in the transaction of each step. */
#include "db/db_private.h"

#include <stdio.h>

static enum rc version_read(struct db *db, int64_t *ret_version, struct error *err)
{
    struct db_query query;
    TRY(db_query(db, &query, "PRAGMA user_version", err));
    int64_t version = db_next(&query) ? db_column_i64(&query, 0) : 0;
    TRY(db_done(&query, err));
    *ret_version = version;
    return RC_OK;
}

static enum rc step_apply(struct db *db, const struct db_migration *step, struct error *err)
{
    char set_version[48];
    snprintf(set_version, sizeof set_version, "PRAGMA user_version=%d", step->version);
    TRY(db_exec(db, step->sql, err));
    return db_exec(db, set_version, err);
}

enum rc db_migrate(struct db *db, const struct db_migration *steps, size_t count, struct error *err)
{
    int64_t version;
    TRY(version_read(db, &version, err));
    if (version > (int64_t)count)
        return error_set(err, RC_UNSUPPORTED, "the data folder was written by a newer Parley (schema %lld, known %zu)",
                         (long long)version, count);
    for (size_t i = (size_t)version; i < count; i++) {
        if (steps[i].version != (int)i + 1)
            return error_set(err, RC_INTERNAL, "migration %d stands at place %zu", steps[i].version, i + 1);
        TRY(db_begin(db, err));
        enum rc rc = step_apply(db, &steps[i], err);
        if (rc != RC_OK) {
            db_rollback(db);
            return rc;
        }
        TRY(db_commit(db, err));
    }
    return RC_OK;
}
