/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* keys.db: data keys, wrapped by the operator's key. A new entry at the end with the next number. */
#include "store/store_private.h"

const struct db_migration schema_keys[] = {
    /* Key 0 is a check value: opening it tells whether operator.key belongs to these stores. */
    {1, "CREATE TABLE data_key(subject INTEGER PRIMARY KEY, wrapped BLOB NOT NULL)"},
    /* Keys of de-identified datasets: store/dataset_keys.h. */
    {2, "CREATE TABLE dataset_key(purpose TEXT NOT NULL, dataset TEXT NOT NULL, wrapped BLOB NOT NULL,"
        " made_ms INTEGER NOT NULL, PRIMARY KEY(purpose, dataset)) WITHOUT ROWID"},
};
const size_t schema_keys_count = sizeof schema_keys / sizeof *schema_keys;
