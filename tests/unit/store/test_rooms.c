/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/chat.h"

#define ALICE S("@alice:example.org")
#define BOB S("@bob:example.org")

static const char *const versions[] = {"1", "12"};

static void a_room_is_the_same_after_a_restart(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        uint64_t nid = chat_room(stores, alice, ALICE, str_of(versions[i]));
        struct chat_send said = chat_say(stores, nid, alice, ALICE, S("hello"));
        struct tx tx = stores_read(stores);
        const struct room *before = room_ref(chat_get(&tx, nid));
        str event_id = arena_dup(&stores->arena, said.event_id);
        stores_restart(stores);
        tx = stores_read(stores);
        const struct room *after = chat_get(&tx, nid), *found;
        assert_int_equal(after->last_pos, before->last_pos);
        assert_int_equal(after->depth, before->depth);
        assert_int_equal(after->notify_total, 1);
        assert_int_equal(after->created_pos, before->created_pos);
        assert_true(str_eq(after->last_event_id, before->last_event_id));
        assert_int_equal(room_state_count(after->state), room_state_count(before->state));
        assert_int_equal(room_timeline_count(after), room_timeline_count(before));
        for (size_t k = 0; k < room_timeline_count(after); k++) {
            assert_true(str_eq(room_timeline_at(after, k)->client, room_timeline_at(before, k)->client));
            assert_int_equal(room_timeline_at(after, k)->sender_nid, alice);
        }
        assert_int_equal(rooms_find(&tx, before->room_id, &found), RC_OK);
        assert_int_equal(found->nid, nid);
        assert_int_equal(tx_pos(&tx), before->last_pos);
        (void)event_id;
        room_unref(&before);
    }
}

struct timed {
    struct chat_send said;
    int64_t says, taken; /* out */
};

static enum rc send_timed(struct tx *tx, void *arg)
{
    struct timed *timed = arg;
    const struct room *room;
    const struct event *event;
    str event_id;
    struct db_query q;
    TRY(rooms_get(tx, timed->said.room_nid, &room));
    struct room_send send = {.draft = {.type = S("m.room.message"),
                                       .sender = timed->said.sender,
                                       .content = S("{\"body\":\"then\"}"),
                                       .origin_server_ts = 5},
                             .sender_nid = timed->said.sender_nid,
                             .keeps_time = true};
    TRY(rooms_send(tx, &room, &send, &event, &event_id, NULL));
    timed->says = event->origin_server_ts;
    TRY(db_query(tx_chat(tx), &q, "SELECT ts FROM event WHERE pos = ?1", NULL));
    db_bind_i64(&q, 1, event->pos);
    timed->taken = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

/* Retention and what is found by time go by the column. */
static void an_event_of_another_time_counts_from_when_it_was_taken(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    struct timed timed = {.said = {.room_nid = nid, .sender_nid = alice, .sender = ALICE}};
    assert_int_equal(stores_write(stores, send_timed, &timed), RC_OK);
    assert_int_equal(timed.says, 5);
    assert_int_equal(timed.taken, env_now_ms(&stores->env.env));
}

static void positions_are_gapless_and_a_refused_event_takes_none(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    struct chat_send first = chat_say(stores, nid, alice, ALICE, S("one"));
    struct chat_send refused = {.room_nid = nid,
                                .sender_nid = bob,
                                .sender = BOB,
                                .type = S("m.room.message"),
                                .content = S("{\"body\":\"let me in\"}")};
    assert_int_equal(stores_write(stores, chat_send_run, &refused), RC_FORBIDDEN);
    struct chat_send second = chat_say(stores, nid, alice, ALICE, S("two"));
    assert_int_equal(second.pos, first.pos + 1);
}

static void a_transaction_id_counts_once_also_after_a_restart(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    char first_id[64];
    for (int round = 0; round < 3; round++) {
        struct chat_send send = {.room_nid = nid,
                                 .sender_nid = alice,
                                 .sender = ALICE,
                                 .device_nid = 9,
                                 .txn_id = S("t1"),
                                 .type = S("m.room.message"),
                                 .content = S("{\"body\":\"once\"}")};
        assert_int_equal(stores_write(stores, chat_send_run, &send), RC_OK);
        if (round == 0)
            snprintf(first_id, sizeof first_id, "%.*s", STR_ARG(send.event_id));
        else
            assert_int_equal(send.pos, 0);
        assert_true(str_eq(send.event_id, str_of(first_id)));
        stores_restart(stores);
    }
    struct tx tx = stores_read(stores);
    const struct room *room = chat_get(&tx, nid);
    const struct event *last = room_timeline_at(room, room_timeline_count(room) - 1);
    assert_true(str_eq(event_txn_id(last, 9), S("t1")));
    assert_null(event_txn_id(last, 8).ptr);
}

static void membership_follows_into_the_users_rooms(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    struct chat_send join = chat_state(stores, nid, bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\"}"));
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(stores);
        const struct user *user;
        assert_int_equal(users_get(&tx, bob, &user), RC_OK);
        const struct user_room *room = user_rooms_find(user->rooms, nid);
        assert_non_null(room);
        assert_int_equal(room->membership, MEMBERSHIP_JOIN);
        assert_int_equal(room->pos, join.pos);
        assert_int_equal(room_state_member_count(chat_get(&tx, nid)->state, MEMBERSHIP_JOIN), 2);
        stores_restart(stores);
    }
}

struct redaction {
    uint64_t nid;
    str event_id;
};

static enum rc redact_run(struct tx *tx, void *arg)
{
    struct redaction *redaction = arg;
    const struct room *room;
    const struct event *target;
    TRY(rooms_get(tx, redaction->nid, &room));
    TRY(events_find(tx, room, redaction->event_id, &target));
    return rooms_apply_redaction(tx, &room, target);
}

static void a_redaction_reaches_row_timeline_and_state(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    struct chat_send said = chat_say(stores, nid, alice, ALICE, S("regret"));
    struct chat_send topic =
        chat_state(stores, nid, alice, ALICE, S("m.room.topic"), S(""), S("{\"topic\":\"regretted\"}"));
    struct chat_send redaction = {.room_nid = nid,
                                  .sender_nid = alice,
                                  .sender = ALICE,
                                  .type = S("m.room.redaction"),
                                  .redacts = said.event_id,
                                  .content = S("{}")};
    assert_int_equal(stores_write(stores, chat_send_run, &redaction), RC_OK);
    struct redaction both[] = {{nid, said.event_id}, {nid, topic.event_id}};
    assert_int_equal(stores_write(stores, redact_run, &both[0]), RC_OK);
    assert_int_equal(stores_write(stores, redact_run, &both[1]), RC_OK);
    char said_id[64], redaction_id[64];
    snprintf(said_id, sizeof said_id, "%.*s", STR_ARG(said.event_id));
    snprintf(redaction_id, sizeof redaction_id, "%.*s", STR_ARG(redaction.event_id));
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(stores);
        const struct room *room = chat_get(&tx, nid);
        const struct event *event, *by;
        assert_int_equal(events_find(&tx, room, str_of(said_id), &event), RC_OK);
        assert_true(event->redacted);
        assert_true(str_eq(event->content, S("{}")));
        assert_int_equal(room_state_topic(room->state).len, 0);
        for (size_t i = 0; i < room_timeline_count(room); i++)
            assert_false(str_contains(room_timeline_at(room, i)->client, S("regret\"")));
        assert_int_equal(events_redaction_of(&tx, room, event, &by), RC_OK);
        assert_true(str_eq(by->event_id, str_of(redaction_id)));
        stores_restart(stores);
    }
}

static enum rc typing_run(struct tx *tx, void *arg)
{
    const struct room *room;
    TRY(rooms_get(tx, *(uint64_t *)arg, &room));
    rooms_set_typing(tx, &room, 1, 1000);
    rooms_set_typing(tx, &room, 2, 5000);
    return RC_OK;
}

static void typing_is_in_the_snapshot_and_touches_no_store(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    struct store_stats before, after;
    store_stats(stores->store, &before);
    assert_int_equal(stores_write(stores, typing_run, &nid), RC_OK);
    store_stats(stores->store, &after);
    assert_int_equal(after.commits, before.commits);
    struct tx tx = stores_read(stores);
    const struct room *room = chat_get(&tx, nid);
    assert_int_equal(room->typing->count, 2);
    assert_int_equal(room->typing_serial, rooms_typing_serial(stores->store));
    env_simulated_advance(&stores->env, 2000);
    assert_int_equal(stores_write(stores, typing_run, &nid), RC_OK);
    assert_int_equal(chat_get(&tx, nid)->typing->count, 2);
    assert_int_equal(room->typing->count, 2);
}

static void the_timeline_keeps_between_one_and_two_chunks(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    for (int i = 0; i < 100; i++) {
        struct chat_send said = chat_say(stores, nid, alice, ALICE, S("x"));
        struct tx tx = stores_read(stores);
        const struct room *room = chat_get(&tx, nid);
        size_t count = room_timeline_count(room);
        assert_true(count <= 2 * ROOM_CHUNK && (count >= ROOM_CHUNK || count == (size_t)i + 6));
        assert_int_equal(room_timeline_at(room, count - 1)->pos, said.pos);
        for (size_t k = 1; k < count; k++)
            assert_int_equal(room_timeline_at(room, k)->pos, room_timeline_at(room, k - 1)->pos + 1);
        arena_reset(&stores->arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_room_is_the_same_after_a_restart),
        STORES_TEST(positions_are_gapless_and_a_refused_event_takes_none),
        STORES_TEST(an_event_of_another_time_counts_from_when_it_was_taken),
        STORES_TEST(a_transaction_id_counts_once_also_after_a_restart),
        STORES_TEST(membership_follows_into_the_users_rooms),
        STORES_TEST(a_redaction_reaches_row_timeline_and_state),
        STORES_TEST(typing_is_in_the_snapshot_and_touches_no_store),
        STORES_TEST(the_timeline_keeps_between_one_and_two_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
