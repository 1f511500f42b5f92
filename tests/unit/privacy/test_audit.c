/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The audit's chain: what an attacker with the file can do to it, and that it shows (obligation 4.8). */
#include "db/db_private.h"
#include "privacy/audit.h"
#include "store/seal.h"
#include "support/stores.h"

#include <stdio.h>

enum { ALICE = 1, ENTRIES = 5 };

static enum rc append_some(struct tx *tx, void *arg)
{
    (void)arg;
    for (int i = 0; i < ENTRIES; i++) {
        struct audit_entry entry = {
            .kind = AUDIT_COMMAND, .subject = i % 2 ? ALICE : 0, .purpose = PURPOSE_OPERATIONS, .detail = S("lock")};
        TRY(audit_append(tx, &entry));
    }
    return RC_OK;
}

static int with_entries(void **state)
{
    stores_set_up(state);
    stores_user(*state, S("alice"));
    return stores_write(*state, append_some, NULL) == RC_OK ? 0 : -1;
}

/* As somebody would who has the file and not the program. */
static void alter(struct stores *stores, const char *sql)
{
    char path[512];
    struct db *db;
    struct error err = {0};
    store_close(&stores->store);
    snprintf(path, sizeof path, "%s/vault.db", stores->folder.path);
    assert_int_equal(db_open(path, DB_WRITER, 1 << 20, &db, &err), RC_OK);
    assert_int_equal(db_exec(db, "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_removed", &err), RC_OK);
    assert_int_equal(db_exec(db, sql, &err), RC_OK);
    db_close(&db);
    stores_start(stores);
}

static enum rc verify(struct stores *stores)
{
    struct tx tx = stores_read(stores);
    struct error err = {0};
    return audit_chain_check(tx.vault, &err);
}

static void an_untouched_chain_holds(void **state)
{
    assert_int_equal(verify(*state), RC_OK);
    stores_restart(*state);
    assert_int_equal(verify(*state), RC_OK);
    assert_int_equal(stores_write(*state, append_some, NULL), RC_OK);
    assert_int_equal(verify(*state), RC_OK);
}

static void whatever_is_changed_breaks_it(void **state)
{
    static const char *const changes[] = {
        "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 2",
        "UPDATE audit SET subject = 1 WHERE seq = 2",
        "UPDATE audit SET leaf = zeroblob(32) WHERE seq = 2",
        "UPDATE audit SET sealed = zeroblob(60) WHERE seq = 1",
        "UPDATE audit SET chain = x'00' WHERE seq = 4",
        "DELETE FROM audit WHERE seq = 0",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit SET seq = 9 WHERE seq = 4",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        with_entries(state);
        alter(*state, changes[i]);
        if (verify(*state) != RC_CRYPTO)
            fail_msg("not noticed: %s", changes[i]);
        stores_tear_down(state);
    }
}

static void nothing_is_added_to_a_chain_whose_end_is_broken(void **state)
{
    alter(*state, "UPDATE audit SET chain = x'00' WHERE seq = 4");
    assert_int_equal(stores_write(*state, append_some, NULL), RC_CRYPTO);
}

static void an_entry_that_was_exchanged_is_not_shown(void **state)
{
    struct stores *stores = *state;
    struct audit_record *records;
    size_t count;
    alter(stores, "UPDATE audit SET leaf = zeroblob(32) WHERE seq = 1");
    struct tx tx = stores_read(stores);
    assert_int_equal(audit_list(&tx, ALICE, 0, 100, &records, &count), RC_CRYPTO);
    assert_int_equal(audit_list(&tx, ALICE, 2, 100, &records, &count), RC_OK);
    assert_int_equal(count, 1);
}

static void the_table_itself_refuses(struct stores *stores, const char *sql)
{
    char path[512];
    struct db *db;
    struct error err = {0};
    store_close(&stores->store);
    snprintf(path, sizeof path, "%s/vault.db", stores->folder.path);
    assert_int_equal(db_open(path, DB_WRITER, 1 << 20, &db, &err), RC_OK);
    if (db_exec(db, sql, &err) == RC_OK)
        fail_msg("accepted: %s", sql);
    db_close(&db);
    stores_start(stores);
}

static void the_table_is_only_added_to(void **state)
{
    the_table_itself_refuses(*state, "UPDATE audit SET at_ms = 0 WHERE seq = 1");
    the_table_itself_refuses(*state, "DELETE FROM audit WHERE seq = 1");
    the_table_itself_refuses(*state, "INSERT OR REPLACE INTO audit(seq, at_ms, subject, sealed, chain, leaf)"
                                     " VALUES(1, 0, 0, NULL, x'00', x'00')");
    assert_int_equal(verify(*state), RC_OK);
}

static enum rc destroy_key(struct tx *tx, void *arg)
{
    (void)arg;
    return seal_destroy_key(tx, ALICE);
}

/* Erasing somebody takes what can be read of the entries, not the chain. */
static void the_chain_holds_when_a_subject_is_erased(void **state)
{
    assert_int_equal(stores_write(*state, destroy_key, NULL), RC_OK);
    assert_int_equal(verify(*state), RC_OK);
    assert_int_equal(stores_write(*state, append_some, NULL), RC_OK);
    assert_int_equal(verify(*state), RC_OK);
}

int main(void)
{
#define AUDIT_TEST(fn) cmocka_unit_test_setup_teardown(fn, with_entries, stores_tear_down)
    const struct CMUnitTest tests[] = {
        AUDIT_TEST(an_untouched_chain_holds),
        cmocka_unit_test(whatever_is_changed_breaks_it),
        AUDIT_TEST(nothing_is_added_to_a_chain_whose_end_is_broken),
        AUDIT_TEST(an_entry_that_was_exchanged_is_not_shown),
        AUDIT_TEST(the_table_is_only_added_to),
        AUDIT_TEST(the_chain_holds_when_a_subject_is_erased),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
