/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The SQL a row of the catalogue comes to (obligations 4.2, 5.4): erasure and retention have none of their own, so that
 * a field cannot have a row and be forgotten. Made at first use, once; statements are known by their text's address.
 *
 * Removing is bounded: a row that keeps more than `limit` comes again. It goes in the order of the table's key.
 */
#ifndef STORE_ROW_SQL_H
#define STORE_ROW_SQL_H

#include "catalogue/catalogue.h"
#include "store/tx.h"

struct row_sql {
    /* By subject; NULL when the rows do not say whose they are. */
    const char *remove; /* ?1 subject, ?2 limit */
    const char *files;  /* ERASE_FILES: names of the files of what `remove` with the same arguments will remove */
    /* By time; NULL unless days count. ?1 a time: older is overdue; ?2 text as of holds_subjects(). */
    const char *overdue; /* how many */
    const char *expire;  /* ?3 limit */
    const char *ageing;  /* RETENTION_DESENSITISE, instead of expire: subject and item of each, ?3 limit */
};

/* RC_OK with *ret_sql NULL: the field is not in a table of the stores. */
enum rc row_sql_get(struct tx *tx, enum personal_field field, const struct row_sql **ret_sql) MUST_USE;
/* The connection its table is on. */
struct db *row_sql_db(struct tx *tx, const struct catalogue_row *row);

#endif
