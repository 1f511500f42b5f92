/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/db.h"
#include "support/cmocka.h"
#include "support/folder.h"

#include <sys/stat.h>

static const struct db_migration first[] = {
    {1, "CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT UNIQUE, bytes BLOB)"}};
static const struct db_migration second[] = {
    {1, "CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT UNIQUE, bytes BLOB)"},
    {2, "ALTER TABLE thing ADD COLUMN extra INTEGER; CREATE INDEX thing_extra ON thing(extra)"},
};

struct fixture {
    struct folder folder;
    char path[512];
    struct db *db;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    folder_make(&f->folder);
    folder_path(&f->folder, "a.db", f->path);
    assert_int_equal(db_open(f->path, DB_WRITER, 1 << 20, &f->db, NULL), RC_OK);
    assert_int_equal(db_migrate(f->db, first, 1, NULL), RC_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    db_close(&f->db);
    folder_remove(&f->folder);
    free(f);
    return 0;
}

static enum rc insert(struct db *db, str name)
{
    struct db_query q;
    TRY(db_query(db, &q, "INSERT INTO thing(name) VALUES(?1)", NULL));
    db_bind_text(&q, 1, name);
    return db_run(&q, NULL);
}

static int64_t count(struct db *db)
{
    struct db_query q;
    assert_int_equal(db_query(db, &q, "SELECT COUNT(*) FROM thing", NULL), RC_OK);
    assert_true(db_next(&q));
    int64_t n = db_column_i64(&q, 0);
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return n;
}

static void the_file_is_for_its_owner_only(void **state)
{
    struct fixture *f = *state;
    struct stat info;
    assert_int_equal(stat(f->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void a_broken_unique_is_told_apart(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(insert(f->db, S("a")), RC_OK);
    assert_int_equal(insert(f->db, S("a")), RC_EXISTS);
    assert_int_equal(insert(f->db, S("b")), RC_OK);
}

static void a_savepoint_undoes_only_its_own(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(db_begin(f->db, NULL), RC_OK);
    assert_int_equal(db_savepoint(f->db, NULL), RC_OK);
    assert_int_equal(insert(f->db, S("a")), RC_OK);
    assert_int_equal(db_release(f->db, NULL), RC_OK);
    assert_int_equal(db_savepoint(f->db, NULL), RC_OK);
    assert_int_equal(insert(f->db, S("b")), RC_OK);
    db_rollback_to(f->db);
    assert_int_equal(db_commit(f->db, NULL), RC_OK);
    assert_int_equal(count(f->db), 1);
}

static void a_query_may_run_inside_one_of_the_same_text(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(insert(f->db, S("a")), RC_OK);
    assert_int_equal(insert(f->db, S("b")), RC_OK);
    static const char sql[] = "SELECT id FROM thing ORDER BY id";
    struct db_query outer, inner;
    int pairs = 0;
    assert_int_equal(db_query(f->db, &outer, sql, NULL), RC_OK);
    while (db_next(&outer)) {
        assert_int_equal(db_query(f->db, &inner, sql, NULL), RC_OK);
        while (db_next(&inner))
            pairs++;
        assert_int_equal(db_done(&inner, NULL), RC_OK);
    }
    assert_int_equal(db_done(&outer, NULL), RC_OK);
    assert_int_equal(pairs, 4);
}

static void a_reader_sees_committed_rows_and_cannot_write(void **state)
{
    struct fixture *f = *state;
    struct db *reader;
    assert_int_equal(db_open(f->path, DB_READER, 1 << 20, &reader, NULL), RC_OK);
    assert_int_equal(db_begin(f->db, NULL), RC_OK);
    assert_int_equal(insert(f->db, S("a")), RC_OK);
    assert_int_equal(count(reader), 0);
    assert_int_equal(db_commit(f->db, NULL), RC_OK);
    assert_int_equal(count(reader), 1);
    assert_int_equal(insert(reader, S("b")), RC_STORE);
    db_close(&reader);
}

static void migrations_run_once_and_in_order(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(insert(f->db, S("kept")), RC_OK);
    assert_int_equal(db_migrate(f->db, second, 2, NULL), RC_OK);
    assert_int_equal(db_migrate(f->db, second, 2, NULL), RC_OK);
    assert_int_equal(count(f->db), 1);
    assert_int_equal(db_migrate(f->db, first, 1, NULL), RC_UNSUPPORTED);
}

static void a_refusing_connection_runs_nothing_until_rolled_back(void **state)
{
    struct fixture *f = *state;
    db_refuse(f->db);
    assert_int_equal(insert(f->db, S("a")), RC_STORE);
    db_rollback(f->db);
    assert_int_equal(insert(f->db, S("a")), RC_OK);
}

static void null_and_empty_differ(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    assert_int_equal(db_query(f->db, &q, "INSERT INTO thing(name, bytes) VALUES(?1, ?2)", NULL), RC_OK);
    db_bind_text(&q, 1, STR_NONE);
    db_bind_blob(&q, 2, STR_NONE);
    assert_int_equal(db_run(&q, NULL), RC_OK);
    assert_int_equal(db_query(f->db, &q, "SELECT name, bytes FROM thing", NULL), RC_OK);
    assert_true(db_next(&q));
    assert_non_null(db_column_str(&q, 0).ptr);
    assert_true(db_column_is_null(&q, 1));
    assert_int_equal(db_done(&q, NULL), RC_OK);
}

static void a_truncating_checkpoint_empties_the_log(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(insert(f->db, S("a")), RC_OK);
    assert_true(db_log_pages(f->db) > 0);
    struct db_log log;
    assert_int_equal(db_checkpoint(f->db, true, &log, NULL), RC_OK);
    char path[600];
    snprintf(path, sizeof path, "%s-wal", f->path);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 0);
    assert_int_equal(count(f->db), 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_file_is_for_its_owner_only),
        TEST(a_broken_unique_is_told_apart),
        TEST(a_savepoint_undoes_only_its_own),
        TEST(a_query_may_run_inside_one_of_the_same_text),
        TEST(a_reader_sees_committed_rows_and_cannot_write),
        TEST(migrations_run_once_and_in_order),
        TEST(a_refusing_connection_runs_nothing_until_rolled_back),
        TEST(null_and_empty_differ),
        TEST(a_truncating_checkpoint_empties_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
