/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the build and the start refuse of the policy's versions (privacy/policy_rules.h). */
#include "support/policy_root.h"

static int with_folder(void **state)
{
    static struct folder folder;
    assert_int_equal(crypto_init(), RC_OK);
    folder_make(&folder);
    *state = &folder;
    return 0;
}

static int without_folder(void **state)
{
    folder_remove(*state);
    return 0;
}

/* refusal NULL: it is taken. */
static void expect(const struct folder *folder, const struct policy_second *second, const char *refusal)
{
    struct policy *policy = NULL;
    struct error err = {0};
    policy_root_write(folder, second);
    enum rc rc = policy_root_load(folder, &policy, &err);
    if (refusal && (rc == RC_OK || !str_contains(str_of(err.text), str_of(refusal))))
        fail_msg("expected \"%s\", got \"%s\"", refusal, rc == RC_OK ? "no refusal" : err.text);
    if (!refusal && rc != RC_OK)
        fail_msg("%s", err.text);
    policy_free(&policy);
}

#define WORDS(clause)                                                                                                  \
    {                                                                                                                  \
        {                                                                                                              \
            clause, "Other words."                                                                                     \
        }                                                                                                              \
    }
#define GONE(clause)                                                                                                   \
    {                                                                                                                  \
        {                                                                                                              \
            clause, NULL                                                                                               \
        }                                                                                                              \
    }

static void test_6_1_taking_a_clause_away_is_named_and_lessens_rights(void **state)
{
    expect(*state, &(struct policy_second){.changes = "\"changes\":{}", .en = GONE("5.1"), .zh = GONE("5.1")},
           "clause 5.1 is gone and not named under removed");
    expect(*state,
           &(struct policy_second){
               .changes = "\"changes\":{},\"removed\":[\"5.1\"]", .en = GONE("5.1"), .zh = GONE("5.1")},
           "does not say that it lessens rights");
    expect(*state,
           &(struct policy_second){.changes = "\"changes\":{},\"removed\":[\"5.1\"],\"lessens_rights\":true",
                                   .en = GONE("5.1"),
                                   .zh = GONE("5.1")},
           NULL);
}

static void test_6_2_no_version_takes_effect_before_its_notice_is_over(void **state)
{
    static const char *const other = "\"changes\":{},\"other\":[\"4.1\"]";
    static const char *const major = "\"changes\":{\"rights\":[\"4.1\"]}";
    static const struct {
        const char *days, *changes, *refusal;
    } cases[] = {
        {"\"announced\":\"2027-02-01\",\"effective\":\"2027-02-07\",\"notice_days\":7", other,
         "takes effect earlier than announced + 7 days"},
        {"\"announced\":\"2027-02-01\",\"effective\":\"2027-02-08\",\"notice_days\":7", other, NULL},
        {"\"announced\":\"2027-02-01\",\"effective\":\"2027-03-08\",\"notice_days\":6", other, "at least 7 days"},
        {"\"announced\":\"2027-02-01\",\"effective\":\"2027-03-08\",\"notice_days\":29", major, "at least 30 days"},
        {"\"announced\":\"2027-02-01\",\"effective\":\"2027-03-02\",\"notice_days\":30", major,
         "takes effect earlier than announced + 30 days"},
        {"\"announced\":\"2027-02-01\",\"effective\":\"2027-03-03\",\"notice_days\":30", major, NULL},
        {"\"announced\":\"2026-11-01\",\"effective\":\"2026-12-31\",\"notice_days\":30", other,
         "does not come after the version before"},
        {"\"announced\":\"2027-02-01\",\"effective\":\"2027-02-30\",\"notice_days\":7", other, "is not a day"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(*state,
               &(struct policy_second){
                   .days = cases[i].days, .changes = cases[i].changes, .en = WORDS("4.1"), .zh = WORDS("4.1")},
               cases[i].refusal);
}

static void test_6_2_every_changed_clause_is_named_with_what_kind_of_change_it_is(void **state)
{
    static const struct {
        const char *clause, *changes, *refusal;
    } cases[] = {
        {"4.1", "\"changes\":{}", "clause 4.1 changed and is named nowhere"},
        {"4.1", "\"changes\":{},\"other\":[\"4.1\"]", NULL},
        {"4.1", "\"changes\":{},\"other\":[\"4.1\",\"4.2\"]", "names clause 4.2, which is not so changed"},
        {"1.1", "\"changes\":{},\"other\":[\"1.1\"]", "clause 1.1 changed: name its kind of major change"},
        {"3.2", "\"changes\":{},\"other\":[\"3.2\"]", "clause 3.2 changed: name its kind of major change"},
        {"5.2", "\"changes\":{},\"other\":[\"5.2\"]", "clause 5.2 changed: name its kind of major change"},
        {"8.1", "\"changes\":{},\"other\":[\"8.1\"]", "clause 8.1 changed: name its kind of major change"},
        {"8.1", "\"changes\":{\"contact\":[\"8.1\"]}", NULL},
        {"1.1", "\"changes\":{\"service_model\":[\"1.1\"]}", NULL},
        {"3.2", "\"changes\":{\"recipients\":[\"3.2\"],\"ownership\":[],\"high_risk\":[]}", NULL},
        {"1.1", "\"changes\":{},\"editorial\":[\"1.1\"]", NULL},
        {"4.1", "\"changes\":{\"nothing\":[\"4.1\"]}", "a kind there is not"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct policy_second second = {.changes = cases[i].changes};
        second.en[0] = second.zh[0] = (struct policy_edit){cases[i].clause, "Other words."};
        expect(*state, &second, cases[i].refusal);
    }
}

static void test_6_4_a_text_stays_the_one_its_version_was_pinned_with(void **state)
{
    const struct folder *folder = *state;
    expect(folder, &(struct policy_second){.changes = "\"changes\":{}", .unpinned = true},
           "version 2: the en text is not the one pinned");
    policy_root_write(folder, &(struct policy_second){.changes = "\"changes\":{}"});
    policy_root_put(folder, "archive/1/zh-CN.md", S("# Something else\n"));
    struct policy *policy = NULL;
    struct error err = {0};
    assert_int_equal(policy_root_load(folder, &policy, &err), RC_INVALID);
    assert_true(str_contains(str_of(err.text), S("version 1")));
}

static void test_7_1_a_place_nobody_can_fill_in_is_refused(void **state)
{
    expect(*state,
           &(struct policy_second){.changes = "\"changes\":{},\"other\":[\"7.1\"]",
                                   .en = {{"7.1", "The law of {{operator.lore}} governs this."}},
                                   .zh = WORDS("7.1")},
           "nothing to fill {{operator.lore}} in with");
}

static void both_languages_say_the_same_clauses_and_change_together(void **state)
{
    expect(*state,
           &(struct policy_second){.changes = "\"changes\":{},\"removed\":[\"4.1\"],\"lessens_rights\":true",
                                   .en = GONE("4.1")},
           "clause 4.1 does not stand in every language");
    expect(*state, &(struct policy_second){.changes = "\"changes\":{},\"other\":[\"4.1\"]", .zh = WORDS("4.1")},
           "clause 4.1 changed in one language only");
    expect(*state, &(struct policy_second){.changes = "\"changes\":{},\"editorial\":[\"4.1\"]", .zh = WORDS("4.1")},
           NULL);
    expect(*state,
           &(struct policy_second){.changes = "\"changes\":{},\"other\":[\"4.1\"]",
                                   .en = {{"4.1", "One.\n\n<!-- 4.2 --> Again."}},
                                   .zh = WORDS("4.1")},
           "clause 4.2 stands twice");
}

static void test_6_1_6_5_the_version_in_force_and_what_it_asks_follow_the_clock(void **state)
{
    const struct folder *folder = *state;
    struct policy *policy;
    int64_t first, announced, effective;
    policy_root_write(folder, &(struct policy_second){.changes = "\"changes\":{\"rights\":[\"5.1\"]}",
                                                      .en = WORDS("5.1"),
                                                      .zh = WORDS("5.1")});
    assert_int_equal(policy_root_load(folder, &policy, NULL), RC_OK);
    assert_int_equal(policy_day_ms(S("2027-01-01"), &first), RC_OK);
    assert_int_equal(policy_day_ms(S("2027-02-01"), &announced), RC_OK);
    assert_int_equal(policy_day_ms(S("2027-03-03"), &effective), RC_OK);
    assert_true(first == INT64_C(1798761600000));
    const struct policy_version *one = &policy->main.versions[0], *two = &policy->main.versions[1];
    assert_ptr_equal(policy_in_force(&policy->main, 0), one);
    assert_ptr_equal(policy_to_come(&policy->main, announced - 1), NULL);
    assert_ptr_equal(policy_to_come(&policy->main, announced), two);
    assert_ptr_equal(policy_in_force(&policy->main, effective - 1), one);
    assert_ptr_equal(policy_in_force(&policy->main, effective), two);
    assert_ptr_equal(policy_to_come(&policy->main, effective), NULL);
    assert_true(policy_asks_between(NULL, one));
    assert_true(policy_asks_between(one, two));
    assert_false(policy_asks_between(two, two));
    policy_free(&policy);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, with_folder, without_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_6_1_taking_a_clause_away_is_named_and_lessens_rights),
        TEST(test_6_2_no_version_takes_effect_before_its_notice_is_over),
        TEST(test_6_2_every_changed_clause_is_named_with_what_kind_of_change_it_is),
        TEST(test_6_4_a_text_stays_the_one_its_version_was_pinned_with),
        TEST(test_7_1_a_place_nobody_can_fill_in_is_refused),
        TEST(both_languages_say_the_same_clauses_and_change_together),
        TEST(test_6_1_6_5_the_version_in_force_and_what_it_asks_follow_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
