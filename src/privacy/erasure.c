/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/erasure.h"

#include "base/vec.h"
#include "privacy/audit.h"
#include "privacy/certificate.h"
#include "store/media.h"
#include "store/row_sql.h"
#include "store/seal.h"
#include "store/users.h"

struct turn {
    struct tx *tx;
    uint64_t subject;
    int64_t left; /* rows that may still go in this turn */
    VEC(str) files;
    bool clean;
};

struct removal {
    const struct catalogue_row *row;
    const struct row_sql *sql;
    struct db *db;
    int64_t limit;
};

static void bind(struct db_query *q, const struct turn *turn, const struct removal *removal)
{
    db_bind_i64(q, 1, (int64_t)turn->subject);
    db_bind_i64(q, 2, removal->limit);
}

/* The same rows as the removal that follows takes, in the same order. */
static enum rc note_files(struct turn *turn, const struct removal *removal)
{
    struct db_query q;
    TRY(db_query(removal->db, &q, removal->sql->files, NULL));
    bind(&q, turn, removal);
    while (db_next(&q))
        if (db_column_str(&q, 0).len)
            vec_push(&turn->files, arena_dup(turn->tx->arena, db_column_str(&q, 0)));
    return db_done(&q, NULL);
}

static enum rc remove_rows(struct turn *turn, const struct catalogue_row *row, const struct row_sql *sql)
{
    struct removal removal = {row, sql, row_sql_db(turn->tx, row), turn->left};
    struct db_query q;
    if (sql->files) {
        removal.limit = turn->left < ERASURE_TURN_FILES ? turn->left : ERASURE_TURN_FILES;
        TRY(note_files(turn, &removal));
    }
    TRY(db_query(removal.db, &q, sql->remove, NULL));
    bind(&q, turn, &removal);
    TRY(db_run(&q, NULL));
    int64_t removed = db_changes(removal.db);
    if (!removed)
        return RC_OK;
    turn->clean = false;
    turn->left -= removed;
    return erasures_add_count(turn->tx, turn->subject, row->name, removed);
}

static enum rc run_turn(struct turn *turn)
{
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT && turn->left > 0; field++) {
        const struct row_sql *sql;
        TRY(row_sql_get(turn->tx, (enum personal_field)field, &sql));
        if (sql && sql->remove)
            TRY(remove_rows(turn, catalogue_row((enum personal_field)field), sql));
    }
    return RC_OK;
}

/* Uploads of the same bytes share a file: it goes with the last of them. */
static enum rc keep_orphans(struct turn *turn, struct erasure_files *ret_files)
{
    ret_files->names = arena_array(turn->tx->arena, str, turn->files.count + 1);
    ret_files->count = 0;
    for (size_t i = 0; i < turn->files.count; i++) {
        bool known;
        TRY(media_knows_file(turn->tx, turn->files.items[i], &known));
        if (!known)
            ret_files->names[ret_files->count++] = turn->files.items[i];
    }
    const char *name = catalogue_row(FIELD_MEDIA_FILE)->name;
    return ret_files->count ? erasures_add_count(turn->tx, turn->subject, name, (int64_t)ret_files->count) : RC_OK;
}

enum rc erasure_turn(struct tx *tx, uint64_t subject, struct erasure_files *ret_files, bool *ret_clean)
{
    struct turn turn = {.tx = tx, .subject = subject, .left = ERASURE_TURN, .clean = true};
    enum rc rc = run_turn(&turn);
    if (rc == RC_OK)
        rc = keep_orphans(&turn, ret_files);
    if (!turn.clean)
        tx_empty_logs(tx);
    *ret_clean = turn.clean;
    vec_fini(&turn.files);
    return rc;
}

enum rc erasure_begin(struct tx *tx, uint64_t subject)
{
    TRY(erasures_begin(tx, subject));
    TRY(seal_destroy_key(tx, subject));
    tx_empty_logs(tx);
    return RC_OK;
}

enum rc erasure_end(struct tx *tx, const struct consent_issuer *issuer, const struct erasure_record *erasure)
{
    str certificate;
    TRY(certificate_make(tx, issuer, erasure, &certificate));
    const struct audit_entry entry = {.kind = AUDIT_ERASURE,
                                      .subject = erasure->subject,
                                      .purpose = PURPOSE_RIGHTS,
                                      .detail = S("the certificate is signed")};
    TRY(erasures_end(tx, erasure->subject, certificate));
    TRY(audit_append(tx, &entry));
    return users_set_flags(tx, erasure->subject, USER_ERASED, 0);
}
