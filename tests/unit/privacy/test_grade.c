/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What staff may see depends on the grade of the data and of their role (obligation 4.7). */
#include "support/stores.h"

enum { ALICE = 1 };

static int with_alice(void **state)
{
    stores_set_up(state);
    stores_user(*state, S("alice"));
    return 0;
}

struct ask {
    enum personal_field field;
};

static enum rc ask_run(struct tx *tx, void *arg)
{
    const struct ask *ask = arg;
    return gate_check(tx, ALICE, ask->field, tx->act->purpose);
}

/* The first purpose the catalogue lists for the field, so that only the grade can be in the way. */
static enum purpose some_purpose(const struct catalogue_row *row)
{
    enum purpose purpose = PURPOSE_NONE;
    while (!(row->purposes & PURPOSE_BIT(purpose)))
        purpose++;
    return purpose;
}

static enum legal_basis some_basis(const struct catalogue_row *row)
{
    enum legal_basis basis = BASIS_LEGAL_DUTY;
    while (basis < BASIS_COUNT && !(row->bases & BASIS_BIT(basis)))
        basis++;
    return basis;
}

static enum rc ask_with(struct stores *stores, enum actor actor, enum data_grade grade, enum personal_field field)
{
    const struct catalogue_row *row = catalogue_row(field);
    enum purpose purpose = some_purpose(row);
    struct act act = {.actor = actor,
                      .actor_nid = 7,
                      .purpose = purpose,
                      .purposes = PURPOSE_BIT(purpose),
                      .basis = some_basis(row),
                      .reason = "ticket 12",
                      .grade = grade};
    struct ask ask = {field};
    return store_write_wait(stores->store, &act, &stores->arena, ask_run, &ask);
}

static void test_4_7_staff_reach_what_is_of_the_grade_of_their_role_and_no_more(void **state)
{
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = catalogue_row((enum personal_field)field);
        for (int grade = 0; grade <= GRADE_SECRET; grade++) {
            enum rc rc = ask_with(*state, ACTOR_STAFF, (enum data_grade)grade, (enum personal_field)field);
            bool reaches = grade >= (int)row->grade && row->grade != GRADE_SECRET;
            if (rc != (reaches ? RC_OK : RC_FORBIDDEN))
                fail_msg("%s, grade %d: %s", row->name, grade, rc_name(rc));
        }
    }
}

static void test_4_7_the_program_itself_needs_no_grade(void **state)
{
    assert_int_equal(ask_with(*state, ACTOR_SERVICE, 0, FIELD_PASSWORD_HASH), RC_OK);
    assert_int_equal(ask_with(*state, ACTOR_USER, 0, FIELD_PHONE), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_4_7_staff_reach_what_is_of_the_grade_of_their_role_and_no_more, with_alice,
                                        stores_tear_down),
        cmocka_unit_test_setup_teardown(test_4_7_the_program_itself_needs_no_grade, with_alice, stores_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
