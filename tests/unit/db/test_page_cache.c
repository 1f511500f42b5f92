/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What SQLite's own cache is asked for beneath ours: pages are dropped when there are some, and only then. */
#include "db/db.h"
#include "db/page_cache.h"
#include "support/cmocka.h"
#include "support/folder.h"

#include <sqlite3.h>

enum { ROWS = 4000 };

static sqlite3_pcache_methods2 theirs;
static int drops;

static void counted_truncate(sqlite3_pcache *cache, unsigned first)
{
    drops++;
    theirs.xTruncate(cache, first);
}

/* Keys in no order, so that pages of the tree are split and put in order. */
static void insert(struct db *db, int64_t step, int64_t from, int64_t to)
{
    static const char text[200];
    for (int64_t i = from; i < to; i++) {
        struct db_query q;
        assert_int_equal(db_query(db, &q, "INSERT INTO thing(id, bytes) VALUES(?1, ?2)", NULL), RC_OK);
        db_bind_i64(&q, 1, i * step % 1000003);
        db_bind_blob(&q, 2, (str){text, sizeof text});
        assert_int_equal(db_run(&q, NULL), RC_OK);
    }
}

static void fill(struct db *db, int64_t step)
{
    for (int64_t i = 0; i < ROWS; i += 100) {
        assert_int_equal(db_begin(db, NULL), RC_OK);
        insert(db, step, i, i + 100);
        assert_int_equal(db_commit(db, NULL), RC_OK);
    }
}

static void run(struct db *db, const char *sql)
{
    struct db_query q;
    assert_int_equal(db_query(db, &q, sql, NULL), RC_OK);
    while (db_next(&q))
        ;
    assert_int_equal(db_done(&q, NULL), RC_OK);
}

static void is_sound(struct db *db, int64_t rows)
{
    struct db_query q;
    assert_int_equal(
        db_query(db, &q, "SELECT integrity_check, (SELECT count(*) FROM thing) FROM pragma_integrity_check", NULL),
        RC_OK);
    assert_true(db_next(&q));
    assert_string_equal(db_column_str(&q, 0).ptr, "ok");
    assert_int_equal(db_column_i64(&q, 1), rows);
    assert_int_equal(db_done(&q, NULL), RC_OK);
}

static void a_growing_tree_drops_nothing_and_a_shrunk_file_drops_what_was_beyond(void **state)
{
    static const struct db_migration schema[] = {{1, "CREATE TABLE thing(id INTEGER PRIMARY KEY, bytes BLOB) STRICT"}};
    struct folder folder;
    char path[512];
    struct db *db;
    (void)state;
    folder_make(&folder);
    folder_path(&folder, "a.db", path);
    assert_int_equal(db_open(path, DB_WRITER, 8 << 20, &db, NULL), RC_OK);
    assert_int_equal(db_migrate(db, schema, 1, NULL), RC_OK);
    drops = 0;
    fill(db, 7919);
    assert_int_equal(drops, 0);
    is_sound(db, ROWS);

    run(db, "DELETE FROM thing WHERE id % 8 != 0");
    run(db, "VACUUM");
    assert_true(drops > 0);
    drops = 0;
    run(db, "DELETE FROM thing");
    fill(db, 104729);
    assert_int_equal(drops, 0);
    is_sound(db, ROWS);

    assert_int_equal(db_begin(db, NULL), RC_OK);
    run(db, "DELETE FROM thing");
    insert(db, 7919, 0, ROWS);
    db_rollback(db);
    is_sound(db, ROWS);
    db_close(&db);
    folder_remove(&folder);
}

int main(void)
{
    /* SQLite's, counted, below ours: before it is first used. */
    if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &theirs) != SQLITE_OK)
        return 1;
    sqlite3_pcache_methods2 counting = theirs;
    counting.xTruncate = counted_truncate;
    if (sqlite3_config(SQLITE_CONFIG_PCACHE2, &counting) != SQLITE_OK)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_growing_tree_drops_nothing_and_a_shrunk_file_drops_what_was_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
