/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/delayed_events.h"
#include "support/chat.h"

#define ALICE S("@alice:example.org")
#define HOUR_MS (INT64_C(3600) * 1000)

static enum rc add_run(struct tx *tx, void *arg)
{
    return delayed_add(tx, 3, S("txn"), arg);
}

static struct delayed_event add(struct stores *stores, uint64_t user, int64_t delay_ms)
{
    struct delayed_event event = {.user_nid = user,
                                  .room_nid = 1,
                                  .delay_ms = delay_ms,
                                  .type = S("m.room.message"),
                                  .content = S("{\"body\":\"canaryword\"}")};
    assert_int_equal(stores_write(stores, add_run, &event), RC_OK);
    return event;
}

static enum rc restart_run(struct tx *tx, void *arg)
{
    return delayed_restart(tx, arg);
}

static enum rc finalise_run(struct tx *tx, void *arg)
{
    return delayed_finalise(tx, arg);
}

static enum rc set_back_run(struct tx *tx, void *arg)
{
    (void)arg;
    return delayed_clock_set_back(tx);
}

static enum rc drop_run(struct tx *tx, void *arg)
{
    return delayed_drop_all(tx, *(uint64_t *)arg);
}

struct look {
    uint64_t *nids;
    size_t count;
    int64_t next_ms;
};

static struct look due(struct stores *stores, size_t limit)
{
    struct look look;
    struct tx tx = stores_read(stores);
    assert_int_equal(delayed_due(&tx, limit, &look.nids, &look.count, &look.next_ms), RC_OK);
    return look;
}

static struct delayed_event get(struct stores *stores, uint64_t nid)
{
    struct delayed_event event;
    struct tx tx = stores_read(stores);
    assert_int_equal(delayed_get(&tx, nid, &event), RC_OK);
    return event;
}

static void what_is_scheduled_comes_back_as_it_was(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct delayed_event event = add(stores, alice, HOUR_MS), found;
    assert_int_equal(event.id.len, DELAYED_ID_LEN);
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(stores);
        str id = round ? STR_NONE : event.id;
        assert_int_equal(delayed_get(&tx, event.nid, &found), RC_OK);
        if (!round)
            assert_int_equal(delayed_find(&tx, id, &found), RC_OK);
        assert_true(str_eq(found.content, S("{\"body\":\"canaryword\"}")) && str_eq(found.type, S("m.room.message")));
        assert_null(found.state_key.ptr);
        assert_int_equal(found.due_ms, env_now_ms(&stores->env.env) + HOUR_MS);
        assert_int_equal(delayed_find(&tx, S("another"), &found), RC_NOT_FOUND);
        stores_restart(stores);
    }
}

static void the_longest_due_come_first_and_so_many_at_a_time(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    int64_t now = env_now_ms(&stores->env.env);
    uint64_t late = add(stores, alice, 3000).nid, soon = add(stores, alice, 1000).nid,
             middle = add(stores, alice, 2000).nid;
    struct look look = due(stores, 10);
    assert_int_equal(look.count, 0);
    assert_int_equal(look.next_ms, now + 1000);
    env_simulated_advance(&stores->env, 999);
    assert_int_equal(due(stores, 10).count, 0);
    env_simulated_advance(&stores->env, 2001);
    look = due(stores, 2);
    assert_int_equal(look.count, 2);
    assert_int_equal(look.nids[0], soon);
    assert_int_equal(look.nids[1], middle);
    assert_int_equal(look.next_ms, now + 3000);
    look = due(stores, 10);
    assert_int_equal(look.count, 3);
    assert_int_equal(look.nids[2], late);
    assert_true(look.next_ms == INT64_MAX);
}

static void restarting_begins_the_delay_anew(void **state)
{
    struct stores *stores = *state;
    struct delayed_event event = add(stores, stores_user(stores, S("alice")), 1000);
    env_simulated_advance(&stores->env, 900);
    assert_int_equal(stores_write(stores, restart_run, &event), RC_OK);
    env_simulated_advance(&stores->env, 900);
    assert_int_equal(due(stores, 10).count, 0);
    env_simulated_advance(&stores->env, 100);
    assert_int_equal(due(stores, 10).count, 1);
}

static void a_clock_set_back_makes_nobody_wait_longer_than_the_delay(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct delayed_event early = add(stores, alice, 100 * HOUR_MS);
    env_simulated_advance(&stores->env, 50 * HOUR_MS);
    struct delayed_event event = add(stores, alice, 1000);
    env_simulated_advance(&stores->env, -40 * HOUR_MS);
    assert_int_equal(stores_write(stores, set_back_run, NULL), RC_OK);
    assert_int_equal(get(stores, event.nid).due_ms, env_now_ms(&stores->env.env) + 1000);
    assert_int_equal(get(stores, early.nid).due_ms, early.due_ms);
}

static void of_one_that_was_sent_no_content_is_kept(void **state)
{
    struct stores *stores = *state;
    struct delayed_event event = add(stores, stores_user(stores, S("alice")), 1000);
    event.outcome = DELAYED_SENT;
    event.event_id = S("$there");
    assert_int_equal(stores_write(stores, finalise_run, &event), RC_OK);
    struct delayed_event found = get(stores, event.nid);
    assert_int_equal(found.content.len, 0);
    assert_true(str_eq(found.event_id, S("$there")) && found.done_ms == env_now_ms(&stores->env.env));
    env_simulated_advance(&stores->env, HOUR_MS);
    assert_int_equal(due(stores, 10).count, 0);
}

static void of_one_that_failed_the_reason_is_kept(void **state)
{
    struct stores *stores = *state;
    struct delayed_event event = add(stores, stores_user(stores, S("alice")), 1000);
    event.outcome = DELAYED_FAILED;
    event.error = S("{\"errcode\":\"M_FORBIDDEN\"}");
    assert_int_equal(stores_write(stores, finalise_run, &event), RC_OK);
    struct delayed_event found = get(stores, event.nid);
    assert_true(str_eq(found.error, event.error) && str_contains(found.content, S("canaryword")));
}

static void the_oldest_finalised_make_room_for_new_ones(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), first = 0;
    for (int i = 0; i <= DELAYED_FINALISED_MAX; i++) {
        struct delayed_event event = add(stores, alice, 1000);
        first = first ? first : event.nid;
        event.outcome = DELAYED_CANCELLED;
        env_simulated_advance(&stores->env, 1);
        assert_int_equal(stores_write(stores, finalise_run, &event), RC_OK);
        arena_reset(&stores->arena);
    }
    struct tx tx = stores_read(stores);
    struct delayed_event gone;
    assert_int_equal(delayed_get(&tx, first, &gone), RC_NOT_FOUND);
    assert_int_equal(delayed_get(&tx, first + 1, &gone), RC_OK);
}

static void a_person_is_counted_and_dropped_alone(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    int64_t now = env_now_ms(&stores->env.env), count, first_ms;
    add(stores, alice, 2000);
    add(stores, alice, 1000);
    add(stores, bob, 500);
    struct tx tx = stores_read(stores);
    assert_int_equal(delayed_count(&tx, alice, &count, &first_ms), RC_OK);
    assert_int_equal(count, 2);
    assert_int_equal(first_ms, now + 1000);
    assert_int_equal(stores_write(stores, drop_run, &alice), RC_OK);
    assert_int_equal(delayed_count(&tx, alice, &count, &first_ms), RC_OK);
    assert_int_equal(count, 0);
    assert_int_equal(delayed_count(&tx, bob, &count, &first_ms), RC_OK);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(what_is_scheduled_comes_back_as_it_was),
        STORES_TEST(the_longest_due_come_first_and_so_many_at_a_time),
        STORES_TEST(restarting_begins_the_delay_anew),
        STORES_TEST(a_clock_set_back_makes_nobody_wait_longer_than_the_delay),
        STORES_TEST(of_one_that_was_sent_no_content_is_kept),
        STORES_TEST(of_one_that_failed_the_reason_is_kept),
        STORES_TEST(the_oldest_finalised_make_room_for_new_ones),
        STORES_TEST(a_person_is_counted_and_dropped_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
