/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is kept of rooms stays within its bounds, and is the same after it began anew. */
#include "push/audience.h"
#include "store/account_data.h"
#include "store/pushers.h"
#include "support/chat.h"

#define ALICE S("@alice:example.org")
#define BOB S("@bob:example.org")

enum { ROOMS = 5 };

struct scene {
    struct audience *audience;
    uint64_t alice, bob, rooms[ROOMS];
};

static enum rc set_up_people(struct tx *tx, void *arg)
{
    struct scene *scene = arg;
    struct pusher pusher = {.user_nid = scene->bob,
                            .device_nid = 1,
                            .kind = PUSHER_HTTP,
                            .app_id = S("app"),
                            .pushkey = S("key"),
                            .data = S("{}")};
    TRY(account_data_set(tx, scene->bob, 0, S("m.push_rules"),
                         S("{\"global\":{\"override\":[{\"rule_id\":\".m.rule.master\",\"enabled\":true}]}}")));
    return pushers_set(tx, &pusher, false);
}

static struct scene scene_of(struct stores *stores, const struct audience_bounds *bounds)
{
    struct scene scene = {.audience = audience_new(bounds)};
    scene.alice = stores_user(stores, S("alice"));
    scene.bob = stores_user(stores, S("bob"));
    assert_int_equal(stores_write(stores, set_up_people, &scene), RC_OK);
    for (size_t i = 0; i < ROOMS; i++) {
        env_simulated_advance(&stores->env, 1);
        scene.rooms[i] = chat_room(stores, scene.alice, ALICE, S("12"));
        chat_state(stores, scene.rooms[i], scene.bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\"}"));
    }
    return scene;
}

/* Asks about each room in turn, twice. */
static enum rc walk(struct tx *tx, void *arg)
{
    struct scene *scene = arg;
    for (size_t i = 0; i < 2 * ROOMS; i++) {
        const struct room *room;
        const struct audience_room *found;
        TRY(rooms_get(tx, scene->rooms[i % ROOMS], &room));
        TRY(audience_in(scene->audience, tx, room, &found));
        assert_int_equal(found->people.count, 1);
        assert_int_equal(found->own.count, 1);
        assert_int_equal(found->own.items[0]->nid, scene->bob);
        assert_true(str_eq(found->own.items[0]->user_id, BOB));
    }
    return RC_OK;
}

static void assert_kept(struct stores *stores, struct audience_bounds bounds, size_t most)
{
    struct scene scene = scene_of(stores, &bounds);
    assert_int_equal(stores_write(stores, walk, &scene), RC_OK);
    assert_in_range(audience_rooms_kept(scene.audience), 1, most);
    audience_free(&scene.audience);
}

static void everything_is_kept_that_fits(void **state)
{
    struct scene scene = scene_of(*state, &(struct audience_bounds){100, 100, 100});
    assert_int_equal(stores_write(*state, walk, &scene), RC_OK);
    assert_int_equal(audience_rooms_kept(scene.audience), ROOMS);
    audience_free(&scene.audience);
}

static void no_more_rooms_are_kept_than_there_may_be(void **state)
{
    assert_kept(*state, (struct audience_bounds){2, 100, 100}, 2);
}

static void no_more_places_are_kept_than_there_may_be(void **state)
{
    assert_kept(*state, (struct audience_bounds){100, 3, 100}, 3);
}

static void no_more_rules_are_kept_than_there_may_be(void **state)
{
    assert_kept(*state, (struct audience_bounds){100, 100, 1}, 1);
}

/* Whatever the store makes of their rooms: nothing kept refers to somebody who has changed. */
static enum rc change_person(struct tx *tx, void *arg)
{
    struct scene *scene = arg;
    TRY(walk(tx, arg));
    audience_note_person(scene->audience, tx, scene->bob);
    assert_int_equal(audience_rooms_kept(scene->audience), 0);
    return walk(tx, arg);
}

static void who_changes_is_looked_at_anew_in_all_rooms(void **state)
{
    struct scene scene = scene_of(*state, &(struct audience_bounds){100, 100, 100});
    assert_int_equal(stores_write(*state, change_person, &scene), RC_OK);
    assert_int_equal(audience_rooms_kept(scene.audience), ROOMS);
    audience_free(&scene.audience);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(everything_is_kept_that_fits),
        STORES_TEST(no_more_rooms_are_kept_than_there_may_be),
        STORES_TEST(no_more_places_are_kept_than_there_may_be),
        STORES_TEST(who_changes_is_looked_at_anew_in_all_rooms),
        STORES_TEST(no_more_rules_are_kept_than_there_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
