/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/room.h"

#include <stdio.h>

static const struct room_version *v12(void)
{
    return room_version_find(S("12"));
}

static void add(const struct room_state **state, const char *sender, const char *type, const char *key,
                const char *content)
{
    state_add(state, make_event(v12(), NULL, sender, type, key, content));
}

static void an_empty_room_has_the_defaults(void **unused)
{
    (void)unused;
    const struct room_state *state = room_state_new(v12());
    const struct room_power *power = room_state_power(state);
    assert_int_equal(room_state_count(state), 0);
    assert_int_equal(room_state_join_rule(state), JOIN_INVITE);
    assert_int_equal(room_state_history(state), HISTORY_SHARED);
    assert_false(room_state_guests_may_join(state));
    assert_false(room_state_is_encrypted(state));
    assert_int_equal(room_state_name(state).len, 0);
    assert_int_equal(room_state_membership(state, S(ALICE)), MEMBERSHIP_NONE);
    assert_int_equal(power->ban, 50);
    assert_int_equal(power->invite, 0);
    assert_int_equal(room_state_power_for(state, S("m.room.name"), true), 50);
    assert_int_equal(room_state_power_for(state, S("m.room.message"), false), 0);
    room_state_unref(&state);
}

static void well_known_state_is_kept_beside_the_map(void **unused)
{
    (void)unused;
    const struct room_state *state = room_state_new(v12());
    add(&state, ALICE, "m.room.name", "", "{\"name\":\"Tea \\\"time\\\"\"}");
    add(&state, ALICE, "m.room.topic", "", "{\"topic\":\"t\"}");
    add(&state, ALICE, "m.room.avatar", "", "{\"url\":\"mxc://a/b\"}");
    add(&state, ALICE, "m.room.canonical_alias", "", "{\"alias\":\"#a:parley.test\"}");
    add(&state, ALICE, "m.room.join_rules", "", "{\"join_rule\":\"knock_restricted\"}");
    add(&state, ALICE, "m.room.history_visibility", "", "{\"history_visibility\":\"joined\"}");
    add(&state, ALICE, "m.room.guest_access", "", "{\"guest_access\":\"can_join\"}");
    add(&state, ALICE, "m.room.encryption", "", "{\"algorithm\":\"m.megolm.v1.aes-sha2\"}");
    add(&state, ALICE, "m.room.power_levels", "",
        "{\"users\":{\"" BOB "\":30,\"" ALICE "\":-2},\"users_default\":7,\"events\":{\"m.room.name\":60},"
        "\"events_default\":3,\"state_default\":40,\"notifications\":{\"room\":11},\"redact\":12}");
    /* Not well-known: another key, another type. */
    add(&state, ALICE, "m.room.name", "other", "{\"name\":\"no\"}");
    add(&state, ALICE, "m.space.child", "!x", "{}");
    assert_true(str_eq(room_state_name(state), S("Tea \"time\"")));
    assert_true(str_eq(room_state_topic(state), S("t")));
    assert_true(str_eq(room_state_avatar(state), S("mxc://a/b")));
    assert_true(str_eq(room_state_canonical_alias(state), S("#a:parley.test")));
    assert_int_equal(room_state_join_rule(state), JOIN_KNOCK_RESTRICTED);
    assert_int_equal(room_state_history(state), HISTORY_JOINED);
    assert_true(room_state_guests_may_join(state));
    assert_true(room_state_is_encrypted(state));
    assert_int_equal(room_state_power_of(state, S(BOB)), 30);
    assert_int_equal(room_state_power_of(state, S(ALICE)), -2);
    assert_int_equal(room_state_power_of(state, S(CAROL)), 7);
    assert_int_equal(room_state_power_for(state, S("m.room.name"), true), 60);
    assert_int_equal(room_state_power_for(state, S("m.room.topic"), true), 40);
    assert_int_equal(room_state_power_for(state, S("m.room.message"), false), 3);
    assert_int_equal(room_state_power(state)->notify_room, 11);
    assert_int_equal(room_state_power(state)->redact, 12);
    assert_int_equal(room_state_count(state), 11);
    room_state_unref(&state);
}

static const struct event *create_event(const char *version, const char *content)
{
    const struct room_version *v = room_version_find(str_of(version));
    return make_event(v, v->id_is_create_hash ? "" : NULL, ALICE, "m.room.create", "", content);
}

static void creators_have_the_power_their_version_gives(void **unused)
{
    (void)unused;
    static const struct {
        const char *version;
        int64_t alice, bob, alice_listed, bob_listed;
    } cases[] = {
        {"10", 100, 0, 5, 6},
        {"11", 100, 0, 5, 6},
        {"12", POWER_CREATOR, POWER_CREATOR, POWER_CREATOR, POWER_CREATOR},
    };
    for (size_t i = 0; i < 3; i++) {
        const struct room_version *version = room_version_find(str_of(cases[i].version));
        const struct room_state *state = room_state_new(version);
        state_add(&state, create_event(cases[i].version, "{\"creator\":\"" ALICE "\",\"additional_creators\":[\"" BOB
                                                         "\"],\"type\":\"m.space\"}"));
        assert_int_equal(room_state_power_of(state, S(ALICE)), cases[i].alice);
        assert_int_equal(room_state_power_of(state, S(BOB)), cases[i].bob);
        assert_int_equal(room_state_power_of(state, S(CAROL)), 0);
        assert_int_equal(room_state_is_creator(state, S(BOB)), i == 2);
        assert_true(str_eq(room_state_room_type(state), S("m.space")));
        state_add(&state, make_event(version, NULL, ALICE, "m.room.power_levels", "",
                                     "{\"users\":{\"" ALICE "\":5,\"" BOB "\":6}}"));
        assert_int_equal(room_state_power_of(state, S(ALICE)), cases[i].alice_listed);
        assert_int_equal(room_state_power_of(state, S(BOB)), cases[i].bob_listed);
        room_state_unref(&state);
    }
}

static void a_snapshot_does_not_see_later_changes(void **unused)
{
    (void)unused;
    const struct room_state *state = room_state_new(v12());
    add(&state, ALICE, "m.room.member", ALICE, "{\"membership\":\"join\"}");
    add(&state, ALICE, "m.room.name", "", "{\"name\":\"before\"}");
    const struct room_state *snapshot = room_state_ref(state);
    add(&state, ALICE, "m.room.member", BOB, "{\"membership\":\"invite\"}");
    add(&state, ALICE, "m.room.member", ALICE, "{\"membership\":\"leave\"}");
    add(&state, ALICE, "m.room.name", "", "{\"name\":\"after\"}");
    assert_true(str_eq(room_state_name(snapshot), S("before")));
    assert_int_equal(room_state_membership(snapshot, S(ALICE)), MEMBERSHIP_JOIN);
    assert_int_equal(room_state_membership(snapshot, S(BOB)), MEMBERSHIP_NONE);
    assert_int_equal(room_state_member_count(snapshot, MEMBERSHIP_JOIN), 1);
    assert_true(str_eq(room_state_name(state), S("after")));
    assert_int_equal(room_state_member_count(state, MEMBERSHIP_JOIN), 0);
    assert_int_equal(room_state_member_count(state, MEMBERSHIP_LEAVE), 1);
    assert_int_equal(room_state_member_count(state, MEMBERSHIP_INVITE), 1);
    room_state_unref(&snapshot);
    room_state_unref(&state);
}

struct tally {
    size_t events, members, joined;
};

static bool tally_event(const struct event *event, void *ctx)
{
    ((struct tally *)ctx)->events += event->is_state;
    return true;
}

static bool tally_member(const struct event *event, enum membership membership, void *ctx)
{
    struct tally *tally = ctx;
    assert_int_equal(event_membership(event), membership);
    tally->members++;
    tally->joined += membership == MEMBERSHIP_JOIN;
    return true;
}

/* The later event of a key counts, whether put or loaded. */
static void loading_gives_the_same_as_putting_one_by_one(void **unused)
{
    (void)unused;
    enum { COUNT = 2000 };
    static const struct event *events[COUNT + 2];
    const struct room_state *put = room_state_new(v12());
    events[0] = make_event(v12(), NULL, ALICE, "m.room.name", "", "{\"name\":\"old\"}");
    for (int i = 0; i < COUNT; i++) {
        char user[64];
        snprintf(user, sizeof user, "@u%d:parley.test", i % 1500);
        events[i + 1] = make_event(v12(), NULL, ALICE, "m.room.member", user,
                                   i < 1500 ? "{\"membership\":\"join\"}" : "{\"membership\":\"leave\"}");
    }
    events[COUNT + 1] = make_event(v12(), NULL, ALICE, "m.room.name", "", "{\"name\":\"new\"}");
    for (int i = 0; i < COUNT + 2; i++) {
        const struct room_state *next = room_state_put(put, events[i]);
        room_state_unref(&put);
        put = next;
    }
    const struct room_state *loaded = room_state_load(v12(), events, COUNT + 2);
    const struct room_state *both[] = {put, loaded};
    for (int i = 0; i < 2; i++) {
        struct tally tally = {0};
        room_state_each(both[i], tally_event, &tally);
        room_state_each_member(both[i], tally_member, &tally);
        assert_int_equal(tally.events, 1501);
        assert_int_equal(tally.members, 1500);
        assert_int_equal(tally.joined, 1000);
        assert_int_equal(room_state_count(both[i]), 1501);
        assert_int_equal(room_state_member_count(both[i], MEMBERSHIP_JOIN), 1000);
        assert_int_equal(room_state_member_count(both[i], MEMBERSHIP_LEAVE), 500);
        assert_int_equal(room_state_membership(both[i], S("@u499:parley.test")), MEMBERSHIP_LEAVE);
        assert_true(str_eq(room_state_name(both[i]), S("new")));
        room_state_unref(&both[i]);
    }
    for (int i = 0; i < COUNT + 2; i++)
        event_unref(&events[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_room_has_the_defaults),
        cmocka_unit_test(well_known_state_is_kept_beside_the_map),
        cmocka_unit_test(creators_have_the_power_their_version_gives),
        cmocka_unit_test(a_snapshot_does_not_see_later_changes),
        cmocka_unit_test(loading_gives_the_same_as_putting_one_by_one),
    };
    return cmocka_run_group_tests(tests, room_set_up, NULL);
}
