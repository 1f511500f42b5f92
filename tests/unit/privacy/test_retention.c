/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Retention by the catalogue (obligation 4.2): whatever the clock says, nothing overdue is left, and nothing else goes.
 */
#include "privacy/audit.h"
#include "privacy/personal.h"
#include "privacy/retention.h"
#include "store/erasures.h"
#include "store/holds.h"
#include "support/rows.h"

enum { ALICE = 1, BOB = 2, MANY = 5 };
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const struct act act = ACT_SERVICE(PURPOSE_RETENTION);

static int with_people(void **state)
{
    stores_set_up(state);
    assert_int_equal(stores_user(*state, S("alice")), ALICE);
    assert_int_equal(stores_user(*state, S("bob")), BOB);
    return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, with_people, stores_tear_down)

static enum rc run(struct stores *stores, enum rc (*step)(struct tx *tx, void *arg), void *arg)
{
    return store_write_wait(stores->store, &act, &stores->arena, step, arg);
}

static enum rc turn_run(struct tx *tx, void *arg)
{
    return retention_turn(tx, arg);
}

/* How many turns it took. */
static int run_job(struct stores *stores)
{
    bool more = true;
    int turns = 0;
    for (; more; turns++)
        assert_int_equal(run(stores, turn_run, &more), RC_OK);
    return turns;
}

static int64_t overdue_in_all(struct stores *stores)
{
    struct tx tx = stores_read(stores);
    struct retention_line *lines;
    size_t count;
    int64_t all = 0;
    assert_int_equal(retention_status(&tx, &lines, &count), RC_OK);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        all += lines[i].overdue;
    return all;
}

/* Rows of the stores; files have jobs of their own. */
static bool by_days(const struct catalogue_row *row)
{
    return row->retention == RETENTION_DAYS && row->place != PLACE_FILES;
}

static void plant(struct stores *stores, enum personal_field field, uint64_t subject, int64_t at_ms, int count)
{
    static int first = 1000;
    struct rows_plan plan = {.field = field, .subject = subject, .at_ms = at_ms, .count = count, .first = first};
    first += count;
    if (run(stores, rows_plant, &plan) != RC_OK)
        fail_msg("no rows of %s", catalogue_row(field)->name);
}

static int64_t counted(struct stores *stores, enum personal_field field, uint64_t subject)
{
    struct rows_plan plan = {.field = field, .subject = subject};
    assert_int_equal(run(stores, rows_count, &plan), RC_OK);
    return plan.counted;
}

/* One row a subject in some tables. */
static int some(enum personal_field field)
{
    return field == FIELD_ERASURE ? 1 : MANY;
}

static void test_4_2_after_the_clock_has_jumped_and_the_job_has_run_nothing_is_overdue(void **state)
{
    struct stores *stores = *state;
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++)
        if (by_days(catalogue_row((enum personal_field)f)))
            plant(stores, (enum personal_field)f, ALICE, env_now_ms(&stores->env.env), some((enum personal_field)f));
    assert_int_equal(overdue_in_all(stores), 0);
    run_job(stores);
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++)
        if (by_days(catalogue_row((enum personal_field)f)))
            assert_int_equal(counted(stores, (enum personal_field)f, 0), some((enum personal_field)f));

    env_simulated_advance(&stores->env, 20 * 365 * DAY_MS);
    assert_true(overdue_in_all(stores) >= MANY);
    run_job(stores);
    assert_int_equal(overdue_in_all(stores), 0);
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++)
        if (by_days(catalogue_row((enum personal_field)f)) && counted(stores, (enum personal_field)f, 0) != 0)
            fail_msg("%s is still there", catalogue_row((enum personal_field)f)->name);
}

static void test_4_2_a_row_dies_on_its_day_and_not_before(void **state)
{
    struct stores *stores = *state;
    for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++) {
        enum personal_field field = (enum personal_field)f;
        const struct catalogue_row *row = catalogue_row(field);
        if (!by_days(row))
            continue;
        int64_t last_day = env_now_ms(&stores->env.env) - row->retention_days * DAY_MS;
        plant(stores, field, ALICE, last_day, 1);
        plant(stores, field, BOB, last_day - 1, 1);
        run_job(stores);
        if (counted(stores, field, 0) != 1)
            fail_msg("%s: %d rows are left", row->name, (int)counted(stores, field, 0));
    }
}

static void test_4_2_much_that_is_overdue_goes_in_bounded_turns(void **state)
{
    struct stores *stores = *state;
    bool more;
    plant(stores, FIELD_REPORT, ALICE, 5, 2 * RETENTION_TURN + 1);
    assert_int_equal(run(stores, turn_run, &more), RC_OK);
    assert_true(more);
    assert_int_equal(counted(stores, FIELD_REPORT, ALICE), RETENTION_TURN + 1);
    assert_int_equal(run_job(stores), 2);
    assert_int_equal(counted(stores, FIELD_REPORT, ALICE), 0);
}

/* ---- what law holds ---- */

static enum rc hold_run(struct tx *tx, void *arg)
{
    (void)arg;
    return holds_place(tx, ALICE, S("case 7"), true);
}

static enum rc lift_run(struct tx *tx, void *arg)
{
    (void)arg;
    return holds_lift(tx, ALICE);
}

static void test_4_2_what_law_holds_is_neither_removed_nor_overdue_until_it_is_lifted(void **state)
{
    struct stores *stores = *state;
    plant(stores, FIELD_REPORT, ALICE, 5, MANY);
    plant(stores, FIELD_REPORT, BOB, 5, MANY);
    assert_int_equal(run(stores, hold_run, NULL), RC_OK);
    run_job(stores);
    assert_int_equal(counted(stores, FIELD_REPORT, ALICE), MANY);
    assert_int_equal(counted(stores, FIELD_REPORT, BOB), 0);
    assert_int_equal(overdue_in_all(stores), 0);
    assert_int_equal(run(stores, lift_run, NULL), RC_OK);
    run_job(stores);
    assert_int_equal(counted(stores, FIELD_REPORT, ALICE), 0);
}

/* ---- what ages ---- */

static enum rc see_run(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(personal_set(tx, ALICE, FIELD_DEVICE_ADDRESS, 3, S("203.0.113.9")));
    TRY(personal_set(tx, ALICE, FIELD_DEVICE_AGENT, 3, S("Mozilla/5.0 (Windows NT 10.0; rv:131.0) Firefox/131.0")));
    return personal_set(tx, ALICE, FIELD_DEVICE_NAME, 3, S("laptop"));
}

static str value_of(struct stores *stores, enum personal_field field)
{
    struct tx tx = stores_read(stores);
    str value = STR_NONE;
    assert_int_equal(personal_get(&tx, ALICE, field, 3, PURPOSE_RIGHTS, &value), RC_OK);
    return value;
}

static void test_1_2_the_address_of_a_device_not_seen_for_long_becomes_coarse(void **state)
{
    struct stores *stores = *state;
    int64_t days = catalogue_row(FIELD_DEVICE_ADDRESS)->retention_days;
    assert_int_equal(stores_write(stores, see_run, NULL), RC_OK);
    env_simulated_advance(&stores->env, days * DAY_MS);
    run_job(stores);
    assert_true(str_eq(value_of(stores, FIELD_DEVICE_ADDRESS), S("203.0.113.9")));
    env_simulated_advance(&stores->env, DAY_MS);
    assert_int_equal(overdue_in_all(stores), 2);
    run_job(stores);
    assert_int_equal(overdue_in_all(stores), 0);
    assert_true(str_eq(value_of(stores, FIELD_DEVICE_ADDRESS), S("203.0.113.0/24")));
    assert_false(str_contains(value_of(stores, FIELD_DEVICE_AGENT), S("131")));
    assert_true(str_eq(value_of(stores, FIELD_DEVICE_NAME), S("laptop")));
    /* Seen again: it is whole again, and ages anew. */
    assert_int_equal(stores_write(stores, see_run, NULL), RC_OK);
    run_job(stores);
    assert_true(str_eq(value_of(stores, FIELD_DEVICE_ADDRESS), S("203.0.113.9")));
}

/* ---- what is told of it ---- */

static enum rc count_audit_run(struct tx *tx, void *arg)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT count(*) FROM audit", NULL));
    *(int64_t *)arg = db_next(&q) ? db_column_i64(&q, 0) : -1;
    return db_done(&q, NULL);
}

static void test_4_2_what_was_removed_is_on_record(void **state)
{
    struct stores *stores = *state;
    int64_t before, after;
    run_job(stores);
    assert_int_equal(run(stores, count_audit_run, &before), RC_OK);
    plant(stores, FIELD_REPORT, ALICE, 5, MANY);
    run_job(stores);
    assert_int_equal(run(stores, count_audit_run, &after), RC_OK);
    assert_int_equal(after, before + 1);
}

static enum rc ask_run(struct tx *tx, void *arg)
{
    str claim;
    (void)arg;
    return erasures_ask(tx, ALICE, ERASURE_CLOSED, env_now_ms(tx->env), &claim);
}

static void test_4_2_an_erasure_that_does_not_come_to_its_end_is_overdue(void **state)
{
    struct stores *stores = *state;
    int64_t overdue;
    assert_int_equal(run(stores, ask_run, NULL), RC_OK);
    struct tx tx = stores_read(stores);
    assert_int_equal(retention_erasures_overdue(&tx, &overdue), RC_OK);
    assert_int_equal(overdue, 0);
    env_simulated_advance(&stores->env, RETENTION_GRACE_MS + 1);
    assert_int_equal(retention_erasures_overdue(&tx, &overdue), RC_OK);
    assert_int_equal(overdue, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_4_2_after_the_clock_has_jumped_and_the_job_has_run_nothing_is_overdue),
        TEST(test_4_2_a_row_dies_on_its_day_and_not_before),
        TEST(test_4_2_much_that_is_overdue_goes_in_bounded_turns),
        TEST(test_4_2_what_law_holds_is_neither_removed_nor_overdue_until_it_is_lifted),
        TEST(test_1_2_the_address_of_a_device_not_seen_for_long_becomes_coarse),
        TEST(test_4_2_what_was_removed_is_on_record),
        TEST(test_4_2_an_erasure_that_does_not_come_to_its_end_is_overdue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
