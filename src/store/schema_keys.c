/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* keys.db: data keys, wrapped by the operator's key. A new entry at the end with the next number. */
#include "store/store_private.h"

const struct db_migration schema_keys[] = {
    /* Key 0 is a check value: opening it tells whether operator.key belongs to these stores. */
    {1, "CREATE TABLE data_key(subject INTEGER PRIMARY KEY, wrapped BLOB NOT NULL)"},
};
const size_t schema_keys_count = sizeof schema_keys / sizeof *schema_keys;
