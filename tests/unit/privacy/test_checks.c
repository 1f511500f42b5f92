/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Live self-checks hold on the folder of a server at work, and each of them notices what it is there for. */
#include "db/db.h"
#include "privacy/audit.h"
#include "privacy/checks/checks.h"
#include "privacy/personal.h"
#include "support/stores.h"

#include <sys/stat.h>

static enum rc give_number(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(audit_append(tx, &(struct audit_entry){.kind = AUDIT_COMMAND, .subject = 1, .purpose = PURPOSE_OPERATIONS}));
    TRY(personal_set(tx, 1, FIELD_DEVICE_NAME, 1, S("the telephone of a very good friend of mine")));
    return personal_set(tx, 1, FIELD_PHONE, 0, S("+4915112345678"));
}

static int with_somebody(void **state)
{
    stores_set_up(state);
    struct stores *stores = *state;
    stores_user(stores, S("alice"));
    assert_int_equal(stores_write(stores, give_number, NULL), RC_OK);
    chmod(stores->folder.path, 0700);
    return 0;
}

static bool holds(struct stores *stores, const char *name)
{
    const struct check *check = check_find(name);
    assert_non_null(check);
    struct check_result result = check->run(&stores->arena, stores->folder.path);
    assert_true(result.words.len > 0);
    return result.ok;
}

static void tamper(struct stores *stores, const char *store, const char *sql)
{
    char path[600];
    struct db *db;
    struct db_query q;
    snprintf(path, sizeof path, "%s/%s", stores->folder.path, store);
    assert_int_equal(db_open(path, DB_WRITER, 1 << 20, &db, NULL), RC_OK);
    assert_int_equal(db_query(db, &q, sql, NULL), RC_OK);
    assert_int_equal(db_run(&q, NULL), RC_OK);
    db_close(&db);
}

static void every_check_holds_on_the_folder_of_a_server_at_work(void **state)
{
    for (size_t i = 0; i < check_count; i++) {
        struct check_result result =
            checks[i].run(&((struct stores *)*state)->arena, ((struct stores *)*state)->folder.path);
        if (!result.ok)
            fail_msg("%s: %.*s", checks[i].name, STR_ARG(result.words));
    }
}

static void no_check_holds_without_a_folder(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < check_count; i++)
        assert_false(checks[i].run(&arena, "/nowhere/at/all").ok);
    arena_fini(&arena);
}

static void a_ledger_without_its_triggers_is_noticed(void **state)
{
    tamper(*state, "vault.db", "DROP TRIGGER consent_is_not_removed");
    assert_false(holds(*state, "consent-ledger"));
    assert_true(holds(*state, "audit-ledger"));
    tamper(*state, "vault.db", "DROP TRIGGER audit_is_not_changed");
    assert_false(holds(*state, "audit-ledger"));
    assert_true(holds(*state, "statistics-ledger"));
    tamper(*state, "vault.db", "DROP TRIGGER statistics_release_is_not_replaced");
    assert_false(holds(*state, "statistics-ledger"));
}

static void an_altered_entry_of_the_audit_is_noticed(void **state)
{
    assert_true(holds(*state, "audit-chain"));
    tamper(*state, "vault.db", "DROP TRIGGER audit_is_not_changed");
    tamper(*state, "vault.db", "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 0");
    assert_false(holds(*state, "audit-chain"));
}

static void a_value_that_is_not_sealed_is_noticed(void **state)
{
    tamper(*state, "vault.db",
           "UPDATE personal SET sealed = CAST('the telephone of a very good friend of mine' AS BLOB)");
    assert_false(holds(*state, "sealed-values"));
}

static void a_value_too_short_to_be_sealed_is_noticed(void **state)
{
    tamper(*state, "vault.db", "UPDATE personal SET sealed = x'0102030405'");
    assert_false(holds(*state, "sealed-values"));
}

static void a_number_in_plain_text_is_noticed(void **state)
{
    tamper(*state, "vault.db",
           "INSERT INTO code_sent(kind, who, sent_ms) VALUES(1, CAST('+4915112345678' AS BLOB), 1)");
    assert_false(holds(*state, "no-plain-text"));
}

static void a_file_open_to_others_is_noticed(void **state)
{
    struct stores *stores = *state;
    char path[600];
    snprintf(path, sizeof path, "%s/keys.db", stores->folder.path);
    assert_int_equal(chmod(path, 0640), 0);
    assert_false(holds(stores, "file-modes"));
}

static void a_table_in_the_wrong_store_is_noticed(void **state)
{
    tamper(*state, "chat.db", "CREATE TABLE data_key(subject INTEGER PRIMARY KEY)");
    assert_false(holds(*state, "separate-stores"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, with_somebody, stores_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_check_holds_on_the_folder_of_a_server_at_work),
        cmocka_unit_test(no_check_holds_without_a_folder),
        TEST(a_ledger_without_its_triggers_is_noticed),
        TEST(an_altered_entry_of_the_audit_is_noticed),
        TEST(a_value_that_is_not_sealed_is_noticed),
        TEST(a_value_too_short_to_be_sealed_is_noticed),
        TEST(a_number_in_plain_text_is_noticed),
        TEST(a_file_open_to_others_is_noticed),
        TEST(a_table_in_the_wrong_store_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
