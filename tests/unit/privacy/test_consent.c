/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The consent ledger (obligations 0.2, 1.17, 1.22, 5.6). */
#include "privacy/consent.h"
#include "privacy/signed.h"
#include "support/stores.h"

static const struct consent_issuer issuer = {.name = STR_INIT("Example"),
                                             .public_url = STR_INIT("https://example.org")};

enum { ALICE = 1, BOB = 2 };

static int with_people(void **state)
{
    stores_set_up(state);
    assert_int_equal(stores_user(*state, S("alice")), ALICE);
    assert_int_equal(stores_user(*state, S("bob")), BOB);
    return 0;
}

struct change {
    enum purpose purpose;
    bool granted;
    uint64_t nid;
};

static enum rc change_run(struct tx *tx, void *arg)
{
    struct change *change = arg;
    struct consent consent = {.purpose = str_of(purpose_name(change->purpose)),
                              .granted = change->granted,
                              .version = S("1.0"),
                              .language = S("zh-CN"),
                              .surface = S("settings")};
    crypto_sha256(consent_text(tx->arena, change->purpose, LANGUAGE_ZH_CN), consent.sha256);
    return consent_record(tx, &issuer, ALICE, &consent, &change->nid);
}

static uint64_t say(struct stores *stores, enum purpose purpose, bool granted)
{
    struct change change = {purpose, granted, 0};
    assert_int_equal(stores_write(stores, change_run, &change), RC_OK);
    return change.nid;
}

static bool holds(struct stores *stores, uint64_t subject, enum purpose purpose)
{
    struct tx tx = stores_read(stores);
    bool result;
    assert_int_equal(consent_holds(&tx, subject, purpose, &result), RC_OK);
    return result;
}

static void test_1_17_the_latest_word_on_a_purpose_holds_for_it_alone(void **state)
{
    struct stores *stores = *state;
    for (int p = PURPOSE_FIRST_OPTIONAL; p < PURPOSE_COUNT; p++) {
        enum purpose purpose = (enum purpose)p;
        assert_false(holds(stores, ALICE, purpose));
        say(stores, purpose, true);
        assert_true(holds(stores, ALICE, purpose));
        assert_false(holds(stores, BOB, purpose));
        for (int other = p + 1; other < PURPOSE_COUNT; other++)
            assert_false(holds(stores, ALICE, (enum purpose)other));
        say(stores, purpose, false);
        assert_false(holds(stores, ALICE, purpose));
    }
}

/* The clock stands still: the order of entries is that of their making. */
static void test_1_17_5_6_the_ledger_says_the_same_after_a_restart(void **state)
{
    struct stores *stores = *state;
    say(stores, PURPOSE_CAMERA, true);
    say(stores, PURPOSE_QUALITY, true);
    for (int i = 0; i < 9; i++)
        say(stores, PURPOSE_LOCATION, i % 2 == 0);
    say(stores, PURPOSE_QUALITY, false);
    stores_restart(stores);
    assert_true(holds(stores, ALICE, PURPOSE_CAMERA));
    assert_true(holds(stores, ALICE, PURPOSE_LOCATION));
    assert_false(holds(stores, ALICE, PURPOSE_QUALITY));
    struct tx tx = stores_read(stores);
    struct consent *consents;
    size_t count;
    assert_int_equal(consent_list(&tx, ALICE, &consents, &count), RC_OK);
    assert_int_equal(count, 12);
    assert_true(str_eq(consents[0].purpose, S("camera")) && str_eq(consents[11].purpose, S("quality")));
}

static enum rc rewrite(struct tx *tx, void *arg)
{
    (void)arg;
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "UPDATE consent SET granted = 1", NULL));
    return db_run(&q, NULL);
}

static enum rc forget(struct tx *tx, void *arg)
{
    (void)arg;
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM consent", NULL));
    return db_run(&q, NULL);
}

static enum rc replace(struct tx *tx, void *arg)
{
    (void)arg;
    struct db_query q;
    TRY(db_query(
        tx_vault(tx), &q,
        "INSERT OR REPLACE INTO consent SELECT nid, subject_nid, purpose, 1, version, sha256, language, surface,"
        " given_ms FROM consent",
        NULL));
    return db_run(&q, NULL);
}

static void test_1_17_nothing_changes_or_removes_an_entry(void **state)
{
    struct stores *stores = *state;
    say(stores, PURPOSE_LOCATION, false);
    assert_int_not_equal(stores_write(stores, rewrite, NULL), RC_OK);
    assert_int_not_equal(stores_write(stores, forget, NULL), RC_OK);
    assert_int_not_equal(stores_write(stores, replace, NULL), RC_OK);
    struct tx tx = stores_read(stores);
    struct consent *consents;
    size_t count;
    assert_int_equal(consent_list(&tx, ALICE, &consents, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_false(consents[0].granted);
}

static void test_0_2_1_17_each_entry_has_a_receipt_its_subject_can_check(void **state)
{
    struct stores *stores = *state;
    uint64_t nid = say(stores, PURPOSE_LOCATION, true);
    struct crypto_signer signer;
    signing_signer(stores->store, SIGNING_RECEIPT, &signer);
    struct tx tx = stores_read(stores);
    str text;
    assert_int_equal(consent_receipt(&tx, BOB, nid, &text), RC_NOT_FOUND);
    assert_int_equal(consent_receipt(&tx, ALICE, nid, &text), RC_OK);
    assert_int_equal(signed_verify(&stores->arena, text, SIGNING_RECEIPT, signer.public_key, NULL), RC_OK);
    static const char *const said[] = {
        "\"event_type\":\"given\"", "\"event_time\":1700000000000", "\"purpose\":\"location\"",
        "\"language\":\"zh-CN\"",   "\"lawful_basis\":\"consent\"", "\"name\":\"Example\"",
        "withdrawal_method"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        assert_true(str_contains(text, str_of(said[i])));
    assert_false(str_contains(text, S("alice")));
}

static enum rc end_run(struct tx *tx, void *arg)
{
    (void)arg;
    return consent_withdraw_all(tx, &issuer, ALICE);
}

static void test_1_17_1_22_the_end_of_the_account_withdraws_every_grant(void **state)
{
    struct stores *stores = *state;
    say(stores, PURPOSE_LOCATION, true);
    say(stores, PURPOSE_CAMERA, true);
    say(stores, PURPOSE_CAMERA, false);
    say(stores, PURPOSE_VISITS, true);
    assert_int_equal(stores_write(stores, end_run, NULL), RC_OK);
    for (int p = PURPOSE_FIRST_OPTIONAL; p < PURPOSE_COUNT; p++)
        assert_false(holds(stores, ALICE, (enum purpose)p));
    struct tx tx = stores_read(stores);
    struct consent *consents;
    size_t count;
    assert_int_equal(consent_list(&tx, ALICE, &consents, &count), RC_OK);
    assert_int_equal(count, 6);
    for (size_t i = 4; i < count; i++) {
        assert_false(consents[i].granted);
        assert_true(str_eq(consents[i].surface, S("account_end")));
    }
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, with_people, stores_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_1_17_the_latest_word_on_a_purpose_holds_for_it_alone),
        TEST(test_1_17_5_6_the_ledger_says_the_same_after_a_restart),
        TEST(test_1_17_nothing_changes_or_removes_an_entry),
        TEST(test_0_2_1_17_each_entry_has_a_receipt_its_subject_can_check),
        TEST(test_1_17_1_22_the_end_of_the_account_withdraws_every_grant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
