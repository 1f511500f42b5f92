/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The event under judgement stands at position 10 in every case. */
#include "store/visibility_rule.h"
#include "support/chat.h"

#define WR HISTORY_WORLD_READABLE
#define SH HISTORY_SHARED
#define IN HISTORY_INVITED
#define JO HISTORY_JOINED
#define LV MEMBERSHIP_LEAVE
#define IV MEMBERSHIP_INVITE
#define JN MEMBERSHIP_JOIN
#define BN MEMBERSHIP_BAN
#define KN MEMBERSHIP_KNOCK

struct visibility_case {
    const char *name;
    struct membership_step memberships[4];
    struct visibility_step settings[3];
    bool own_member, setting, allowed;
};

/* The rules' numbers are those of the spec's list. */
static const struct visibility_case cases[] = {
    {"rule 1: world readable, to a stranger", {}, {{2, WR}}, .allowed = true},
    {"rule 1: world readable then, joined now", {}, {{2, WR}, {11, JO}}, .allowed = true},
    {"rule 1: world readable only later", {}, {{2, JO}, {11, WR}}, .allowed = false},
    {"rule 2: joined", {{3, JN}}, {{2, JO}}, .allowed = true},
    {"rule 2: joined, left later", {{3, JN}, {12, LV}}, {{2, JO}}, .allowed = true},
    {"rule 2: left before", {{3, JN}, {9, LV}}, {{2, JO}}, .allowed = false},
    {"rule 3: shared, joins later", {{12, JN}}, {{2, SH}}, .allowed = true},
    {"rule 3: shared, joins later and leaves again", {{12, JN}, {13, LV}}, {{2, SH}}, .allowed = true},
    {"rule 3: shared by default", {{12, JN}}, {}, .allowed = true},
    {"rule 3: shared, never joins", {}, {{2, SH}}, .allowed = false},
    {"rule 3: shared, only invited", {{12, IV}}, {{2, SH}}, .allowed = false},
    {"rule 3: shared, left before and not back", {{3, JN}, {9, LV}}, {{2, SH}}, .allowed = false},
    {"rule 3: shared, left before and back", {{3, JN}, {9, LV}, {12, JN}}, {{2, SH}}, .allowed = true},
    {"rule 3: joined setting, joins later", {{12, JN}}, {{2, JO}}, .allowed = false},
    {"rule 4: invited by then", {{9, IV}}, {{2, IN}}, .allowed = true},
    {"rule 4: invited and joined later", {{9, IV}, {12, JN}}, {{2, IN}}, .allowed = true},
    {"rule 4: invited later", {{11, IV}, {12, JN}}, {{2, IN}}, .allowed = false},
    {"rule 4: invitation refused before", {{8, IV}, {9, LV}}, {{2, IN}}, .allowed = false},
    {"rule 4: knocking is not invited", {{9, KN}}, {{2, IN}}, .allowed = false},
    {"rule 4: invited, setting joined", {{9, IV}}, {{2, JO}}, .allowed = false},
    {"rule 5: banned", {{3, JN}, {9, BN}}, {{2, SH}}, .allowed = false},
    {"a change from world readable is seen", {}, {{2, WR}, {10, JO}}, .setting = true, .allowed = true},
    {"a change to world readable is seen", {}, {{2, JO}, {10, WR}}, .setting = true, .allowed = true},
    {"a change between others is not", {}, {{2, JO}, {10, IN}}, .setting = true, .allowed = false},
    {"one's own join is seen", {{10, JN}}, {{2, JO}}, .own_member = true, .allowed = true},
    {"one's own leave is seen", {{3, JN}, {10, LV}}, {{2, JO}}, .own_member = true, .allowed = true},
    {"one's own ban is seen", {{3, JN}, {10, BN}}, {{2, JO}}, .own_member = true, .allowed = true},
    {"one's own invitation under joined is not", {{10, IV}}, {{2, JO}}, .own_member = true, .allowed = false},
    {"one's own invitation under invited is", {{10, IV}}, {{2, IN}}, .own_member = true, .allowed = true},
    {"one's own refusal under invited is", {{9, IV}, {10, LV}}, {{2, IN}}, .own_member = true, .allowed = true},
};

static void each_rule_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct visibility_case *c = &cases[i];
        struct visibility_facts facts = {.memberships = c->memberships, .settings = c->settings};
        while (facts.membership_count < 4 && c->memberships[facts.membership_count].pos)
            facts.membership_count++;
        while (facts.setting_count < 3 && c->settings[facts.setting_count].pos)
            facts.setting_count++;
        if (facts_allow(&facts, 10, c->own_member, c->setting) != c->allowed)
            fail_msg("%s", c->name);
    }
}

#define ALICE S("@alice:example.org")
#define BOB S("@bob:example.org")

static void a_reading_follows_the_stored_histories(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    struct chat_room made = {alice, ALICE, S("12"), S("joined"), 0};
    assert_int_equal(stores_write(stores, chat_room_run, &made), RC_OK);
    int64_t said[4];
    said[0] = chat_say(stores, made.nid, alice, ALICE, S("before")).pos;
    int64_t join = chat_state(stores, made.nid, bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\"}")).pos;
    said[1] = chat_say(stores, made.nid, alice, ALICE, S("with bob")).pos;
    int64_t leave =
        chat_state(stores, made.nid, bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"leave\"}")).pos;
    said[2] = chat_say(stores, made.nid, alice, ALICE, S("without bob")).pos;
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(stores);
        const struct room *room = chat_get(&tx, made.nid);
        struct visibility *bobs, *alices, *nobodys;
        assert_int_equal(visibility_new(&tx, room, BOB, &bobs), RC_OK);
        assert_int_equal(visibility_new(&tx, room, ALICE, &alices), RC_OK);
        assert_int_equal(visibility_new(&tx, room, STR_NONE, &nobodys), RC_OK);
        const int64_t asked[] = {said[0], join, said[1], leave, said[2]};
        const bool bob_may[] = {false, true, true, true, false};
        for (int i = 0; i < 5; i++) {
            const struct event *event;
            assert_int_equal(events_at(&tx, room, asked[i], &event), RC_OK);
            assert_int_equal(visibility_allows(bobs, event), bob_may[i]);
            assert_true(visibility_allows(alices, event));
            assert_false(visibility_allows(nobodys, event));
        }
        assert_int_equal(visibility_until(bobs), leave);
        assert_int_equal(visibility_until(alices), room->last_pos);
        assert_int_equal(visibility_until(nobodys), 0);
        assert_int_equal(visibility_membership_at(bobs, join), MEMBERSHIP_JOIN);
        assert_int_equal(visibility_membership_at(bobs, join - 1), MEMBERSHIP_NONE);
        stores_restart(stores);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_holds),
        STORES_TEST(a_reading_follows_the_stored_histories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
