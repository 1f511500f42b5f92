/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/retention.h"

#include "base/vec.h"
#include "privacy/audit.h"
#include "privacy/desensitise.h"
#include "privacy/personal.h"
#include "store/holds.h"
#include "store/row_sql.h"
#include "store/vault.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

const char *retention_rule_name(enum retention_rule rule)
{
    static const char *const names[] = {
        [RETENTION_ACCOUNT] = "account",
        [RETENTION_DAYS] = "days",
        [RETENTION_DESENSITISE] = "coarse_after_days",
        [RETENTION_AFTER_ACCOUNT] = "days_after_account",
        [RETENTION_ELSEWHERE] = "elsewhere",
        [RETENTION_FOR_GOOD] = "for_good",
    };
    return names[rule];
}

static int64_t dead_before(struct tx *tx, const struct catalogue_row *row)
{
    return env_now_ms(tx->env) - row->retention_days * DAY_MS;
}

/* ---- one turn ---- */

struct turn {
    struct tx *tx;
    str held;
    int64_t left;
};

static void bind(struct db_query *q, const struct turn *turn, const struct catalogue_row *row)
{
    db_bind_i64(q, 1, dead_before(turn->tx, row));
    db_bind_text(q, 2, turn->held);
    db_bind_i64(q, 3, turn->left);
}

static enum rc expire(struct turn *turn, const struct catalogue_row *row, const char *sql, int64_t *ret_count)
{
    struct db *db = row_sql_db(turn->tx, row);
    struct db_query q;
    TRY(db_query(db, &q, sql, NULL));
    bind(&q, turn, row);
    TRY(db_run(&q, NULL));
    *ret_count = db_changes(db);
    return RC_OK;
}

struct value {
    uint64_t subject, item;
};
typedef VEC(struct value) values;

static enum rc find_ageing(struct turn *turn, const struct catalogue_row *row, const char *sql, values *found)
{
    struct db_query q;
    TRY(db_query(row_sql_db(turn->tx, row), &q, sql, NULL));
    bind(&q, turn, row);
    while (db_next(&q))
        vec_push(found, ((struct value){(uint64_t)db_column_i64(&q, 0), (uint64_t)db_column_i64(&q, 1)}));
    return db_done(&q, NULL);
}

/* Of which nothing coarse can be said, or whose key is gone: removed. */
static enum rc make_coarse(struct tx *tx, const struct catalogue_row *row, const struct value *value)
{
    str whole, coarse = STR_NONE;
    enum rc rc = personal_get(tx, value->subject, row->field, value->item, PURPOSE_RETENTION, &whole);
    if (rc == RC_OK)
        coarse = desensitise(tx->arena, row->masking, whole);
    else if (rc != RC_NOT_FOUND)
        return rc;
    return coarse.len ? vault_set_coarse(tx, value->subject, row->name, value->item, coarse)
                      : vault_remove(tx, value->subject, row->name, value->item);
}

static enum rc coarsen(struct turn *turn, const struct catalogue_row *row, const char *sql, int64_t *ret_count)
{
    values found = {0};
    enum rc rc = find_ageing(turn, row, sql, &found);
    for (size_t i = 0; rc == RC_OK && i < found.count; i++)
        rc = make_coarse(turn->tx, row, &found.items[i]);
    *ret_count = (int64_t)found.count;
    vec_fini(&found);
    return rc;
}

static enum rc run_field(struct turn *turn, const struct catalogue_row *row, const struct row_sql *sql)
{
    int64_t count;
    if (sql->ageing)
        TRY(coarsen(turn, row, sql->ageing, &count));
    else
        TRY(expire(turn, row, sql->expire, &count));
    if (!count)
        return RC_OK;
    turn->left -= count;
    tx_empty_logs(turn->tx);
    const struct audit_entry entry = {
        .kind = AUDIT_RETENTION, .field = row->field, .purpose = PURPOSE_RETENTION, .count = (uint64_t)count};
    return audit_append(turn->tx, &entry);
}

enum rc retention_turn(struct tx *tx, bool *ret_more)
{
    struct turn turn = {.tx = tx, .left = RETENTION_TURN};
    TRY(holds_subjects(tx, &turn.held));
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT && turn.left > 0; field++) {
        const struct row_sql *sql;
        TRY(row_sql_get(tx, (enum personal_field)field, &sql));
        if (sql && sql->overdue)
            TRY(run_field(&turn, catalogue_row((enum personal_field)field), sql));
    }
    *ret_more = turn.left <= 0;
    return RC_OK;
}

/* ---- how it stands ---- */

static enum rc count_overdue(struct tx *tx, const struct catalogue_row *row, const char *sql, str held,
                             int64_t *ret_overdue)
{
    struct db_query q;
    TRY(db_query(row_sql_db(tx, row), &q, sql, NULL));
    db_bind_i64(&q, 1, dead_before(tx, row) - RETENTION_GRACE_MS);
    db_bind_text(&q, 2, held);
    *ret_overdue = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

enum rc retention_status(struct tx *tx, struct retention_line **ret_lines, size_t *ret_count)
{
    struct retention_line *lines = arena_array(tx->arena, struct retention_line, FIELD_COUNT);
    size_t count = 0;
    str held;
    TRY(holds_subjects(tx, &held));
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct row_sql *sql;
        TRY(row_sql_get(tx, (enum personal_field)field, &sql));
        if (!sql || !sql->overdue)
            continue;
        struct retention_line *line = &lines[count++];
        line->field = (enum personal_field)field;
        TRY(count_overdue(tx, catalogue_row(line->field), sql->overdue, held, &line->overdue));
    }
    *ret_lines = lines;
    *ret_count = count;
    return RC_OK;
}

enum rc retention_erasures_overdue(struct tx *tx, int64_t *ret_overdue)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT count(*) FROM erasure e WHERE ended_ms = 0 AND due_ms < ?1"
                 " AND NOT EXISTS(SELECT 1 FROM hold h WHERE h.subject = e.subject AND h.lifted_ms = 0)",
                 NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env) - RETENTION_GRACE_MS);
    *ret_overdue = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}
