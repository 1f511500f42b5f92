/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The gate in front of personal fields (obligations 0.8, 1.20). */
#include "privacy/personal.h"
#include "support/stores.h"

#define PHONE S("+4915112345678")

enum { ALICE = 1, BOB = 2 };

static int with_people(void **state)
{
    stores_set_up(state);
    stores_user(*state, S("alice"));
    stores_user(*state, S("bob"));
    return 0;
}

static enum rc give_alice_everything(struct tx *tx, void *arg)
{
    (void)arg;
    for (int field = FIELD_LOCALPART; field <= FIELD_DEVICE_AGENT; field++) {
        enum rc rc = personal_set(tx, ALICE, (enum personal_field)field, 0, S("+4915112345678"));
        if (catalogue_row((enum personal_field)field)->keeper == KEEPER_USER_CREATE ? rc != RC_INVALID : rc != RC_OK)
            return RC_INTERNAL;
    }
    return RC_OK;
}

/* Obligation 1.20. */
static void test_1_20_a_purpose_the_catalogue_does_not_list_is_refused(void **state)
{
    struct stores *stores = *state;
    assert_int_equal(stores_write(stores, give_alice_everything, NULL), RC_OK);
    struct tx tx = stores_read(stores);
    for (int field = FIELD_LOCALPART; field <= FIELD_DEVICE_AGENT; field++)
        for (int purpose = 0; purpose < PURPOSE_COUNT; purpose++) {
            const struct catalogue_row *row = catalogue_row((enum personal_field)field);
            str value = STR_NONE;
            enum rc rc = personal_get(&tx, ALICE, (enum personal_field)field, 0, (enum purpose)purpose, &value);
            bool listed = row->purposes & 1u << purpose;
            if (rc != (listed ? RC_OK : RC_FORBIDDEN) || (!listed && value.ptr))
                fail_msg("%s for %s: %s", row->name, purpose_name((enum purpose)purpose), rc_name(rc));
        }
}

static void no_field_is_open_to_no_purpose(void **state)
{
    (void)state;
    for (int field = FIELD_LOCALPART; field <= FIELD_DEVICE_AGENT; field++) {
        const struct catalogue_row *row = catalogue_row((enum personal_field)field);
        assert_int_equal(row->field, field);
        assert_false(row->purposes & 1u << PURPOSE_NONE);
        assert_int_not_equal(row->purposes, 0);
        /* What must be unique is found by its value. */
        assert_true(row->blind || !row->unique);
    }
}

static void test_1_1_what_is_held_of_a_device_serves_the_account_and_its_security_only(void **state)
{
    (void)state;
    /* Beside these: seeing it, having it go, and what the law demands (3.9). */
    unsigned serve = PURPOSE_BIT(PURPOSE_SERVICE) | PURPOSE_BIT(PURPOSE_ACCOUNT_SECURITY) | PURPOSE_BIT(PURPOSE_SAFETY)
                     | PURPOSE_BIT(PURPOSE_RIGHTS) | PURPOSE_BIT(PURPOSE_RETENTION) | PURPOSE_BIT(PURPOSE_DISCLOSURE);
    for (int field = FIELD_DEVICE_NAME; field <= FIELD_DEVICE_AGENT; field++)
        assert_int_equal(catalogue_row((enum personal_field)field)->purposes & ~serve, 0);
}

static void test_1_20_looking_for_a_person_needs_a_purpose_too(void **state)
{
    struct stores *stores = *state;
    assert_int_equal(stores_write(stores, give_alice_everything, NULL), RC_OK);
    struct tx tx = stores_read(stores);
    uint64_t subject = 0;
    assert_int_equal(personal_find(&tx, FIELD_PHONE, PHONE, PURPOSE_MESSAGING, &subject), RC_FORBIDDEN);
    assert_int_equal(subject, 0);
    assert_int_equal(personal_find(&tx, FIELD_PHONE, PHONE, PURPOSE_ACCOUNT_SECURITY, &subject), RC_OK);
    assert_int_equal(subject, ALICE);
    assert_int_equal(personal_find(&tx, FIELD_PHONE, S("+491510"), PURPOSE_ACCOUNT_SECURITY, &subject), RC_NOT_FOUND);
}

static enum rc take_alices_number(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(personal_set(tx, ALICE, FIELD_PHONE, 0, PHONE));
    if (personal_set(tx, BOB, FIELD_PHONE, 0, PHONE) != RC_EXISTS)
        return RC_INTERNAL;
    TRY(personal_remove(tx, ALICE, FIELD_PHONE, 0));
    return personal_set(tx, BOB, FIELD_PHONE, 0, PHONE);
}

static void a_number_is_one_persons_until_they_give_it_up(void **state)
{
    struct stores *stores = *state;
    assert_int_equal(stores_write(stores, take_alices_number, NULL), RC_OK);
    struct tx tx = stores_read(stores);
    str value;
    uint64_t subject;
    assert_int_equal(personal_get(&tx, ALICE, FIELD_PHONE, 0, PURPOSE_ACCOUNT_SECURITY, &value), RC_NOT_FOUND);
    assert_int_equal(personal_find(&tx, FIELD_PHONE, PHONE, PURPOSE_ACCOUNT_SECURITY, &subject), RC_OK);
    assert_int_equal(subject, BOB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_1_20_a_purpose_the_catalogue_does_not_list_is_refused, with_people,
                                        stores_tear_down),
        cmocka_unit_test(no_field_is_open_to_no_purpose),
        cmocka_unit_test(test_1_1_what_is_held_of_a_device_serves_the_account_and_its_security_only),
        cmocka_unit_test_setup_teardown(test_1_20_looking_for_a_person_needs_a_purpose_too, with_people,
                                        stores_tear_down),
        cmocka_unit_test_setup_teardown(a_number_is_one_persons_until_they_give_it_up, with_people, stores_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
