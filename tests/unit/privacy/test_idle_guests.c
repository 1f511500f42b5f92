/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Guests who do not come back are erased (obligation 4.2). */
#include "privacy/idle_guests.h"
#include "store/devices.h"
#include "store/erasures.h"
#include "store/holds.h"
#include "support/stores.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct coming {
    str name;
    uint32_t flags;
    uint64_t nid;
    struct device device;
};

static enum rc coming_run(struct tx *tx, void *arg)
{
    struct coming *coming = arg;
    bool is_new;
    TRY(users_create(tx, coming->name, coming->flags, &coming->nid, NULL));
    return devices_ensure(tx, coming->nid, STR_NONE, &coming->device, &is_new, NULL);
}

static struct coming came(struct stores *stores, str name, uint32_t flags)
{
    struct coming coming = {.name = name, .flags = flags};
    assert_int_equal(stores_write(stores, coming_run, &coming), RC_OK);
    return coming;
}

static enum rc seen_run(struct tx *tx, void *arg)
{
    struct coming *coming = arg;
    return devices_note_seen(tx, coming->nid, coming->device.nid, env_now_ms(tx->env));
}

static enum rc hold_run(struct tx *tx, void *arg)
{
    return holds_place(tx, *(uint64_t *)arg, S("case 7"), false);
}

struct turning {
    uint64_t after;
    size_t found;
};

static enum rc turn_run(struct tx *tx, void *arg)
{
    struct turning *turning = arg;
    return idle_guests_turn(tx, 30 * DAY_MS, &turning->after, &turning->found);
}

static size_t turned(struct stores *stores)
{
    struct turning turning = {0};
    assert_int_equal(stores_write(stores, turn_run, &turning), RC_OK);
    assert_int_equal(turning.after, 0);
    return turning.found;
}

static bool is_ending(struct stores *stores, uint64_t nid)
{
    struct tx tx = stores_read(stores);
    struct erasure_record erasure;
    enum rc rc = erasures_get(&tx, nid, &erasure);
    if (rc == RC_OK) {
        assert_int_equal(erasure.cause, ERASURE_IDLE);
        assert_true(erasure.due_ms <= env_now_ms(&stores->env.env));
    }
    return rc == RC_OK;
}

static void test_4_2_a_guest_who_has_not_come_back_is_to_be_erased(void **state)
{
    struct stores *stores = *state;
    struct coming guest = came(stores, S("guest"), USER_GUEST), person = came(stores, S("person"), 0);
    env_simulated_advance(&stores->env, 30 * DAY_MS);
    assert_int_equal(turned(stores), 0); /* seen exactly so long ago: not yet */
    env_simulated_advance(&stores->env, 1);
    assert_int_equal(turned(stores), 1);
    assert_true(is_ending(stores, guest.nid));
    assert_false(is_ending(stores, person.nid));
    assert_int_equal(turned(stores), 0); /* asked for once */
}

static void a_guest_who_came_by_stays(void **state)
{
    struct stores *stores = *state;
    struct coming guest = came(stores, S("guest"), USER_GUEST);
    env_simulated_advance(&stores->env, 29 * DAY_MS);
    assert_int_equal(stores_write(stores, seen_run, &guest), RC_OK);
    env_simulated_advance(&stores->env, 29 * DAY_MS);
    assert_int_equal(turned(stores), 0);
    assert_false(is_ending(stores, guest.nid));
}

static void a_guest_whose_account_has_ended_is_not_ended_again(void **state)
{
    struct stores *stores = *state;
    struct coming guest = came(stores, S("guest"), USER_GUEST | USER_DEACTIVATED);
    env_simulated_advance(&stores->env, 31 * DAY_MS);
    assert_int_equal(turned(stores), 0);
    assert_false(is_ending(stores, guest.nid));
}

static void test_4_2_who_is_held_by_law_waits_for_the_hold_to_be_lifted(void **state)
{
    struct stores *stores = *state;
    struct coming guest = came(stores, S("guest"), USER_GUEST);
    struct erasure_record due;
    int64_t next_ms;
    assert_int_equal(stores_write(stores, hold_run, &guest.nid), RC_OK);
    env_simulated_advance(&stores->env, 31 * DAY_MS);
    assert_int_equal(turned(stores), 1);
    struct tx tx = stores_read(stores);
    assert_int_equal(erasures_due(&tx, &due, &next_ms), RC_NOT_FOUND);
}

static void many_are_found_in_turns(void **state)
{
    struct stores *stores = *state;
    struct turning turning = {0};
    for (int i = 0; i <= IDLE_GUESTS_TURN; i++) {
        char name[16];
        snprintf(name, sizeof name, "guest%d", i);
        came(stores, str_of(name), USER_GUEST);
    }
    env_simulated_advance(&stores->env, 31 * DAY_MS);
    assert_int_equal(stores_write(stores, turn_run, &turning), RC_OK);
    assert_int_equal(turning.found, IDLE_GUESTS_TURN);
    assert_true(turning.after > 0);
    assert_int_equal(stores_write(stores, turn_run, &turning), RC_OK);
    assert_int_equal(turning.found, 1);
    assert_int_equal(turning.after, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(test_4_2_a_guest_who_has_not_come_back_is_to_be_erased),
        STORES_TEST(a_guest_who_came_by_stays),
        STORES_TEST(a_guest_whose_account_has_ended_is_not_ended_again),
        STORES_TEST(test_4_2_who_is_held_by_law_waits_for_the_hold_to_be_lifted),
        STORES_TEST(many_are_found_in_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
