/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rows of any table of the catalogue, made up from what the database says of its columns. */
#ifndef TESTS_SUPPORT_ROWS_H
#define TESTS_SUPPORT_ROWS_H

#include "base/strbuf.h"
#include "catalogue/catalogue.h"
#include "store/row_sql.h"
#include "support/stores.h"

#include <string.h>

/* SQL is known by its address: texts made here must never be freed while a connection lives. In the stores' arena. */
struct rows_plan {
    enum personal_field field;
    uint64_t subject;
    int64_t at_ms; /* of the time column */
    int count, first;
    int64_t counted; /* out */
};

static inline void rows_add_value(struct strbuf *sql, const struct catalogue_row *row, const struct rows_plan *plan,
                                  str column, str type, int i)
{
    if (row->subject_column && str_eq(column, str_of(row->subject_column)))
        strbuf_printf(sql, "%llu", (unsigned long long)plan->subject);
    else if (row->time_column && str_eq(column, str_of(row->time_column)))
        strbuf_printf(sql, "%lld", (long long)plan->at_ms);
    else if (strcmp(row->table, "personal") == 0 && str_eq(column, S("field")))
        strbuf_printf(sql, "'%s'", row->name);
    else if (str_eq(column, S("coarse")))
        strbuf_add(sql, S("0"));
    else if (str_eq(type, S("INTEGER")))
        strbuf_printf(sql, "%d", plan->first + i);
    else
        strbuf_printf(sql, "'made up %llu %d'", (unsigned long long)plan->subject, plan->first + i);
}

/* WRITE. */
static inline enum rc rows_plant(struct tx *tx, void *arg)
{
    struct rows_plan *plan = arg;
    const struct catalogue_row *row = catalogue_row(plan->field);
    struct db *db = row_sql_db(tx, row);
    for (int i = 0; i < plan->count; i++) {
        struct strbuf names = STRBUF_INIT, values = STRBUF_INIT;
        struct db_query q;
        TRY(db_query(db, &q, "SELECT name, type FROM pragma_table_info(?1)", NULL));
        db_bind_text(&q, 1, str_of(row->table));
        while (db_next(&q)) {
            strbuf_add(&names, names.len ? S(", ") : S(""));
            strbuf_add(&names, db_column_str(&q, 0));
            strbuf_add(&values, values.len ? S(", ") : S(""));
            rows_add_value(&values, row, plan, arena_dup(tx->arena, db_column_str(&q, 0)), db_column_str(&q, 1), i);
        }
        TRY(db_done(&q, NULL));
        str sql = arena_printf(tx->arena, "INSERT INTO %s(%.*s) VALUES(%.*s)", row->table, STR_ARG(strbuf_str(&names)),
                               STR_ARG(strbuf_str(&values)));
        strbuf_fini(&names);
        strbuf_fini(&values);
        TRY(db_query(db, &q, sql.ptr, NULL));
        TRY(db_run(&q, NULL));
    }
    return RC_OK;
}

/* The subject's rows (0: everybody's) into plan->counted. */
static inline enum rc rows_count(struct tx *tx, void *arg)
{
    struct rows_plan *plan = arg;
    const struct catalogue_row *row = catalogue_row(plan->field);
    bool values = strcmp(row->table, "personal") == 0;
    struct db_query q;
    str sql = arena_printf(tx->arena, "SELECT count(*) FROM %s WHERE (?1 = 0 OR %s = ?1)%s%s%s", row->table,
                           row->subject_column ? row->subject_column : "1", values ? " AND field = '" : "",
                           values ? row->name : "", values ? "'" : "");
    TRY(db_query(row_sql_db(tx, row), &q, sql.ptr, NULL));
    db_bind_i64(&q, 1, (int64_t)plan->subject);
    plan->counted = db_next(&q) ? db_column_i64(&q, 0) : -1;
    return db_done(&q, NULL);
}

#endif
