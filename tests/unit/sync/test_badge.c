/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/account_data.h"
#include "store/receipts.h"
#include "support/chat.h"
#include "sync/badge.h"

#define ALICE S("@alice:example.org")
#define BOB S("@bob:example.org")

struct scene {
    struct stores *stores;
    struct badges *badges;
    uint64_t alice, bob, room, other;
};

/* Made at the same moment, two rooms of one version would have one id. */
static uint64_t room_of_both(struct scene *scene, const char *version)
{
    uint64_t nid = chat_room(scene->stores, scene->alice, ALICE, str_of(version));
    chat_state(scene->stores, nid, scene->bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\"}"));
    return nid;
}

static struct scene scene_of(struct stores *stores)
{
    struct scene scene = {.stores = stores, .badges = badges_new()};
    scene.alice = stores_user(stores, S("alice"));
    scene.bob = stores_user(stores, S("bob"));
    scene.room = room_of_both(&scene, "12");
    scene.other = room_of_both(&scene, "11");
    return scene;
}

static int64_t badge(struct scene *scene)
{
    struct tx tx = stores_read(scene->stores);
    int64_t unread = -1;
    assert_int_equal(badges_unread(scene->badges, &tx, scene->bob, &unread), RC_OK);
    return unread;
}

struct reading {
    uint64_t user, room;
    str event_id;
};

static enum rc read_up_to(struct tx *tx, void *arg)
{
    struct reading *reading = arg;
    const struct room *room;
    const struct event *event;
    bool moved;
    TRY(rooms_get(tx, reading->room, &room));
    TRY(events_find(tx, room, reading->event_id, &event));
    return receipts_set(tx, &room, reading->user, RECEIPT_PRIVATE, STR_NONE, event, &moved);
}

static void reads(struct scene *scene, uint64_t user, uint64_t room, str event_id)
{
    struct reading reading = {user, room, event_id};
    assert_int_equal(stores_write(scene->stores, read_up_to, &reading), RC_OK);
}

static enum rc silence(struct tx *tx, void *arg)
{
    struct scene *scene = arg;
    return account_data_set(tx, scene->bob, 0, S("m.push_rules"),
                            S("{\"global\":{\"override\":[{\"rule_id\":\".m.rule.master\",\"enabled\":true}]}}"));
}

static enum rc ignore_alice(struct tx *tx, void *arg)
{
    struct scene *scene = arg;
    return account_data_set(tx, scene->bob, 0, S("m.ignored_user_list"),
                            S("{\"ignored_users\":{\"@alice:example.org\":{}}}"));
}

static void messages_of_all_rooms_are_counted(void **state)
{
    struct scene scene = scene_of(*state);
    assert_int_equal(badge(&scene), 0);
    chat_say(scene.stores, scene.room, scene.alice, ALICE, S("one"));
    assert_int_equal(badge(&scene), 1);
    chat_say(scene.stores, scene.other, scene.alice, ALICE, S("two"));
    chat_say(scene.stores, scene.other, scene.alice, ALICE, S("three"));
    assert_int_equal(badge(&scene), 3);
    badges_free(&scene.badges);
}

static void a_receipt_lowers_the_number_but_not_that_of_somebody_else(void **state)
{
    struct scene scene = scene_of(*state);
    struct chat_send one = chat_say(scene.stores, scene.room, scene.alice, ALICE, S("one"));
    chat_say(scene.stores, scene.room, scene.alice, ALICE, S("two"));
    chat_say(scene.stores, scene.other, scene.alice, ALICE, S("three"));
    assert_int_equal(badge(&scene), 3);
    reads(&scene, scene.alice, scene.room, one.event_id);
    assert_int_equal(badge(&scene), 3);
    reads(&scene, scene.bob, scene.room, one.event_id);
    assert_int_equal(badge(&scene), 2);
    badges_free(&scene.badges);
}

static void who_answers_has_read(void **state)
{
    struct scene scene = scene_of(*state);
    chat_say(scene.stores, scene.room, scene.alice, ALICE, S("one"));
    assert_int_equal(badge(&scene), 1);
    chat_say(scene.stores, scene.room, scene.bob, BOB, S("answer"));
    assert_int_equal(badge(&scene), 0);
    badges_free(&scene.badges);
}

static void a_change_of_rules_or_of_whom_one_ignores_counts_at_once(void **state)
{
    struct scene scene = scene_of(*state);
    chat_say(scene.stores, scene.room, scene.alice, ALICE, S("one"));
    assert_int_equal(badge(&scene), 1);
    assert_int_equal(stores_write(scene.stores, ignore_alice, &scene), RC_OK);
    assert_int_equal(badge(&scene), 0);
    badges_free(&scene.badges);
}

static void silence_counts_nothing(void **state)
{
    struct scene scene = scene_of(*state);
    chat_say(scene.stores, scene.room, scene.alice, ALICE, S("one"));
    assert_int_equal(badge(&scene), 1);
    assert_int_equal(stores_write(scene.stores, silence, &scene), RC_OK);
    assert_int_equal(badge(&scene), 0);
    badges_free(&scene.badges);
}

static void a_room_one_has_left_is_not_counted(void **state)
{
    struct scene scene = scene_of(*state);
    chat_say(scene.stores, scene.room, scene.alice, ALICE, S("one"));
    chat_say(scene.stores, scene.other, scene.alice, ALICE, S("two"));
    assert_int_equal(badge(&scene), 2);
    chat_state(scene.stores, scene.room, scene.bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"leave\"}"));
    assert_int_equal(badge(&scene), 1);
    chat_state(scene.stores, scene.room, scene.bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\"}"));
    assert_int_equal(badge(&scene), 1);
    badges_free(&scene.badges);
}

static void no_more_people_are_remembered_than_there_may_be(void **state)
{
    struct scene scene = scene_of(*state);
    int64_t unread;
    chat_say(scene.stores, scene.room, scene.alice, ALICE, S("one"));
    badges_bound(scene.badges, 1);
    for (int i = 0; i < 2; i++) {
        struct tx tx = stores_read(scene.stores);
        assert_int_equal(badge(&scene), 1);
        assert_int_equal(badges_unread(scene.badges, &tx, scene.alice, &unread), RC_OK);
        assert_int_equal(unread, 0);
        assert_int_equal(badges_kept(scene.badges), 1);
    }
    badges_free(&scene.badges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(messages_of_all_rooms_are_counted, stores_set_up, stores_tear_down),
        cmocka_unit_test_setup_teardown(a_receipt_lowers_the_number_but_not_that_of_somebody_else, stores_set_up,
                                        stores_tear_down),
        cmocka_unit_test_setup_teardown(who_answers_has_read, stores_set_up, stores_tear_down),
        cmocka_unit_test_setup_teardown(a_change_of_rules_or_of_whom_one_ignores_counts_at_once, stores_set_up,
                                        stores_tear_down),
        cmocka_unit_test_setup_teardown(silence_counts_nothing, stores_set_up, stores_tear_down),
        cmocka_unit_test_setup_teardown(no_more_people_are_remembered_than_there_may_be, stores_set_up,
                                        stores_tear_down),
        cmocka_unit_test_setup_teardown(a_room_one_has_left_is_not_counted, stores_set_up, stores_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
