/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What staff are shown (obligation 4.6). */
#include "privacy/shown.h"

#include "privacy/audit.h"
#include "support/stores.h"

#define PHONE S("+4915112345678")

struct look {
    uint64_t subject;
    str why, shown;
};

static enum rc look_run(struct tx *tx, void *arg)
{
    struct look *look = arg;
    return shown(tx, look->subject, FIELD_PHONE, PHONE, look->why, &look->shown);
}

static enum rc look_as(struct stores *stores, enum actor actor, struct look *look)
{
    const struct act act = {.actor = actor,
                            .actor_nid = 7,
                            .purpose = PURPOSE_SAFETY,
                            .purposes = PURPOSE_BIT(PURPOSE_SAFETY),
                            .basis = BASIS_CONTRACT,
                            .reason = "test",
                            .grade = GRADE_RESTRICTED};
    return store_write_wait(stores->store, &act, &stores->arena, look_run, look);
}

static size_t entries(struct stores *stores, uint64_t subject, str word)
{
    struct tx tx = stores_read(stores);
    struct audit_record *records;
    size_t count, found = 0;
    assert_int_equal(audit_list(&tx, subject, 0, 100, &records, &count), RC_OK);
    for (size_t i = 0; i < count; i++)
        found += str_contains(records[i].entry, word);
    return found;
}

static void test_4_6_staff_and_commands_see_the_mask(void **state)
{
    struct stores *stores = *state;
    struct look look = {.subject = stores_user(stores, S("alice"))};
    static const enum actor masked[] = {ACTOR_STAFF, ACTOR_COMMAND};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(look_as(stores, masked[i], &look), RC_OK);
        assert_true(str_eq(look.shown, S("+49***78")));
    }
    assert_int_equal(look_as(stores, ACTOR_USER, &look), RC_OK);
    assert_true(str_eq(look.shown, PHONE));
}

static void test_4_6_looking_behind_the_mask_needs_a_reason_and_is_recorded(void **state)
{
    struct stores *stores = *state;
    struct look look = {.subject = stores_user(stores, S("alice")), .why = S("report 17")};
    static const char *const none[] = {" ", "\t", "a\nb", "\xff"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct look bad = {.subject = look.subject, .why = str_of(none[i])};
        assert_int_equal(look_as(stores, ACTOR_STAFF, &bad), RC_INVALID);
        assert_int_equal(bad.shown.len, 0);
    }
    assert_int_equal(entries(stores, look.subject, S("looked behind the mask")), 0);
    assert_int_equal(look_as(stores, ACTOR_STAFF, &look), RC_OK);
    assert_true(str_eq(look.shown, PHONE));
    assert_int_equal(entries(stores, look.subject, S("looked behind the mask: report 17")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(test_4_6_staff_and_commands_see_the_mask),
        STORES_TEST(test_4_6_looking_behind_the_mask_needs_a_reason_and_is_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
