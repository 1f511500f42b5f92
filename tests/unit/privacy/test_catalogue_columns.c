/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The live check: stores with a column the catalogue does not know do not pass (obligation 0.8). */
#include "privacy/checks/checks.h"
#include "support/stores.h"

#include <sqlite3.h>

static struct check_result look(struct stores *stores)
{
    return check_find("catalogue-columns")->run(&stores->arena, stores->folder.path);
}

static void change(struct stores *stores, const char *file, const char *sql)
{
    sqlite3 *db;
    str path = arena_printf(&stores->arena, "%s/%s", stores->folder.path, file);
    assert_int_equal(sqlite3_open(path.ptr, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000); /* the store's own threads write, too */
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void test_0_8_a_folder_with_a_column_no_row_covers_does_not_pass(void **state)
{
    struct stores *stores = *state;
    assert_true(look(stores).ok);
    change(stores, "chat.db", "ALTER TABLE membership ADD COLUMN mood TEXT");
    assert_false(look(stores).ok);
    assert_true(str_contains(look(stores).words, S("membership.mood")));
}

static void test_0_8_a_folder_with_a_table_no_row_covers_does_not_pass(void **state)
{
    struct stores *stores = *state;
    change(stores, "keys.db", "CREATE TABLE copy(subject INTEGER)");
    assert_true(str_contains(look(stores).words, S("copy.subject")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_0_8_a_folder_with_a_column_no_row_covers_does_not_pass, stores_set_up,
                                        stores_tear_down),
        cmocka_unit_test_setup_teardown(test_0_8_a_folder_with_a_table_no_row_covers_does_not_pass, stores_set_up,
                                        stores_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
