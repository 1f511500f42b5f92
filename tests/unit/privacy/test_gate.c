/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who is let through to a personal value, and what of it stays on the record (obligations 1.18, 1.20, 4.8). */
#include "privacy/audit.h"
#include "privacy/personal.h"
#include "support/stores.h"

#define PHONE S("+4915112345678")

enum { ALICE = 1 };

static enum rc give_number(struct tx *tx, void *arg)
{
    (void)arg;
    return personal_set(tx, ALICE, FIELD_PHONE, 0, PHONE);
}

static int with_alice(void **state)
{
    stores_set_up(state);
    stores_user(*state, S("alice"));
    return stores_write(*state, give_number, NULL) == RC_OK ? 0 : -1;
}

/* ---- asking ---- */

struct ask {
    enum personal_field field;
    enum purpose purpose;
    str value;  /* what came back */
    bool fails; /* whoever asks then fails, so that the tx is undone */
};

static enum rc ask_run(struct tx *tx, void *arg)
{
    struct ask *ask = arg;
    TRY(personal_get(tx, ALICE, ask->field, 0, ask->purpose, &ask->value));
    return ask->fails ? RC_INTERNAL : RC_OK;
}

static enum rc ask_as(struct stores *stores, const struct act *act, struct ask *ask)
{
    return store_write_wait(stores->store, act, &stores->arena, ask_run, ask);
}

static struct act act_for(enum actor actor, enum purpose purpose, enum legal_basis basis, const char *reason)
{
    return (struct act){.actor = actor,
                        .purpose = purpose,
                        .purposes = PURPOSE_BIT(purpose),
                        .basis = basis,
                        .reason = reason,
                        .grade = GRADE_RESTRICTED};
}

/* ---- the record ---- */

static enum rc write_waiting(struct tx *tx, void *arg)
{
    (void)arg;
    return audit_write_waiting(tx);
}

/* Alice's entries, after what waited was written. */
static size_t entries_of_alice(struct stores *stores, struct audit_record **ret_records)
{
    size_t count;
    assert_int_equal(stores_write(stores, write_waiting, NULL), RC_OK);
    struct tx tx = stores_read(stores);
    assert_int_equal(audit_list(&tx, ALICE, 0, 100, ret_records, &count), RC_OK);
    return count;
}

static void assert_says(const struct audit_record *record, const char *part)
{
    if (!str_contains(record->entry, str_of(part)))
        fail_msg("%s is not in %.*s", part, STR_ARG(record->entry));
}

static void assert_refused(struct stores *stores, const struct act *act, enum purpose purpose, const char *why)
{
    struct ask ask = {.field = FIELD_PHONE, .purpose = purpose};
    struct audit_record *records;
    size_t before = entries_of_alice(stores, &records);
    assert_int_equal(ask_as(stores, act, &ask), RC_FORBIDDEN);
    assert_null(ask.value.ptr);
    assert_int_equal(entries_of_alice(stores, &records), before + 1);
    assert_says(&records[before], "\"kind\":\"refused\"");
    assert_says(&records[before], why);
}

/* ---- tests ---- */

static void test_1_20_an_act_reads_for_what_it_declares_and_nothing_else(void **state)
{
    struct act act = act_for(ACTOR_USER, PURPOSE_ACCOUNT_SECURITY, BASIS_CONTRACT, NULL);
    struct ask ask = {.field = FIELD_PHONE, .purpose = PURPOSE_ACCOUNT_SECURITY};
    assert_int_equal(ask_as(*state, &act, &ask), RC_OK);
    assert_true(str_eq(ask.value, PHONE));
    /* The catalogue lists this one, the act does not. */
    assert_refused(*state, &act, PURPOSE_SERVICE, "the act does not declare the purpose");
    /* The act declares this one, the catalogue does not list it. */
    struct act other = act_for(ACTOR_USER, PURPOSE_MESSAGING, BASIS_CONTRACT, NULL);
    assert_refused(*state, &other, PURPOSE_MESSAGING, "the catalogue does not list the purpose");
}

/* What people show in rooms and profiles, and nothing else, whatever the endpoint is for (docs/decisions/0008). */
static void test_1_20_an_application_service_is_given_what_the_service_is_for(void **state)
{
    struct act act = act_for(ACTOR_APPSERVICE, PURPOSE_ACCOUNT_SECURITY, BASIS_CONTRACT, "application service irc");
    assert_refused(*state, &act, PURPOSE_ACCOUNT_SECURITY, "application services are given this of nobody");
    struct ask ask = {.field = FIELD_PHONE, .purpose = PURPOSE_ACCOUNT_SECURITY};
    act.actor_nid = ALICE; /* in the name of the account itself */
    assert_int_equal(ask_as(*state, &act, &ask), RC_OK);
    struct act meeting = act_for(ACTOR_APPSERVICE, PURPOSE_MESSAGING, BASIS_CONTRACT, "application service irc");
    struct ask profile = {.field = FIELD_PROFILE_FIELDS, .purpose = PURPOSE_MESSAGING};
    assert_int_equal(ask_as(*state, &meeting, &profile), RC_NOT_FOUND); /* she shows nothing of it */
}

static void test_1_20_nobody_gets_nothing(void **state)
{
    struct act act = act_for(ACTOR_NOBODY, PURPOSE_ACCOUNT_SECURITY, BASIS_CONTRACT, NULL);
    assert_refused(*state, &act, PURPOSE_ACCOUNT_SECURITY, "nobody says who acts");
}

/* Obligation 1.18: nine of the ten need a reason, and to be one of the field's. */
static void test_1_18_a_basis_without_consent_is_the_fields_and_has_a_reason(void **state)
{
    for (int basis = BASIS_LEGAL_DUTY; basis < BASIS_COUNT; basis++) {
        struct act act = act_for(ACTOR_USER, PURPOSE_ACCOUNT_SECURITY, (enum legal_basis)basis, NULL);
        if (basis == BASIS_CONTRACT)
            continue;
        struct ask ask = {.field = FIELD_DEVICE_ADDRESS, .purpose = PURPOSE_ACCOUNT_SECURITY};
        bool listed = catalogue_row(FIELD_DEVICE_ADDRESS)->bases & BASIS_BIT(basis);
        assert_int_equal(ask_as(*state, &act, &ask), RC_FORBIDDEN);
        act.reason = "letter of 3 May";
        assert_int_equal(ask_as(*state, &act, &ask), listed ? RC_NOT_FOUND : RC_FORBIDDEN);
    }
}

static enum rc grant(struct tx *tx, void *arg)
{
    return users_set_grants(tx, ALICE, *(const uint32_t *)arg);
}

static enum rc check_membership(struct tx *tx, void *arg)
{
    (void)arg;
    return gate_check(tx, ALICE, FIELD_MEMBERSHIP, PURPOSE_RECOMMENDATION);
}

static enum rc recommend(struct stores *stores, enum legal_basis basis)
{
    struct act act = act_for(ACTOR_USER, PURPOSE_RECOMMENDATION, basis, NULL);
    return store_write_wait(stores->store, &act, &stores->arena, check_membership, NULL);
}

/* The contract does not carry a purpose of its own consent; the consent counts while it is live, and for its purpose.
 */
static void test_1_18_consent_is_asked_for_where_it_is_the_basis(void **state)
{
    const uint32_t yes = PURPOSE_BIT(PURPOSE_RECOMMENDATION), other = PURPOSE_BIT(PURPOSE_LOCATION), no = 0;
    const uint32_t *const grants[] = {&no, &other, &yes, &no};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(stores_write(*state, grant, (void *)grants[i]), RC_OK);
        enum rc expected = grants[i] == &yes ? RC_OK : RC_FORBIDDEN;
        assert_int_equal(recommend(*state, BASIS_CONTRACT), expected);
        assert_int_equal(recommend(*state, BASIS_CONSENT), expected);
    }
}

/* Nor is consent a basis of every field. */
static void test_1_18_consent_opens_no_field_it_is_no_basis_of(void **state)
{
    const uint32_t all = UINT32_MAX;
    struct act act = act_for(ACTOR_USER, PURPOSE_ACCOUNT_SECURITY, BASIS_CONSENT, NULL);
    assert_int_equal(stores_write(*state, grant, (void *)&all), RC_OK);
    assert_refused(*state, &act, PURPOSE_ACCOUNT_SECURITY, "the basis is not one of this field's");
}

static void staff_jobs_and_commands_name_a_reason(void **state)
{
    for (int actor = ACTOR_JOB; actor < ACTOR_COUNT; actor++) {
        struct act act = act_for((enum actor)actor, PURPOSE_OPERATIONS, BASIS_CONTRACT, NULL);
        assert_refused(*state, &act, PURPOSE_OPERATIONS, "whoever acts names no reason");
        act.reason = "";
        assert_refused(*state, &act, PURPOSE_OPERATIONS, "whoever acts names no reason");
    }
}

static void test_1_18_what_staff_read_is_on_the_subjects_record_with_the_reason(void **state)
{
    struct act act = act_for(ACTOR_STAFF, PURPOSE_OPERATIONS, BASIS_CONTRACT, "ticket 12");
    struct ask ask = {.field = FIELD_PHONE, .purpose = PURPOSE_OPERATIONS};
    struct audit_record *records;
    act.actor_nid = 7;
    assert_int_equal(ask_as(*state, &act, &ask), RC_OK);
    assert_true(str_eq(ask.value, PHONE));
    assert_int_equal(entries_of_alice(*state, &records), 1);
    assert_says(records, "\"kind\":\"read\"");
    assert_says(records, "\"actor\":\"staff\"");
    assert_says(records, "\"field\":\"phone\"");
    assert_says(records, "\"purpose\":\"operations\"");
    assert_says(records, "\"reason\":\"ticket 12\"");
    assert_says(records, "\"by\":\"");
}

/* The entry comes before the value: where none can be written, there is no value. */
static void staff_read_nothing_where_no_entry_can_be_written(void **state)
{
    struct stores *stores = *state;
    struct act act = act_for(ACTOR_STAFF, PURPOSE_OPERATIONS, BASIS_CONTRACT, "ticket 12");
    struct tx tx;
    str value = STR_NONE;
    store_read(stores->store, 0, &act, &stores->arena, &tx);
    assert_int_equal(personal_get(&tx, ALICE, FIELD_PHONE, 0, PURPOSE_OPERATIONS, &value), RC_FORBIDDEN);
    assert_null(value.ptr);
}

static void a_release_stays_on_the_record_though_its_tx_is_undone(void **state)
{
    struct act act = act_for(ACTOR_STAFF, PURPOSE_OPERATIONS, BASIS_CONTRACT, "ticket 12");
    struct ask ask = {.field = FIELD_PHONE, .purpose = PURPOSE_OPERATIONS, .fails = true};
    struct audit_record *records;
    assert_int_equal(ask_as(*state, &act, &ask), RC_INTERNAL);
    assert_int_equal(entries_of_alice(*state, &records), 1);
    assert_says(records, "\"kind\":\"read\"");
    assert_says(records, "\"reason\":\"ticket 12\"");
}

static void test_1_20_a_refusal_in_a_reading_tx_is_recorded_too(void **state)
{
    struct stores *stores = *state;
    struct audit_record *records;
    struct tx tx = stores_read(stores);
    str value;
    for (int i = 0; i < 3; i++)
        assert_int_equal(personal_get(&tx, ALICE, FIELD_PHONE, 0, PURPOSE_LOCATION, &value), RC_FORBIDDEN);
    assert_int_equal(entries_of_alice(stores, &records), 1);
    assert_says(records, "\"count\":3");
}

static void test_1_20_looking_for_somebody_is_refused_and_recorded_too(void **state)
{
    struct stores *stores = *state;
    struct audit_record *records;
    struct tx tx = stores_read(stores);
    uint64_t subject = 0;
    assert_int_equal(personal_find(&tx, FIELD_PHONE, PHONE, PURPOSE_MESSAGING, &subject), RC_FORBIDDEN);
    assert_int_equal(subject, 0);
    assert_int_equal(entries_of_alice(stores, &records), 1);
    assert_says(records, "\"kind\":\"refused\"");
}

int main(void)
{
#define GATE_TEST(fn) cmocka_unit_test_setup_teardown(fn, with_alice, stores_tear_down)
    const struct CMUnitTest tests[] = {
        GATE_TEST(test_1_20_an_act_reads_for_what_it_declares_and_nothing_else),
        GATE_TEST(test_1_20_nobody_gets_nothing),
        GATE_TEST(test_1_20_an_application_service_is_given_what_the_service_is_for),
        GATE_TEST(test_1_18_a_basis_without_consent_is_the_fields_and_has_a_reason),
        GATE_TEST(test_1_18_consent_is_asked_for_where_it_is_the_basis),
        GATE_TEST(test_1_18_consent_opens_no_field_it_is_no_basis_of),
        GATE_TEST(staff_jobs_and_commands_name_a_reason),
        GATE_TEST(test_1_18_what_staff_read_is_on_the_subjects_record_with_the_reason),
        GATE_TEST(staff_read_nothing_where_no_entry_can_be_written),
        GATE_TEST(a_release_stays_on_the_record_though_its_tx_is_undone),
        GATE_TEST(test_1_20_a_refusal_in_a_reading_tx_is_recorded_too),
        GATE_TEST(test_1_20_looking_for_somebody_is_refused_and_recorded_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
