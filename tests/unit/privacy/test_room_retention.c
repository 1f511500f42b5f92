/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages end when their room says so (obligations 1.2, 4.2): at once for every reader, and soon after on the disk. */
#include "privacy/retention.h"
#include "store/holds.h"
#include "store/lifetimes.h"
#include "store/media.h"
#include "store/merge.h"
#include "store/receipts.h"
#include "store/writer.h"
#include "support/chat.h"

#include <dirent.h>
#include <sched.h>

#define ALICE S("@alice:example.org")
#define BOB S("@bob:example.org")
#define HOUR_MS (INT64_C(3600) * 1000)
#define DAY S("{\"max_lifetime\":86400000}")
#define DAY_MS (24 * HOUR_MS)

static const struct act act = ACT_SERVICE(PURPOSE_RETENTION);

static int files_removed;

static void remove_file(void *ctx, str name)
{
    (void)ctx;
    assert_true(name.len > 0);
    files_removed++;
}

/* The people, a room of theirs, and what the job remembers. */
struct scene {
    struct stores *stores;
    uint64_t alice, bob, nid;
    struct retention_rooms rooms;
};

static void scene_set(struct scene *scene, void **state)
{
    files_removed = 0;
    *scene = (struct scene){.stores = *state, .rooms = {.remove_file = remove_file}};
    scene->alice = stores_user(scene->stores, S("alice"));
    scene->bob = stores_user(scene->stores, S("bob"));
    scene->nid = chat_room(scene->stores, scene->alice, ALICE, S("12"));
    chat_state(scene->stores, scene->nid, scene->bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\"}"));
}

static void set_policy(struct scene *scene, str content)
{
    chat_state(scene->stores, scene->nid, scene->alice, ALICE, S("m.room.retention"), S(""), content);
}

static enum rc turn_run(struct tx *tx, void *arg)
{
    return retention_rooms_turn(tx, arg);
}

static void job(struct scene *scene)
{
    enum rc rc = store_write_wait(scene->stores->store, &act, &scene->stores->arena, turn_run, &scene->rooms);
    assert_int_equal(rc, RC_OK);
}

static int64_t number(struct scene *scene, const char *sql)
{
    struct tx tx = stores_read(scene->stores);
    struct db_query q;
    assert_int_equal(db_query(tx.chat, &q, sql, NULL), RC_OK);
    int64_t value = db_next(&q) ? db_column_i64(&q, 0) : -1;
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return value;
}

static bool is_shown(struct scene *scene, str event_id, int64_t pos)
{
    struct tx tx = stores_read(scene->stores);
    const struct room *room = chat_get(&tx, scene->nid);
    const struct event *event;
    struct visibility *visibility;
    bool found = events_find(&tx, room, event_id, &event) == RC_OK;
    assert_int_equal(visibility_new(&tx, room, BOB, &visibility), RC_OK);
    enum rc rc = events_at(&tx, room, pos, &event);
    assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
    assert_int_equal(rc == RC_OK && visibility_allows(visibility, event), found);
    return found;
}

static struct chat_send say(struct scene *scene, const char *words)
{
    return chat_say(scene->stores, scene->nid, scene->alice, ALICE, str_of(words));
}

static void a_message_is_hidden_the_moment_its_time_is_over(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    set_policy(&scene, DAY);
    struct chat_send said = say(&scene, "a");
    env_simulated_advance(&scene.stores->env, DAY_MS - 1);
    assert_true(is_shown(&scene, said.event_id, said.pos));
    env_simulated_advance(&scene.stores->env, 1);
    assert_false(is_shown(&scene, said.event_id, said.pos));
    /* What a room is made of stays. */
    struct tx tx = stores_read(scene.stores);
    const struct room *room = chat_get(&tx, scene.nid);
    const struct event *create = room_state_get(room->state, S("m.room.create"), S(""));
    assert_true(is_shown(&scene, create->event_id, create->pos));
}

/* ---- the bytes ---- */

static bool file_has(const char *path, str bytes)
{
    FILE *file = fopen(path, "rb");
    struct strbuf text = STRBUF_INIT;
    char piece[4096];
    for (size_t n; file && (n = fread(piece, 1, sizeof piece, file)) > 0;)
        strbuf_add(&text, str_from(piece, n));
    if (file)
        fclose(file);
    bool has = text.len && memmem(text.ptr, text.len, bytes.ptr, bytes.len);
    strbuf_fini(&text);
    return has;
}

static bool is_log(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, "-wal") == 0;
}

static bool some_have(struct scene *scene, bool logs, str bytes)
{
    DIR *folder = opendir(scene->stores->folder.path);
    bool has = false;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[512];
        folder_path(&scene->stores->folder, entry->d_name, path);
        has |= entry->d_type == DT_REG && is_log(entry->d_name) == logs && file_has(path, bytes);
    }
    closedir(folder);
    return has;
}

/* Logs before stores: what the checkpointer moves meanwhile is found in the one or the other. */
static bool folder_has(struct scene *scene, str bytes)
{
    return some_have(scene, true, bytes) || some_have(scene, false, bytes);
}

static str sealed_of(struct scene *scene, int64_t pos)
{
    struct tx tx = stores_read(scene->stores);
    struct db_query q;
    assert_int_equal(db_query(tx.chat, &q, "SELECT sealed FROM event WHERE pos = ?1", NULL), RC_OK);
    db_bind_i64(&q, 1, pos);
    str sealed = db_next(&q) ? arena_dup(&scene->stores->arena, db_column_str(&q, 0)) : STR_NONE;
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return sealed;
}

static void test_4_2_of_a_message_that_is_over_no_byte_is_left_but_its_place(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    set_policy(&scene, DAY);
    struct chat_send said = say(&scene, "a");
    str sealed = sealed_of(&scene, said.pos);
    assert_true(sealed.len > 40 && folder_has(&scene, sealed));
    job(&scene);
    assert_true(folder_has(&scene, sealed));

    env_simulated_advance(&scene.stores->env, DAY_MS);
    job(&scene);
    while (!store_logs_are_emptied(scene.stores->store))
        sched_yield();
    assert_false(folder_has(&scene, sealed));
    assert_int_equal(number(&scene, "SELECT max(sender + target + device + txn + length(sealed)) FROM event"
                                    " WHERE skey IS NULL"),
                     0);
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(scene.stores);
        const struct room *room = chat_get(&tx, scene.nid);
        const struct event *last = room_timeline_at(room, room_timeline_count(room) - 1);
        assert_int_equal(last->pos, said.pos);
        assert_true(last->gone && str_eq(last->content, S("{}")) && !str_contains(last->client, S("alice")));
        stores_restart(scene.stores);
    }
    /* The room goes on. */
    assert_true(say(&scene, "b").pos > said.pos);
}

static void what_hangs_on_a_message_ends_with_it(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    struct stores *stores = scene.stores;
    set_policy(&scene, DAY);
    struct chat_send root = say(&scene, "root");
    env_simulated_advance(&stores->env, DAY_MS - HOUR_MS);
    const char *const relations[] = {"m.replace", "m.annotation", "m.thread"};
    int64_t pos[3];
    for (int i = 0; i < 3; i++) {
        struct chat_send send = {.room_nid = scene.nid,
                                 .sender_nid = scene.bob,
                                 .sender = BOB,
                                 .type = S("m.room.message"),
                                 .content = arena_printf(&stores->arena,
                                                         "{\"body\":\"x\",\"m.relates_to\":{\"rel_type\":\"%s\","
                                                         "\"key\":\"k\",\"event_id\":\"%.*s\"}}",
                                                         relations[i], STR_ARG(root.event_id))};
        assert_int_equal(stores_write(stores, chat_send_run, &send), RC_OK);
        pos[i] = send.pos;
    }
    assert_int_equal(number(&scene, "SELECT count(*) FROM relation"), 3);
    assert_int_equal(number(&scene, "SELECT count(*) FROM thread"), 1);
    env_simulated_advance(&stores->env, HOUR_MS);
    job(&scene);
    assert_int_equal(number(&scene, "SELECT count(*) FROM relation"), 0);
    assert_int_equal(number(&scene, "SELECT count(*) FROM thread"), 0);
    struct tx tx = stores_read(stores);
    const struct room *room = chat_get(&tx, scene.nid);
    const struct event *event;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(events_at(&tx, room, pos[i], &event), RC_OK);
        assert_int_equal(event->gone, i < 2); /* what was said in the thread has a time of its own */
    }
}

struct receipt_of {
    uint64_t nid, user;
    int64_t pos;
};

static enum rc receipt_run(struct tx *tx, void *arg)
{
    const struct receipt_of *of = arg;
    const struct room *room;
    const struct event *event;
    bool moved;
    TRY(rooms_get(tx, of->nid, &room));
    TRY(events_at(tx, room, of->pos, &event));
    return receipts_set(tx, &room, of->user, RECEIPT_PUBLIC, S(""), event, &moved);
}

static void counts_and_receipts_stand_behind_what_is_gone(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    set_policy(&scene, DAY);
    struct chat_send first = say(&scene, "1"), second = say(&scene, "2");
    struct receipt_of read = {scene.nid, scene.bob, first.pos};
    assert_int_equal(stores_write(scene.stores, receipt_run, &read), RC_OK);
    env_simulated_advance(&scene.stores->env, HOUR_MS);
    struct chat_send third = say(&scene, "3");
    env_simulated_advance(&scene.stores->env, DAY_MS - HOUR_MS);
    job(&scene);
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(scene.stores);
        const struct room *room = chat_get(&tx, scene.nid);
        int64_t total;
        assert_int_equal(room->gone_pos, second.pos);
        assert_int_equal(room->notify_total, 3);
        assert_int_equal(events_notify_total_at(&tx, room, first.pos, &total), RC_OK);
        assert_int_equal(total, 2);
        assert_int_equal(events_notify_total_at(&tx, room, third.pos, &total), RC_OK);
        assert_int_equal(total, 3);
        assert_int_equal(number(&scene, "SELECT count(*) FROM receipt"), 0);
        stores_restart(scene.stores);
    }
}

/* ---- uploads ---- */

struct upload {
    uint64_t owner;
    str id;
};

static enum rc upload_run(struct tx *tx, void *arg)
{
    struct upload *upload = arg;
    str file = crypto_random_name(tx->env, tx->arena, 8); /* each of other bytes */
    const struct media media = {
        .owner_nid = upload->owner, .size = 3, .file = file, .type = S("image/png"), .digest = file};
    return media_add(tx, &media, &upload->id, &file);
}

static str uploaded(struct scene *scene, uint64_t owner)
{
    struct upload upload = {.owner = owner};
    assert_int_equal(stores_write(scene->stores, upload_run, &upload), RC_OK);
    return upload.id;
}

static void show(struct scene *scene, uint64_t room_nid, uint64_t sender, str sender_id, str id)
{
    struct chat_send send = {.room_nid = room_nid,
                             .sender_nid = sender,
                             .sender = sender_id,
                             .type = S("m.room.message"),
                             .content = arena_printf(&scene->stores->arena,
                                                     "{\"msgtype\":\"m.image\",\"url\":\"mxc://example.org/%.*s\"}",
                                                     STR_ARG(id))};
    assert_int_equal(stores_write(scene->stores, chat_send_run, &send), RC_OK);
}

static bool is_kept(struct scene *scene, str id)
{
    struct tx tx = stores_read(scene->stores);
    struct media media;
    enum rc rc = media_get(&tx, id, &media);
    assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
    return rc == RC_OK;
}

static enum rc picture_run(struct tx *tx, void *arg)
{
    const struct upload *upload = arg;
    str url = arena_printf(tx->arena, "mxc://example.org/%.*s", STR_ARG(upload->id));
    return users_set_profile(tx, upload->owner, S("avatar_url"), url);
}

static void test_4_2_an_upload_ends_with_the_last_message_that_shows_it(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    set_policy(&scene, DAY);
    env_simulated_advance(&scene.stores->env, 1000);
    uint64_t other = chat_room(scene.stores, scene.alice, ALICE, S("12"));
    str once = uploaded(&scene, scene.alice), twice = uploaded(&scene, scene.alice);
    str elsewhere = uploaded(&scene, scene.alice), foreign = uploaded(&scene, scene.bob);
    struct upload picture = {scene.alice, uploaded(&scene, scene.alice)};
    const str all[] = {once, twice, elsewhere, foreign, picture.id};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        show(&scene, scene.nid, scene.alice, ALICE, all[i]);
    show(&scene, other, scene.alice, ALICE, elsewhere);
    assert_int_equal(stores_write(scene.stores, picture_run, &picture), RC_OK);
    env_simulated_advance(&scene.stores->env, HOUR_MS);
    show(&scene, scene.nid, scene.bob, BOB, twice);
    env_simulated_advance(&scene.stores->env, DAY_MS - HOUR_MS);
    job(&scene);
    assert_false(is_kept(&scene, once));
    assert_true(is_kept(&scene, twice) && is_kept(&scene, elsewhere) && is_kept(&scene, picture.id));
    assert_true(is_kept(&scene, foreign)); /* whoever shows it is not who uploaded it */
    assert_int_equal(files_removed, 1);
}

/* ---- what law holds ---- */

static enum rc hold_run(struct tx *tx, void *arg)
{
    return holds_place(tx, *(uint64_t *)arg, S("case 7"), true);
}

static enum rc lift_run(struct tx *tx, void *arg)
{
    return holds_lift(tx, *(uint64_t *)arg);
}

static void test_4_2_what_law_holds_is_hidden_and_kept_until_it_is_lifted(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    set_policy(&scene, DAY);
    struct chat_send hers = say(&scene, "hers");
    struct chat_send his = chat_say(scene.stores, scene.nid, scene.bob, BOB, S("his"));
    assert_int_equal(stores_write(scene.stores, hold_run, &scene.alice), RC_OK);
    env_simulated_advance(&scene.stores->env, DAY_MS);
    job(&scene);
    assert_true(sealed_of(&scene, hers.pos).len > 0);
    assert_int_equal(sealed_of(&scene, his.pos).len, 0);
    assert_false(is_shown(&scene, hers.event_id, hers.pos));
    assert_int_equal(stores_write(scene.stores, lift_run, &scene.alice), RC_OK);
    job(&scene);
    assert_int_equal(sealed_of(&scene, hers.pos).len, 0);
}

/* ---- when, and how much at once ---- */

static void rooms_that_say_nothing_cost_nothing(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    struct chat_send said = say(&scene, "a");
    env_simulated_advance(&scene.stores->env, 1000 * DAY_MS);
    job(&scene);
    assert_true(is_shown(&scene, said.event_id, said.pos));
    assert_int_equal(number(&scene, "SELECT count(*) FROM lifetime"), 0);
}

static void a_shorter_policy_takes_hold_of_what_is_there(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    struct chat_send said = say(&scene, "a");
    env_simulated_advance(&scene.stores->env, 2 * DAY_MS);
    set_policy(&scene, DAY);
    assert_false(is_shown(&scene, said.event_id, said.pos));
    job(&scene);
    assert_int_equal(sealed_of(&scene, said.pos).len, 0);
    /* Longer again: what is gone does not come back. */
    set_policy(&scene, S("{}"));
    assert_false(is_shown(&scene, said.event_id, said.pos));
}

static void the_operators_bounds_hold_for_every_room(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    struct chat_send said = say(&scene, "a");
    int64_t pos = said.pos;
    arena_fini(&scene.stores->arena);
    store_close(&scene.stores->store);
    struct store_config config = {scene.stores->folder.path, S("example.org"), 64 << 20, 2, {0, 0, HOUR_MS}};
    assert_int_equal(store_open(&scene.stores->env.env, &config, &scene.stores->store, NULL), RC_OK);
    job(&scene);
    assert_true(sealed_of(&scene, pos).len > 0);
    env_simulated_advance(&scene.stores->env, HOUR_MS);
    job(&scene);
    assert_int_equal(sealed_of(&scene, pos).len, 0);
}

static void much_goes_in_bounded_turns_that_a_restart_may_come_between(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    set_policy(&scene, DAY);
    enum { MANY = 2 * RETENTION_TURN + 50 };
    for (int i = 0; i < MANY; i++) {
        say(&scene, "x");
        arena_reset(&scene.stores->arena);
    }
    env_simulated_advance(&scene.stores->env, DAY_MS);
    const char *left = "SELECT count(*) FROM event WHERE skey IS NULL AND length(sealed) > 0";
    job(&scene);
    int64_t after_one = number(&scene, left);
    assert_true(after_one > MANY - RETENTION_TURN - 1 && after_one < MANY);
    stores_restart(scene.stores);
    scene.rooms = (struct retention_rooms){.remove_file = remove_file};
    for (int i = 0; i < 3; i++)
        job(&scene);
    assert_int_equal(number(&scene, left), 0);
}

static enum rc short_runs(struct tx *tx, void *arg)
{
    (void)arg;
    merge_set_run(tx->p->merge, 50, 10);
    return RC_OK;
}

static void a_place_nothing_leads_to_any_more_goes_too(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    assert_int_equal(stores_write(scene.stores, short_runs, NULL), RC_OK);
    set_policy(&scene, DAY);
    for (int i = 0; i < 300; i++) {
        struct chat_send send = {.room_nid = scene.nid,
                                 .sender_nid = scene.alice,
                                 .sender = ALICE,
                                 .device_nid = 1,
                                 .txn_id = arena_printf(&scene.stores->arena, "t%d", i),
                                 .type = S("m.room.message"),
                                 .content = S("{\"body\":\"x\"}")};
        assert_int_equal(stores_write(scene.stores, chat_send_run, &send), RC_OK);
        arena_reset(&scene.stores->arena);
    }
    int64_t state_events = number(&scene, "SELECT count(*) FROM event WHERE skey IS NOT NULL");
    assert_true(number(&scene, "SELECT count(*) FROM txn") > 0);
    env_simulated_advance(&scene.stores->env, DAY_MS);
    for (int i = 0; i < 3; i++)
        job(&scene);
    /* More is said, so that the rest leaves memory. */
    for (int i = 0; i < 300; i++) {
        say(&scene, "x");
        arena_reset(&scene.stores->arena);
    }
    env_simulated_advance(&scene.stores->env, HOUR_MS);
    for (int i = 0; i < 3; i++)
        job(&scene);
    assert_int_equal(number(&scene, "SELECT count(*) FROM event WHERE skey IS NULL"), 300);
    assert_int_equal(number(&scene, "SELECT count(*) FROM event WHERE skey IS NOT NULL"), state_events);
    assert_int_equal(number(&scene, "SELECT count(*) FROM txn"), 0);
    assert_int_equal(number(&scene, "SELECT count(*) FROM room_event r WHERE NOT EXISTS"
                                    "(SELECT 1 FROM event e WHERE e.pos = r.pos)"),
                     0);
    assert_int_equal(number(&scene, "SELECT count(*) FROM event_ref r WHERE NOT EXISTS"
                                    "(SELECT 1 FROM event e WHERE e.pos = r.pos)"),
                     0);
    struct tx tx = stores_read(scene.stores);
    struct event_list list;
    assert_int_equal(events_range(&tx, chat_get(&tx, scene.nid), 0, INT64_MAX, true, 5000, &list), RC_OK);
    assert_int_equal(list.count, 300 + state_events);
}

static void a_clock_that_is_set_back_delays_nothing(void **state)
{
    struct scene scene;
    scene_set(&scene, state);
    set_policy(&scene, DAY);
    env_simulated_advance(&scene.stores->env, 100 * DAY_MS);
    job(&scene);
    env_simulated_advance(&scene.stores->env, -100 * DAY_MS);
    struct chat_send said = say(&scene, "a");
    job(&scene);
    env_simulated_advance(&scene.stores->env, DAY_MS);
    job(&scene);
    assert_int_equal(sealed_of(&scene, said.pos).len, 0);
}

static void test_4_2_a_room_that_is_not_looked_at_is_overdue(void **state)
{
    struct scene scene;
    int64_t rooms;
    scene_set(&scene, state);
    set_policy(&scene, DAY);
    say(&scene, "a");
    job(&scene);
    env_simulated_advance(&scene.stores->env, DAY_MS + RETENTION_GRACE_MS);
    struct tx tx = stores_read(scene.stores);
    assert_int_equal(retention_rooms_overdue(&tx, &rooms), RC_OK);
    assert_int_equal(rooms, 0);
    env_simulated_advance(&scene.stores->env, 1);
    assert_int_equal(retention_rooms_overdue(&tx, &rooms), RC_OK);
    assert_int_equal(rooms, 1);
    job(&scene);
    assert_int_equal(retention_rooms_overdue(&tx, &rooms), RC_OK);
    assert_int_equal(rooms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_message_is_hidden_the_moment_its_time_is_over),
        STORES_TEST(test_4_2_of_a_message_that_is_over_no_byte_is_left_but_its_place),
        STORES_TEST(what_hangs_on_a_message_ends_with_it),
        STORES_TEST(counts_and_receipts_stand_behind_what_is_gone),
        STORES_TEST(test_4_2_an_upload_ends_with_the_last_message_that_shows_it),
        STORES_TEST(test_4_2_what_law_holds_is_hidden_and_kept_until_it_is_lifted),
        STORES_TEST(rooms_that_say_nothing_cost_nothing),
        STORES_TEST(a_shorter_policy_takes_hold_of_what_is_there),
        STORES_TEST(the_operators_bounds_hold_for_every_room),
        STORES_TEST(much_goes_in_bounded_turns_that_a_restart_may_come_between),
        STORES_TEST(a_place_nothing_leads_to_any_more_goes_too),
        STORES_TEST(a_clock_that_is_set_back_delays_nothing),
        STORES_TEST(test_4_2_a_room_that_is_not_looked_at_is_overdue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
