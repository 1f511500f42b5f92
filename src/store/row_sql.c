/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/row_sql.h"

#include "base/strbuf.h"

#include <pthread.h>
#include <string.h>

struct built {
    bool done;
    struct row_sql sql;
};
static struct built all_built[FIELD_COUNT];
static struct arena texts; /* as long as the program */
static pthread_mutex_t building = PTHREAD_MUTEX_INITIALIZER;

struct db *row_sql_db(struct tx *tx, const struct catalogue_row *row)
{
    switch (row->place) {
    case PLACE_CHAT: return tx_chat(tx);
    case PLACE_VAULT: return tx_vault(tx);
    case PLACE_KEYS: return tx_keys(tx);
    case PLACE_SEARCH: return tx_search(tx);
    default: return NULL;
    }
}

/* The vault's values share a table. */
static str of_field(struct arena *arena, const struct catalogue_row *row)
{
    return strcmp(row->table, "personal") == 0 ? arena_printf(arena, " AND field = '%s'", row->name) : S("");
}

/* Found by key where the table is large and has no index of the subject: receipts, by the rooms somebody was in. */
static const char *narrowed(const struct catalogue_row *row)
{
    return row->field == FIELD_RECEIPT ? " AND room IN (SELECT room FROM membership WHERE user = ?1)" : "";
}

static const char *by_subject(const struct catalogue_row *row, str key, const char *what)
{
    str field = of_field(&texts, row);
    return arena_printf(&texts, "SELECT %s FROM %s WHERE %s = ?1%s%.*s ORDER BY %.*s LIMIT ?2", what, row->table,
                        row->subject_column, narrowed(row), STR_ARG(field), STR_ARG(key))
        .ptr;
}

static const char *removal(const struct catalogue_row *row, str key, const char *chosen)
{
    return arena_printf(&texts, "DELETE FROM %s WHERE (%.*s) IN (%s)", row->table, STR_ARG(key), chosen).ptr;
}

/* Older than ?1 and of nobody whose data is held; a time of 0 has not come yet. */
static str due(const struct catalogue_row *row)
{
    str field = of_field(&texts, row);
    const char *fresh = row->retention == RETENTION_DESENSITISE ? " AND coarse = 0" : "";
    str free = row->subject_column ? arena_printf(&texts, " AND ?2 NOT LIKE '%%,' || %s || ',%%'", row->subject_column)
                                   : S(" AND ?2 IS NOT NULL");
    return arena_printf(&texts, "FROM %s WHERE %s > 0 AND %s < ?1%.*s%s%.*s", row->table, row->time_column,
                        row->time_column, STR_ARG(field), fresh, STR_ARG(free));
}

static void build_by_time(const struct catalogue_row *row, str key, struct row_sql *sql)
{
    str from = due(row);
    sql->overdue = arena_printf(&texts, "SELECT count(*) %.*s", STR_ARG(from)).ptr;
    if (row->retention == RETENTION_DESENSITISE)
        sql->ageing = arena_printf(&texts, "SELECT subject, item %.*s LIMIT ?3", STR_ARG(from)).ptr;
    else
        sql->expire =
            removal(row, key, arena_printf(&texts, "SELECT %.*s %.*s LIMIT ?3", STR_ARG(key), STR_ARG(from)).ptr);
}

static enum rc build(struct db *db, const struct catalogue_row *row, struct row_sql *ret_sql)
{
    str key;
    TRY(db_table_key(db, row->table, &texts, &key, NULL));
    const char *columns = arena_cstr(&texts, key);
    if (row->subject_column && (row->erasure == ERASE_ROWS || row->erasure == ERASE_FILES))
        ret_sql->remove = removal(row, key, by_subject(row, key, columns));
    if (row->subject_column && row->erasure == ERASE_FILES)
        ret_sql->files = by_subject(row, key, "file");
    if (row->time_column && (row->retention == RETENTION_DAYS || row->retention == RETENTION_DESENSITISE))
        build_by_time(row, key, ret_sql);
    return RC_OK;
}

enum rc row_sql_get(struct tx *tx, enum personal_field field, const struct row_sql **ret_sql)
{
    const struct catalogue_row *row = catalogue_row(field);
    struct built *built = &all_built[field];
    struct db *db = row->name ? row_sql_db(tx, row) : NULL;
    enum rc rc = RC_OK;
    *ret_sql = NULL;
    if (!db)
        return RC_OK;
    pthread_mutex_lock(&building);
    if (!built->done)
        rc = build(db, row, &built->sql);
    built->done = rc == RC_OK;
    pthread_mutex_unlock(&building);
    if (rc == RC_OK)
        *ret_sql = &built->sql;
    return rc;
}
