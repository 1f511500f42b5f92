/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "sync/presence.h"

#include <stdlib.h>

struct fixture {
    struct env_simulated sim;
    struct presence *presence;
    struct arena arena;
};

static const struct presence_device phone = {7, 1}, laptop = {7, 2};

static enum presence_state shown(struct fixture *fixture)
{
    struct presence_view view;
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    return view.state;
}

static size_t swept(struct fixture *fixture)
{
    uint64_t *nids;
    size_t count;
    presence_sweep(fixture->presence, &fixture->arena, &nids, &count);
    return count;
}

static void pass(struct fixture *fixture, int64_t ms)
{
    env_simulated_advance(&fixture->sim, ms);
}

static int setup(void **state)
{
    struct fixture *fixture = xcalloc(1, sizeof *fixture);
    env_simulated_init(&fixture->sim, 1700000000000, 1);
    env_simulated_advance(&fixture->sim, 1000);
    fixture->presence = presence_new(&fixture->sim.env);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    presence_free(&fixture->presence);
    arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static void somebody_unknown_is_offline(void **state)
{
    struct fixture *fixture = *state;
    struct presence_view view;
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.state, PRESENCE_OFFLINE);
    assert_int_equal(view.last_active_ago_ms, -1);
}

static void a_first_sync_shows_the_user_online_once(void **state)
{
    struct fixture *fixture = *state;
    assert_true(presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0));
    assert_false(presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0));
    struct presence_view view;
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.state, PRESENCE_ONLINE);
    assert_true(view.currently_active);
    uint64_t *nids;
    size_t count;
    presence_changes(fixture->presence, &fixture->arena, 0, presence_serial(fixture->presence), &nids, &count);
    assert_int_equal(count, 1);
    assert_int_equal(nids[0], 7);
}

static void somebody_whose_syncs_stop_goes_offline(void **state)
{
    struct fixture *fixture = *state;
    assert_true(presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0));
    uint64_t *nids;
    size_t count;
    presence_sweep(fixture->presence, &fixture->arena, &nids, &count);
    assert_int_equal(count, 0);
    env_simulated_advance(&fixture->sim, PRESENCE_SYNC_GRACE_MS + 1);
    presence_sweep(fixture->presence, &fixture->arena, &nids, &count);
    assert_int_equal(count, 1);
    struct presence_view view;
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.state, PRESENCE_OFFLINE);
}

static void an_idle_user_is_unavailable_until_active_again(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t ms = 0; ms <= PRESENCE_IDLE_MS; ms += PRESENCE_SYNC_GRACE_MS) {
        (void)presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0);
        assert_int_equal(shown(fixture), PRESENCE_ONLINE);
        pass(fixture, PRESENCE_SYNC_GRACE_MS);
    }
    assert_true(presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0));
    assert_int_equal(shown(fixture), PRESENCE_UNAVAILABLE);
    assert_true(presence_active(fixture->presence, phone));
    assert_int_equal(shown(fixture), PRESENCE_ONLINE);
}

static void a_status_message_is_kept_changed_and_removed(void **state)
{
    struct fixture *fixture = *state;
    struct presence_view view;
    assert_true(presence_set(fixture->presence, phone, PRESENCE_ONLINE, S("at lunch")));
    assert_false(presence_set(fixture->presence, phone, PRESENCE_ONLINE, STR_NONE));
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_true(str_eq(view.status_msg, S("at lunch")));
    struct strbuf buf = STRBUF_INIT;
    presence_add_json(&buf, &view);
    assert_string_equal(buf.ptr, "{\"presence\":\"online\",\"last_active_ago\":0,\"status_msg\":\"at lunch\","
                                 "\"currently_active\":true}");
    strbuf_fini(&buf);
    assert_true(presence_set(fixture->presence, phone, PRESENCE_ONLINE, S("")));
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.status_msg.len, 0);
}

static void a_sync_that_waits_is_no_absence(void **state)
{
    struct fixture *fixture = *state;
    assert_true(presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 30000));
    pass(fixture, 30000 + PRESENCE_SYNC_GRACE_MS);
    assert_int_equal(swept(fixture), 1); /* no longer currently active */
    assert_int_equal(shown(fixture), PRESENCE_ONLINE);
    pass(fixture, 1);
    assert_int_equal(swept(fixture), 1);
    assert_int_equal(shown(fixture), PRESENCE_OFFLINE);
    assert_true(presence_sync(fixture->presence, phone, PRESENCE_ONLINE, INT64_MAX));
    pass(fixture, PRESENCE_WAIT_MAX_MS + PRESENCE_SYNC_GRACE_MS + 1);
    assert_int_equal(shown(fixture), PRESENCE_OFFLINE);
}

static void of_two_devices_the_stronger_state_shows(void **state)
{
    static const struct {
        enum presence_state one, other, seen;
    } cases[] = {
        {PRESENCE_BUSY, PRESENCE_ONLINE, PRESENCE_BUSY},
        {PRESENCE_ONLINE, PRESENCE_UNAVAILABLE, PRESENCE_ONLINE},
        {PRESENCE_UNAVAILABLE, PRESENCE_OFFLINE, PRESENCE_UNAVAILABLE},
        {PRESENCE_BUSY, PRESENCE_OFFLINE, PRESENCE_BUSY},
        {PRESENCE_OFFLINE, PRESENCE_OFFLINE, PRESENCE_OFFLINE},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int turn = 0; turn < 2; turn++) {
            (void)presence_set(fixture->presence, turn ? phone : laptop, cases[i].one, STR_NONE);
            (void)presence_set(fixture->presence, turn ? laptop : phone, cases[i].other, STR_NONE);
            if (shown(fixture) != cases[i].seen)
                fail_msg("case %zu, turn %d: %d", i, turn, shown(fixture));
        }
}

static void a_device_that_is_left_alone_does_not_hide_the_one_in_use(void **state)
{
    struct fixture *fixture = *state;
    (void)presence_sync(fixture->presence, laptop, PRESENCE_ONLINE, 0);
    (void)presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0);
    pass(fixture, PRESENCE_IDLE_MS + 1);
    (void)presence_sync(fixture->presence, laptop, PRESENCE_ONLINE, 0);
    (void)presence_sync(fixture->presence, phone, PRESENCE_UNAVAILABLE, 0);
    (void)presence_set(fixture->presence, laptop, PRESENCE_UNAVAILABLE, STR_NONE);
    assert_int_equal(shown(fixture), PRESENCE_UNAVAILABLE);
    assert_true(presence_active(fixture->presence, phone));
    assert_int_equal(shown(fixture), PRESENCE_ONLINE);
    /* The phone goes: the laptop still says what it said. */
    for (int i = 0; i < 4; i++) {
        pass(fixture, PRESENCE_SYNC_GRACE_MS / 3);
        (void)presence_sync(fixture->presence, laptop, PRESENCE_ONLINE, 0);
        (void)swept(fixture);
    }
    assert_int_equal(shown(fixture), PRESENCE_UNAVAILABLE);
}

static void who_said_to_be_offline_stays_so_whatever_the_device_does(void **state)
{
    struct fixture *fixture = *state;
    struct presence_view view;
    (void)presence_set(fixture->presence, phone, PRESENCE_OFFLINE, STR_NONE);
    assert_false(presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0));
    assert_false(presence_active(fixture->presence, phone));
    pass(fixture, PRESENCE_SYNC_GRACE_MS * 3);
    (void)swept(fixture);
    assert_false(presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0));
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.state, PRESENCE_OFFLINE);
    assert_int_equal(view.last_active_ago_ms, -1);
    assert_true(presence_set(fixture->presence, phone, PRESENCE_ONLINE, STR_NONE));
}

static void a_sync_that_asks_not_to_count_does_not(void **state)
{
    struct fixture *fixture = *state;
    assert_false(presence_sync(fixture->presence, phone, PRESENCE_OFFLINE, 0));
    assert_int_equal(shown(fixture), PRESENCE_OFFLINE);
    assert_int_equal(presence_serial(fixture->presence), 0);
    (void)presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0);
    pass(fixture, PRESENCE_SYNC_GRACE_MS - 1);
    (void)presence_sync(fixture->presence, phone, PRESENCE_OFFLINE, 0);
    pass(fixture, 2);
    assert_int_equal(shown(fixture), PRESENCE_OFFLINE);
}

static void busy_neither_idles_nor_ends_with_activity(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf buf = STRBUF_INIT;
    struct presence_view view;
    (void)presence_set(fixture->presence, phone, PRESENCE_BUSY, STR_NONE);
    for (int64_t ms = 0; ms <= PRESENCE_IDLE_MS; ms += PRESENCE_SYNC_GRACE_MS) {
        pass(fixture, PRESENCE_SYNC_GRACE_MS);
        (void)presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0);
    }
    (void)presence_active(fixture->presence, phone);
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    presence_add_event(&buf, S("@a:b"), &view);
    assert_string_equal(buf.ptr, "{\"type\":\"m.presence\",\"sender\":\"@a:b\",\"content\":{\"presence\":"
                                 "\"org.matrix.msc3026.busy\",\"last_active_ago\":0}}");
    strbuf_fini(&buf);
    enum presence_state parsed;
    assert_int_equal(presence_state_parse(S("busy"), &parsed), RC_OK);
    assert_int_equal(parsed, PRESENCE_BUSY);
    assert_int_equal(presence_state_parse(S("org.matrix.msc3026.busy"), &parsed), RC_OK);
    assert_int_equal(presence_state_parse(S("asleep"), &parsed), RC_INVALID);
}

/* Spec "Last active ago": told until told otherwise. */
static void others_are_told_that_somebody_is_not_currently_active_any_more(void **state)
{
    struct fixture *fixture = *state;
    struct presence_view view;
    (void)presence_sync(fixture->presence, phone, PRESENCE_ONLINE, PRESENCE_WAIT_MAX_MS);
    pass(fixture, PRESENCE_CURRENT_MS - 1);
    assert_int_equal(swept(fixture), 0);
    assert_false(presence_active(fixture->presence, phone));
    pass(fixture, PRESENCE_CURRENT_MS - 1);
    assert_int_equal(swept(fixture), 0);
    pass(fixture, 1);
    assert_int_equal(swept(fixture), 1);
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.state, PRESENCE_ONLINE);
    assert_false(view.currently_active);
    assert_int_equal(view.last_active_ago_ms, PRESENCE_CURRENT_MS);
    assert_true(presence_active(fixture->presence, phone));
}

static void who_changes_all_the_time_is_told_of_later(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 100; i++)
        (void)presence_set(fixture->presence, phone, i % 2 ? PRESENCE_ONLINE : PRESENCE_UNAVAILABLE, STR_NONE);
    assert_int_equal(presence_serial(fixture->presence), PRESENCE_BURST);
    (void)presence_set(fixture->presence, phone, PRESENCE_UNAVAILABLE, S("the last word"));
    assert_int_equal(presence_serial(fixture->presence), PRESENCE_BURST);
    assert_int_equal(shown(fixture), PRESENCE_UNAVAILABLE);
    assert_int_equal(swept(fixture), 0);
    pass(fixture, PRESENCE_BURST_MS);
    assert_int_equal(swept(fixture), 1);
    assert_int_equal(swept(fixture), 0);
    assert_int_equal(presence_serial(fixture->presence), PRESENCE_BURST + 1);
}

static void newcomers_are_told_of_unless_they_are_offline(void **state)
{
    struct fixture *fixture = *state;
    presence_tell_again(fixture->presence, 7);
    assert_int_equal(presence_serial(fixture->presence), 0);
    (void)presence_sync(fixture->presence, phone, PRESENCE_ONLINE, 0);
    presence_tell_again(fixture->presence, 7);
    assert_int_equal(presence_serial(fixture->presence), 2);
    pass(fixture, PRESENCE_SYNC_GRACE_MS + 1);
    (void)swept(fixture);
    presence_tell_again(fixture->presence, 7);
    assert_int_equal(presence_serial(fixture->presence), 3);
}

static void a_person_with_very_many_devices_takes_no_more_room(void **state)
{
    struct fixture *fixture = *state;
    for (uint64_t nid = 1; nid <= PRESENCE_DEVICES_MAX * 3; nid++) {
        pass(fixture, 1);
        (void)presence_set(fixture->presence, (struct presence_device){7, nid}, PRESENCE_UNAVAILABLE, STR_NONE);
    }
    /* The first ones are forgotten: what they do counts as that of a device never seen. */
    assert_false(presence_active(fixture->presence, (struct presence_device){7, 1}));
    assert_int_equal(shown(fixture), PRESENCE_UNAVAILABLE);
    assert_true(presence_active(fixture->presence, (struct presence_device){7, PRESENCE_DEVICES_MAX * 3}));
}

static void nobody_is_kept_for_longer_than_a_day(void **state)
{
    struct fixture *fixture = *state;
    struct presence_view view;
    (void)presence_set(fixture->presence, phone, PRESENCE_ONLINE, S("here"));
    pass(fixture, PRESENCE_SYNC_GRACE_MS + 1);
    (void)swept(fixture);
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_true(str_eq(view.status_msg, S("here")));
    pass(fixture, 24 * 60 * 60 * 1000);
    (void)swept(fixture);
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.last_active_ago_ms, -1);
    assert_int_equal(view.status_msg.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(somebody_unknown_is_offline, setup, teardown),
        cmocka_unit_test_setup_teardown(a_first_sync_shows_the_user_online_once, setup, teardown),
        cmocka_unit_test_setup_teardown(somebody_whose_syncs_stop_goes_offline, setup, teardown),
        cmocka_unit_test_setup_teardown(an_idle_user_is_unavailable_until_active_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_status_message_is_kept_changed_and_removed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sync_that_waits_is_no_absence, setup, teardown),
        cmocka_unit_test_setup_teardown(of_two_devices_the_stronger_state_shows, setup, teardown),
        cmocka_unit_test_setup_teardown(a_device_that_is_left_alone_does_not_hide_the_one_in_use, setup, teardown),
        cmocka_unit_test_setup_teardown(who_said_to_be_offline_stays_so_whatever_the_device_does, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sync_that_asks_not_to_count_does_not, setup, teardown),
        cmocka_unit_test_setup_teardown(busy_neither_idles_nor_ends_with_activity, setup, teardown),
        cmocka_unit_test_setup_teardown(others_are_told_that_somebody_is_not_currently_active_any_more, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(who_changes_all_the_time_is_told_of_later, setup, teardown),
        cmocka_unit_test_setup_teardown(newcomers_are_told_of_unless_they_are_offline, setup, teardown),
        cmocka_unit_test_setup_teardown(a_person_with_very_many_devices_takes_no_more_room, setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_is_kept_for_longer_than_a_day, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
