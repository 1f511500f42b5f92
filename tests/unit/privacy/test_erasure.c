/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Erasure by the catalogue (obligations 4.3, 5.4): whatever has a row there goes, and nothing of anybody else. */
#include "privacy/certificate.h"
#include "privacy/signed.h"
#include "store/holds.h"
#include "store/seal.h"
#include "support/rows.h"

#include <sched.h>

enum { ALICE = 1, BOB = 2, MANY = 7 };

static const struct consent_issuer issuer = {.name = STR_INIT("Example"),
                                             .public_url = STR_INIT("https://example.org")};

static int with_people(void **state)
{
    stores_set_up(state);
    assert_int_equal(stores_user(*state, S("alice")), ALICE);
    assert_int_equal(stores_user(*state, S("bob")), BOB);
    return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, with_people, stores_tear_down)

/* ---- steps ---- */

static enum rc ask_run(struct tx *tx, void *arg)
{
    str claim;
    TRY(erasures_ask(tx, ALICE, ERASURE_ASKED, env_now_ms(tx->env), &claim));
    *(str *)arg = claim;
    return RC_OK;
}

static enum rc begin_run(struct tx *tx, void *arg)
{
    (void)arg;
    return erasure_begin(tx, ALICE);
}

static enum rc due_run(struct tx *tx, void *arg)
{
    int64_t next;
    return erasures_due(tx, arg, &next);
}

static enum rc cancel_run(struct tx *tx, void *arg)
{
    return erasures_ask(tx, ALICE, ERASURE_CANCELLED, env_now_ms(tx->env) + 1000, arg);
}

struct turned {
    struct erasure_files files;
    bool clean;
};

static enum rc turn_run(struct tx *tx, void *arg)
{
    struct turned *turned = arg;
    return erasure_turn(tx, ALICE, &turned->files, &turned->clean);
}

static enum rc end_run(struct tx *tx, void *arg)
{
    (void)arg;
    struct erasure_record erasure;
    TRY(erasures_get(tx, ALICE, &erasure));
    return erasure_end(tx, &issuer, &erasure);
}

static void begin(struct stores *stores)
{
    str claim;
    assert_int_equal(stores_write(stores, ask_run, &claim), RC_OK);
    assert_int_equal(stores_write(stores, begin_run, NULL), RC_OK);
}

/* How many turns it took. */
static int turn_until_clean(struct stores *stores)
{
    struct turned turned = {0};
    for (int turns = 1;; turns++) {
        assert_int_equal(stores_write(stores, turn_run, &turned), RC_OK);
        if (turned.clean)
            return turns;
    }
}

/* ---- rows of every kind ---- */

static bool is_removed(const struct catalogue_row *row)
{
    bool in_store = row->place == PLACE_CHAT || row->place == PLACE_VAULT;
    return in_store && row->subject_column && (row->erasure == ERASE_ROWS || row->erasure == ERASE_FILES);
}

static void plant(struct stores *stores, enum personal_field field, uint64_t subject, int count)
{
    /* Two fields may be columns of one table, each with a subject of its own. */
    int first = 1000 + (int)subject * 100000 + (int)field * 100;
    struct rows_plan plan = {.field = field, .subject = subject, .at_ms = 5, .count = count, .first = first};
    if (stores_write(stores, rows_plant, &plan) != RC_OK)
        fail_msg("no rows of %s", catalogue_row(field)->name);
}

static int64_t counted(struct stores *stores, enum personal_field field, uint64_t subject)
{
    struct rows_plan plan = {.field = field, .subject = subject};
    assert_int_equal(stores_write(stores, rows_count, &plan), RC_OK);
    return plan.counted;
}

static enum rc join_run(struct tx *tx, void *arg)
{
    (void)arg;
    struct db_query q;
    /* Receipts are found by the rooms somebody was in. */
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO membership(user, room, membership, pos) SELECT DISTINCT user, room, 1, 1 FROM receipt",
                 NULL));
    return db_run(&q, NULL);
}

static void plant_everything(struct stores *stores, int count)
{
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++) {
        enum personal_field field = (enum personal_field)f;
        if (!is_removed(catalogue_row(field)))
            continue;
        plant(stores, field, ALICE, count);
        plant(stores, field, BOB, 2);
    }
    assert_int_equal(stores_write(stores, join_run, NULL), RC_OK);
}

static void test_5_4_whatever_the_catalogue_removes_is_gone_and_nothing_of_others(void **state)
{
    struct stores *stores = *state;
    int64_t of_bob[FIELD_COUNT] = {0};
    plant_everything(stores, MANY);
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++)
        if (is_removed(catalogue_row((enum personal_field)f))) {
            of_bob[f] = counted(stores, (enum personal_field)f, BOB);
            assert_true(counted(stores, (enum personal_field)f, ALICE) >= MANY);
        }
    begin(stores);
    turn_until_clean(stores);
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++) {
        enum personal_field field = (enum personal_field)f;
        if (!is_removed(catalogue_row(field)))
            continue;
        if (counted(stores, field, ALICE) != 0)
            fail_msg("%s is still there", catalogue_row(field)->name);
        if (counted(stores, field, BOB) != of_bob[f])
            fail_msg("%s of somebody else is gone", catalogue_row(field)->name);
    }
}

static void test_5_4_a_large_account_goes_in_bounded_turns_that_a_crash_may_part(void **state)
{
    struct stores *stores = *state;
    struct turned turned = {0};
    plant(stores, FIELD_ACCOUNT_DATA, ALICE, 2 * ERASURE_TURN + 1);
    begin(stores);
    assert_int_equal(stores_write(stores, turn_run, &turned), RC_OK);
    assert_false(turned.clean);
    assert_true(counted(stores, FIELD_ACCOUNT_DATA, ALICE) >= ERASURE_TURN);
    stores_restart(stores); /* knows nothing of the turns before */
    assert_true(turn_until_clean(stores) >= 2);
    assert_int_equal(counted(stores, FIELD_ACCOUNT_DATA, ALICE), 0);
}

static void test_5_4_files_of_removed_uploads_are_named_for_removal(void **state)
{
    struct stores *stores = *state;
    struct turned turned = {0};
    plant(stores, FIELD_MEDIA, ALICE, 3);
    plant(stores, FIELD_MEDIA, BOB, 1);
    begin(stores);
    assert_int_equal(stores_write(stores, turn_run, &turned), RC_OK);
    assert_int_equal(turned.files.count, 3);
    for (size_t i = 0; i < turned.files.count; i++)
        assert_true(str_starts(turned.files.names[i], S("made up 1 ")));
    plant(stores, FIELD_MEDIA, ALICE, ERASURE_TURN_FILES + 1);
    assert_int_equal(stores_write(stores, turn_run, &turned), RC_OK);
    assert_int_equal(turned.files.count, ERASURE_TURN_FILES);
}

/* ---- the certificate ---- */

static yyjson_val *find_kind(yyjson_val *list, const char *kind)
{
    size_t at, count;
    yyjson_val *item;
    yyjson_arr_foreach(list, at, count, item)
    {
        if (str_eq(json_str_of(yyjson_obj_get(item, "kind")), str_of(kind)))
            return item;
    }
    return NULL;
}

static void test_5_4_the_certificate_accounts_for_every_row_of_the_catalogue(void **state)
{
    struct stores *stores = *state;
    str claim;
    plant_everything(stores, MANY);
    assert_int_equal(stores_write(stores, ask_run, &claim), RC_OK);
    assert_int_equal(stores_write(stores, begin_run, NULL), RC_OK);
    turn_until_clean(stores);
    while (!store_logs_are_emptied(stores->store))
        sched_yield();
    assert_int_equal(stores_write(stores, end_run, NULL), RC_OK);

    struct tx tx = stores_read(stores);
    struct erasure_record erasure;
    assert_int_equal(erasures_find(&tx, claim, &erasure), RC_OK);
    assert_int_equal(erasures_find(&tx, S("prle_somebody_elses"), &erasure), RC_NOT_FOUND);
    assert_true(erasure.ended_ms > 0);
    struct crypto_signer signer;
    struct error err = {.text = ""};
    signing_signer(stores->store, SIGNING_CERTIFICATE, &signer);
    assert_int_equal(signed_verify(&stores->arena, erasure.certificate, SIGNING_CERTIFICATE, signer.public_key, &err),
                     RC_OK);

    yyjson_val *root;
    assert_int_equal(json_parse_object(&stores->arena, erasure.certificate, false, &root, NULL), RC_OK);
    assert_true(yyjson_arr_size(yyjson_obj_get(root, "cannot_state")) > 0);
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++) {
        const struct catalogue_row *row = catalogue_row((enum personal_field)f);
        if (row->place > PLACE_FILES)
            continue;
        bool kept = row->erasure == ERASE_KEPT || row->erasure == ERASE_KEY_ONLY;
        yyjson_val *item = find_kind(yyjson_obj_get(root, kept ? "kept" : "destroyed"), row->name);
        if (!item)
            fail_msg("the certificate does not speak of %s", row->name);
        if (is_removed(row) && yyjson_get_int(yyjson_obj_get(item, "count")) < MANY)
            fail_msg("the certificate counts too few of %s", row->name);
        if (kept)
            assert_true(yyjson_is_str(yyjson_obj_get(item, "why")));
    }
}

/* ---- what was begun is brought to its end ---- */

static enum rc destroy_only(struct tx *tx, void *arg)
{
    (void)arg;
    return seal_destroy_key(tx, ALICE);
}

static enum rc find_lost_run(struct tx *tx, void *arg)
{
    return erasures_find_lost(tx, 0, arg);
}

static void test_4_3_a_key_that_is_missing_without_a_record_is_an_erasure_to_be_finished(void **state)
{
    struct stores *stores = *state;
    struct erasure_record erasure;
    uint64_t next;
    assert_int_equal(stores_write(stores, destroy_only, NULL), RC_OK);
    assert_int_equal(stores_write(stores, find_lost_run, &next), RC_OK);
    assert_int_equal(next, 0);
    struct tx tx = stores_read(stores);
    assert_int_equal(erasures_get(&tx, ALICE, &erasure), RC_OK);
    assert_int_equal(erasure.cause, ERASURE_FOUND);
    assert_int_equal(erasures_get(&tx, BOB, &erasure), RC_NOT_FOUND);
}

static void test_4_3_a_record_from_a_backup_that_has_not_begun_is_due_when_the_key_is_gone(void **state)
{
    struct stores *stores = *state;
    struct erasure_record erasure;
    uint64_t next;
    str claim;
    assert_int_equal(stores_write(stores, cancel_run, &claim), RC_OK);
    assert_int_equal(stores_write(stores, destroy_only, NULL), RC_OK);
    assert_int_equal(stores_write(stores, find_lost_run, &next), RC_OK);
    assert_int_equal(stores_write(stores, due_run, &erasure), RC_OK);
    assert_int_equal(erasure.cause, ERASURE_FOUND);
    struct tx tx = stores_read(stores);
    assert_int_equal(erasures_find(&tx, claim, &erasure), RC_OK);
}

/* ---- what law holds ---- */

static enum rc hold_run(struct tx *tx, void *arg)
{
    (void)arg;
    return holds_place(tx, ALICE, S("case 7"), false);
}

static enum rc lift_run(struct tx *tx, void *arg)
{
    (void)arg;
    return holds_lift(tx, ALICE);
}

static void test_5_5_whoever_is_held_is_not_due_until_the_hold_is_lifted(void **state)
{
    struct stores *stores = *state;
    struct erasure_record erasure;
    str claim;
    assert_int_equal(stores_write(stores, hold_run, NULL), RC_OK);
    assert_int_equal(stores_write(stores, ask_run, &claim), RC_OK);
    assert_int_equal(stores_write(stores, due_run, &erasure), RC_NOT_FOUND);
    assert_int_equal(stores_write(stores, lift_run, NULL), RC_OK);
    assert_int_equal(stores_write(stores, due_run, &erasure), RC_OK);
    assert_int_equal(erasure.subject, ALICE);
}

/* ---- the way back ---- */

static enum rc undo_run(struct tx *tx, void *arg)
{
    (void)arg;
    return erasures_undo(tx, ALICE);
}

static void test_5_5_a_cancellation_can_be_undone_until_it_is_due_and_not_after(void **state)
{
    struct stores *stores = *state;
    struct erasure_record erasure;
    str claim;
    assert_int_equal(stores_write(stores, cancel_run, &claim), RC_OK);
    assert_int_equal(stores_write(stores, due_run, &erasure), RC_NOT_FOUND);
    assert_int_equal(stores_write(stores, undo_run, NULL), RC_OK);
    assert_int_equal(stores_write(stores, undo_run, NULL), RC_NOT_FOUND);
    assert_int_equal(stores_write(stores, cancel_run, &claim), RC_OK);
    env_simulated_advance(&stores->env, 1000);
    assert_int_equal(stores_write(stores, undo_run, NULL), RC_NOT_FOUND);
    assert_int_equal(stores_write(stores, due_run, &erasure), RC_OK);
    assert_int_equal(stores_write(stores, ask_run, &claim), RC_OK); /* no longer to wait */
    assert_int_equal(stores_write(stores, undo_run, NULL), RC_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_5_4_whatever_the_catalogue_removes_is_gone_and_nothing_of_others),
        TEST(test_5_4_a_large_account_goes_in_bounded_turns_that_a_crash_may_part),
        TEST(test_5_4_files_of_removed_uploads_are_named_for_removal),
        TEST(test_5_4_the_certificate_accounts_for_every_row_of_the_catalogue),
        TEST(test_4_3_a_key_that_is_missing_without_a_record_is_an_erasure_to_be_finished),
        TEST(test_4_3_a_record_from_a_backup_that_has_not_begun_is_due_when_the_key_is_gone),
        TEST(test_5_5_whoever_is_held_is_not_due_until_the_hold_is_lifted),
        TEST(test_5_5_a_cancellation_can_be_undone_until_it_is_due_and_not_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
