/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whole answers, of moments a client over HTTP meets only by chance. */
#include "store/one_time_keys.h"
#include "support/chat.h"
#include "sync/request.h"

#define ALICE S("@alice:example.org")
#define BOB S("@bob:example.org")
#define JOINED S("{\"membership\":\"join\"}")
#define JOINED_AS_B S("{\"membership\":\"join\",\"displayname\":\"B\"}")

struct scene {
    struct stores *stores;
    struct loop *loop;
    struct live *live;
    struct filter filter;
    uint64_t alice, bob, room;
};

static struct scene scene_make(void **state)
{
    struct scene scene = {.stores = *state};
    assert_int_equal(loop_new(&scene.stores->env.env, 0, &scene.loop, NULL), RC_OK);
    scene.live = live_new(scene.loop, scene.stores->store);
    filter_default(&scene.filter);
    scene.alice = stores_user(scene.stores, S("alice"));
    scene.bob = stores_user(scene.stores, S("bob"));
    scene.room = chat_room(scene.stores, scene.alice, ALICE, S("12"));
    return scene;
}

static void scene_end(struct scene *scene)
{
    live_free(&scene->live);
    loop_free(&scene->loop);
}

static int64_t position(const struct scene *scene)
{
    struct tx tx = stores_read(scene->stores);
    return tx_pos(&tx);
}

static void bob_is(const struct scene *scene, str content)
{
    chat_state(scene->stores, scene->room, scene->bob, BOB, S("m.room.member"), BOB, content);
}

static void alice_says(const struct scene *scene, const char *text)
{
    chat_say(scene->stores, scene->room, scene->alice, ALICE, str_of(text));
}

/* Bob's answer to "since", of the store as it was at `newest`; Bob himself is read as he is by now. */
static str answer(struct scene *scene, int64_t since, int64_t newest)
{
    struct tx tx = stores_read(scene->stores);
    struct strbuf out = STRBUF_INIT;
    const struct user *bob;
    assert_int_equal(users_get(&tx, scene->bob, &bob), RC_OK);
    struct live_user *live = live_user_get(scene->live, bob);
    struct sync_request request = {
        .tx = &tx,
        .arena = tx.arena,
        .user = bob,
        .filter = &scene->filter,
        .live = live,
        .reckoning = live_reckoning(live),
        .judge = live_judge(scene->live),
        .receipts = live_receipts(scene->live),
        .now_ms = env_now_ms(tx.env),
        .since = {.pos = since},
        .newest = newest,
    };
    assert_int_equal(sync_build(&request, &out), RC_OK);
    assert_int_equal(request.next.pos, newest);
    str text = strbuf_to_arena(&out, &scene->stores->arena);
    strbuf_fini(&out);
    return text;
}

static bool says(str text, const char *words)
{
    return memmem(text.ptr, text.len, words, strlen(words)) != NULL;
}

static void who_joins_and_changes_a_name_before_the_next_answer_is_told_the_whole_room(void **state)
{
    struct scene scene = scene_make(state);
    int64_t since = position(&scene);
    bob_is(&scene, JOINED);
    bob_is(&scene, JOINED_AS_B);
    scene.filter.state.lazy_load_members = true;
    str text = answer(&scene, since, position(&scene));
    assert_true(says(text, "m.room.create"));
    assert_true(says(text, "m.room.power_levels"));
    scene_end(&scene);
}

/* The person is read a moment after the position: their name changed in between. */
static void a_name_that_changes_meanwhile_hides_neither_a_join_nor_a_message(void **state)
{
    struct scene scene = scene_make(state);
    int64_t since = position(&scene);
    bob_is(&scene, JOINED);
    int64_t joined = position(&scene);
    bob_is(&scene, JOINED_AS_B);
    str text = answer(&scene, since, joined);
    assert_true(says(text, "m.room.create"));
    assert_false(says(text, "\"displayname\":\"B\""));
    text = answer(&scene, joined, position(&scene));
    assert_true(says(text, "\"displayname\":\"B\""));
    assert_false(says(text, "m.room.create"));

    since = position(&scene);
    alice_says(&scene, "heron");
    int64_t said = position(&scene);
    bob_is(&scene, JOINED);
    assert_true(says(answer(&scene, since, said), "heron"));
    assert_false(says(answer(&scene, said, position(&scene)), "heron"));
    scene_end(&scene);
}

static void who_leaves_meanwhile_is_told_what_was_said_before_and_then_that_they_left(void **state)
{
    struct scene scene = scene_make(state);
    bob_is(&scene, JOINED);
    int64_t since = position(&scene);
    alice_says(&scene, "heron");
    int64_t said = position(&scene);
    bob_is(&scene, S("{\"membership\":\"leave\"}"));
    str text = answer(&scene, since, said);
    assert_true(says(text, "heron") && says(text, "\"leave\":{}"));
    text = answer(&scene, said, position(&scene));
    assert_true(says(text, "\"join\":{}") && says(text, "\"membership\":\"leave\""));
    scene_end(&scene);
}

static void who_joins_meanwhile_is_told_with_the_next_answer(void **state)
{
    struct scene scene = scene_make(state);
    int64_t since = position(&scene);
    bob_is(&scene, JOINED);
    assert_true(says(answer(&scene, since, since), "\"join\":{}"));
    assert_true(says(answer(&scene, since, position(&scene)), "m.room.create"));
    scene_end(&scene);
}

static enum rc upload_run(struct tx *tx, void *arg)
{
    static const struct published_key key = {STR_INIT("signed_curve25519:A"), STR_INIT("signed_curve25519"),
                                             STR_INIT("{\"key\":\"a\"}")};
    return one_time_keys_add(tx, (struct device_place){*(uint64_t *)arg, 0}, &key, 1);
}

/* Counts are remembered until the loop is told; what is in force before it is told counts too. */
static void keys_count_before_the_loop_has_heard_of_them(void **state)
{
    struct scene scene = scene_make(state);
    int64_t now = position(&scene);
    assert_true(says(answer(&scene, now, now), "\"signed_curve25519\":0"));
    assert_int_equal(stores_write(scene.stores, upload_run, &scene.bob), RC_OK);
    now = position(&scene);
    assert_true(says(answer(&scene, now, now), "\"signed_curve25519\":1"));
    scene_end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(who_joins_and_changes_a_name_before_the_next_answer_is_told_the_whole_room),
        STORES_TEST(a_name_that_changes_meanwhile_hides_neither_a_join_nor_a_message),
        STORES_TEST(who_leaves_meanwhile_is_told_what_was_said_before_and_then_that_they_left),
        STORES_TEST(who_joins_meanwhile_is_told_with_the_next_answer),
        STORES_TEST(keys_count_before_the_loop_has_heard_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
