/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* search.db: the index of what rooms say, made from chat.db and made again when it is missing (search_rows.h). */
#include "store/store_private.h"

const struct db_migration schema_search[] = {
    {1, "CREATE TABLE segment(id INTEGER PRIMARY KEY, room INTEGER NOT NULL, part INTEGER NOT NULL,"
        " subject INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, docs INTEGER NOT NULL,"
        " sealed BLOB NOT NULL);"
        "CREATE INDEX segment_room ON segment(room, part, last);"
        "CREATE INDEX segment_subject ON segment(subject, room, last, first, part);"
        "CREATE TABLE progress(id INTEGER PRIMARY KEY CHECK(id = 1), pos INTEGER NOT NULL);"
        "INSERT INTO progress(id, pos) VALUES(1, 0);"
        "CREATE TABLE forgotten(pos INTEGER PRIMARY KEY, room INTEGER NOT NULL);"
        "CREATE TABLE doubt(pos INTEGER PRIMARY KEY, room INTEGER NOT NULL)"},
};
const size_t schema_search_count = sizeof schema_search / sizeof *schema_search;
