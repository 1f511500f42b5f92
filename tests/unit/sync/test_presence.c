/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "sync/presence.h"

#include <stdlib.h>

struct fixture {
    struct env_simulated sim;
    struct presence *presence;
    struct arena arena;
};

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
    assert_true(presence_sync(fixture->presence, 7, PRESENCE_ONLINE));
    assert_false(presence_sync(fixture->presence, 7, PRESENCE_ONLINE));
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
    assert_true(presence_sync(fixture->presence, 7, PRESENCE_ONLINE));
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
    assert_true(presence_sync(fixture->presence, 7, PRESENCE_ONLINE));
    env_simulated_advance(&fixture->sim, PRESENCE_IDLE_MS + 1);
    assert_true(presence_sync(fixture->presence, 7, PRESENCE_ONLINE));
    struct presence_view view;
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.state, PRESENCE_UNAVAILABLE);
    assert_true(presence_active(fixture->presence, 7));
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_int_equal(view.state, PRESENCE_ONLINE);
}

static void a_status_message_is_kept_changed_and_removed(void **state)
{
    struct fixture *fixture = *state;
    struct presence_view view;
    assert_true(presence_set(fixture->presence, 7, PRESENCE_ONLINE, S("at lunch")));
    assert_false(presence_set(fixture->presence, 7, PRESENCE_ONLINE, STR_NONE));
    presence_get(fixture->presence, &fixture->arena, 7, &view);
    assert_true(str_eq(view.status_msg, S("at lunch")));
    struct strbuf buf = STRBUF_INIT;
    presence_add_json(&buf, &view);
    assert_string_equal(buf.ptr, "{\"presence\":\"online\",\"last_active_ago\":0,\"status_msg\":\"at lunch\","
                                 "\"currently_active\":true}");
    strbuf_fini(&buf);
    assert_true(presence_set(fixture->presence, 7, PRESENCE_ONLINE, S("")));
    presence_get(fixture->presence, &fixture->arena, 7, &view);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
