/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The public log over the audit: it grows as signed, proves itself, and is not signed on when the audit under it was
 * altered (obligation 4.8). */
#include "db/db_private.h"
#include "privacy/audit.h"
#include "privacy/signed.h"
#include "privacy/tlog.h"
#include "privacy/tlog_walk.h"
#include "support/stores.h"

#include <stdio.h>

enum { MOST = 700 };

struct growth {
    int entries;
    bool more;
    struct error err;
};

static enum rc append_run(struct tx *tx, void *arg)
{
    struct growth *growth = arg;
    for (int i = 0; i < growth->entries; i++) {
        struct audit_entry entry = {.kind = AUDIT_COMMAND, .purpose = PURPOSE_OPERATIONS, .detail = S("lock")};
        TRY(audit_append(tx, &entry));
    }
    return RC_OK;
}

static enum rc extend_run(struct tx *tx, void *arg)
{
    struct growth *growth = arg;
    return tlog_extend(tx, &growth->more, &growth->err);
}

static enum rc extend(struct stores *stores)
{
    struct growth growth = {0};
    return stores_write(stores, extend_run, &growth);
}

static void grow(struct stores *stores, int entries)
{
    struct growth growth = {.entries = entries};
    assert_int_equal(stores_write(stores, append_run, &growth), RC_OK);
    assert_int_equal(extend(stores), RC_OK);
}

static struct log_head head_of(struct stores *stores)
{
    struct tx tx = stores_read(stores);
    struct log_head head;
    str note;
    assert_int_equal(tlog_head(&tx, &head, &note), RC_OK);
    return head;
}

static enum rc walk(struct stores *stores)
{
    struct tx tx = stores_read(stores);
    struct tlog_walk state;
    struct crypto_signer signer;
    signing_signer(stores->store, SIGNING_LOG, &signer);
    TRY(tlog_walk_begin(tx.vault, tx.arena, STR_NONE, signer.public_key, &state, NULL));
    while (!state.done)
        TRY(tlog_walk_step(&state, tx.vault, tx.arena, 100, NULL));
    return RC_OK;
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
    assert_int_equal(db_exec(db,
                             "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_removed;"
                             "DROP TRIGGER log_node_is_not_changed; DROP TRIGGER log_checkpoint_only_grows",
                             &err),
                     RC_OK);
    assert_int_equal(db_exec(db, sql, &err), RC_OK);
    db_close(&db);
    stores_start(stores);
}

static void test_4_8_every_size_that_was_signed_is_the_beginning_of_the_next(void **state)
{
    struct stores *stores = *state;
    struct log_head before, now;
    struct merkle_proof proof;
    assert_int_equal(extend(stores), RC_OK);
    assert_int_equal(head_of(stores).size, 0);
    grow(stores, 1);
    for (int step = 1; step < 200; step *= 3) {
        before = head_of(stores);
        grow(stores, step);
        now = head_of(stores);
        assert_int_equal(now.size, before.size + (uint64_t)step);
        struct tx tx = stores_read(stores);
        struct merkle_nodes nodes = tlog_nodes(tx.vault);
        assert_int_equal(merkle_consistency(&nodes, before.size, now.size, &proof), RC_OK);
        assert_int_equal(merkle_consistency_verify(&proof, before.size, now.size, &before.root, &now.root), RC_OK);
    }
    assert_int_equal(walk(stores), RC_OK);
}

static void test_4_8_each_entry_is_proven_to_be_in(void **state)
{
    struct stores *stores = *state;
    struct log_leaf *leaves;
    size_t count;
    grow(stores, 300);
    struct log_head head = head_of(stores);
    struct tx tx = stores_read(stores);
    struct merkle_nodes nodes = tlog_nodes(tx.vault);
    assert_int_equal(log_leaves(tx.vault, tx.arena, 0, MOST, &leaves, &count), RC_OK);
    assert_int_equal(count, 300);
    for (size_t i = 0; i < count; i += 23) {
        struct merkle_hash leaf;
        struct merkle_proof proof;
        merkle_leaf(str_from(leaves[i].commitment, sizeof leaves[i].commitment), &leaf);
        assert_int_equal(merkle_inclusion(&nodes, i, head.size, &proof), RC_OK);
        assert_int_equal(merkle_inclusion_verify(&proof, i, head.size, &leaf, &head.root), RC_OK);
        assert_int_equal(merkle_inclusion_verify(&proof, i + 1, head.size, &leaf, &head.root), RC_CRYPTO);
    }
}

static size_t read_size(struct stores *stores, const char *path)
{
    struct tx tx = stores_read(stores);
    struct log_path parsed;
    struct strbuf out = STRBUF_INIT;
    assert_int_equal(log_path_parse(str_of(path), &parsed), RC_OK);
    enum rc rc = tlog_read(&tx, &parsed, &out);
    size_t size = rc == RC_OK ? out.len : 0;
    strbuf_fini(&out);
    return size;
}

static void what_is_served_ends_where_the_log_does(void **state)
{
    struct stores *stores = *state;
    struct growth growth = {.entries = 50};
    grow(stores, 300);
    assert_int_equal(stores_write(stores, append_run, &growth), RC_OK); /* not in the log yet */
    assert_int_equal(read_size(stores, "tile/0/000"), 256 * 32);
    assert_int_equal(read_size(stores, "tile/0/001.p/44"), 44 * 32);
    assert_int_equal(read_size(stores, "tile/0/001.p/7"), 7 * 32);
    assert_int_equal(read_size(stores, "tile/0/001.p/45"), 0);
    assert_int_equal(read_size(stores, "tile/0/001"), 0);
    assert_int_equal(read_size(stores, "tile/1/000.p/1"), 32);
    assert_int_equal(read_size(stores, "tile/1/000.p/2"), 0);
    assert_int_equal(read_size(stores, "tile/63/000.p/1"), 0);
    assert_int_equal(read_size(stores, "tile/0/x999/x999/x999/x999/x999/999"), 0);
    assert_int_equal(read_size(stores, "tile/entries/001.p/44"), 44 * 34);
    assert_int_equal(read_size(stores, "tile/entries/001.p/45"), 0);
    assert_int_equal(read_size(stores, "tile/entries/x999/x999/x999/x999/x999/999"), 0);
}

static void one_turn_takes_in_so_many_and_says_that_there_are_more(void **state)
{
    struct stores *stores = *state;
    struct growth growth = {.entries = TLOG_BATCH + 10};
    assert_int_equal(stores_write(stores, append_run, &growth), RC_OK);
    assert_int_equal(stores_write(stores, extend_run, &growth), RC_OK);
    assert_true(growth.more);
    assert_int_equal(head_of(stores).size, TLOG_BATCH);
    assert_int_equal(stores_write(stores, extend_run, &growth), RC_OK);
    assert_false(growth.more);
    assert_int_equal(head_of(stores).size, TLOG_BATCH + 10);
    assert_int_equal(walk(stores), RC_OK);
}

static void test_4_8_an_audit_that_lost_its_end_is_not_signed_on(void **state)
{
    struct stores *stores = *state;
    grow(stores, 20);
    alter(stores, "DELETE FROM audit WHERE seq >= 15");
    assert_int_equal(walk(stores), RC_CRYPTO);
    assert_int_equal(extend(stores), RC_CRYPTO);
    struct growth growth = {.entries = 30}; /* filled up with others it is no better */
    assert_int_equal(stores_write(stores, append_run, &growth), RC_OK);
    assert_int_equal(extend(stores), RC_CRYPTO);
    assert_int_equal(walk(stores), RC_CRYPTO);
    assert_int_equal(head_of(stores).size, 20);
}

static void test_4_8_a_rewritten_entry_shows(void **state)
{
    struct stores *stores = *state;
    grow(stores, 300);
    alter(stores, "UPDATE audit SET leaf = randomblob(32) WHERE seq = 123");
    assert_int_equal(walk(stores), RC_CRYPTO);
}

static void test_4_8_a_tree_rewritten_to_match_is_not_signed_on(void **state)
{
    struct stores *stores = *state;
    grow(stores, 20);
    alter(stores, "UPDATE log_node SET hash = randomblob(32) WHERE level = 4");
    assert_int_equal(extend(stores), RC_CRYPTO);
}

static void test_4_8_a_checkpoint_put_there_without_the_key_shows(void **state)
{
    struct stores *stores = *state;
    grow(stores, 20);
    alter(stores, "UPDATE log_checkpoint SET size = 19, note = replace(note, char(10) || '20' || char(10),"
                  " char(10) || '19' || char(10))");
    assert_int_equal(walk(stores), RC_CRYPTO);
    assert_int_equal(extend(stores), RC_CRYPTO);
}

static enum rc shrink_run(struct tx *tx, void *arg)
{
    (void)arg;
    return db_exec(tx_vault(tx), "UPDATE log_checkpoint SET size = size - 1", NULL);
}

static void test_4_8_the_size_that_was_signed_never_falls(void **state)
{
    grow(*state, 3);
    assert_int_not_equal(stores_write(*state, shrink_run, NULL), RC_OK);
    stores_restart(*state);
    assert_int_equal(head_of(*state).size, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(test_4_8_every_size_that_was_signed_is_the_beginning_of_the_next),
        STORES_TEST(test_4_8_each_entry_is_proven_to_be_in),
        STORES_TEST(what_is_served_ends_where_the_log_does),
        STORES_TEST(one_turn_takes_in_so_many_and_says_that_there_are_more),
        STORES_TEST(test_4_8_an_audit_that_lost_its_end_is_not_signed_on),
        STORES_TEST(test_4_8_a_rewritten_entry_shows),
        STORES_TEST(test_4_8_a_tree_rewritten_to_match_is_not_signed_on),
        STORES_TEST(test_4_8_a_checkpoint_put_there_without_the_key_shows),
        STORES_TEST(test_4_8_the_size_that_was_signed_never_falls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
