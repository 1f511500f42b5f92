/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/event_row.h"
#include "store/own.h"
#include "store/seal.h"
#include "support/chat.h"

#define ALICE S("@alice:example.org")
#define BOB S("@bob:example.org")

enum { MESSAGES = 150 };

/* Two rooms written to in turn, so that a room's positions have holes. */
struct history {
    uint64_t alice, bob, nid, other;
    int64_t pos[MESSAGES];
    char id[MESSAGES][48];
};

static void history_write(struct stores *stores, struct history *h)
{
    h->alice = stores_user(stores, S("alice"));
    h->bob = stores_user(stores, S("bob"));
    h->nid = chat_room(stores, h->alice, ALICE, S("12"));
    env_simulated_advance(&stores->env, 1000);
    h->other = chat_room(stores, h->alice, ALICE, S("12"));
    chat_state(stores, h->nid, h->bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\"}"));
    for (int i = 0; i < MESSAGES; i++) {
        env_simulated_advance(&stores->env, 1000);
        struct chat_send said = chat_say(stores, h->nid, h->alice, ALICE, S("hello"));
        h->pos[i] = said.pos;
        snprintf(h->id[i], sizeof h->id[i], "%.*s", STR_ARG(said.event_id));
        if (i % 3 == 0)
            chat_say(stores, h->other, h->alice, ALICE, S("elsewhere"));
        arena_reset(&stores->arena);
    }
}

static void check_range(struct tx *tx, const struct room *room, const struct history *h, int low, int high,
                        bool backwards, size_t limit)
{
    struct event_list list;
    assert_int_equal(events_range(tx, room, h->pos[low], h->pos[high], backwards, limit, &list), RC_OK);
    size_t expected = (size_t)(high - low) < limit ? (size_t)(high - low) : limit;
    assert_int_equal(list.count, expected);
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(list.items[i]->pos, h->pos[backwards ? high - (int)i : low + 1 + (int)i]);
}

static void ranges_meet_in_memory_and_on_disk(void **state)
{
    struct stores *stores = *state;
    struct history h;
    history_write(stores, &h);
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(stores);
        const struct room *room = chat_get(&tx, h.nid);
        const int edges[] = {0, 1, 50, 85, 100, 117, 118, 130, 149};
        for (size_t a = 0; a < sizeof edges / sizeof *edges; a++)
            for (size_t b = a; b < sizeof edges / sizeof *edges; b++)
                for (size_t limit = 1; limit < 200; limit += 33) {
                    check_range(&tx, room, &h, edges[a], edges[b], true, limit);
                    check_range(&tx, room, &h, edges[a], edges[b], false, limit);
                }
        for (int i = 0; i < MESSAGES; i += 7) {
            const struct event *event;
            assert_int_equal(events_find(&tx, room, str_of(h.id[i]), &event), RC_OK);
            assert_int_equal(event->pos, h.pos[i]);
            assert_int_equal(events_find(&tx, chat_get(&tx, h.other), str_of(h.id[i]), &event), RC_NOT_FOUND);
            assert_int_equal(events_at(&tx, room, h.pos[i], &event), RC_OK);
            assert_true(str_eq(event->event_id, str_of(h.id[i])));
        }
        stores_restart(stores);
    }
}

static void counts_and_times_lead_to_the_right_events(void **state)
{
    struct stores *stores = *state;
    struct history h;
    history_write(stores, &h);
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(stores);
        const struct room *room = chat_get(&tx, h.nid);
        for (int i = 0; i < MESSAGES; i += 13) {
            int64_t total;
            assert_int_equal(events_notify_total_at(&tx, room, h.pos[i], &total), RC_OK);
            assert_int_equal(total, i + 1);
            const struct event *event;
            int64_t ts = 1700000000000 + 1000 + (i + 1) * 1000;
            assert_int_equal(events_near_time(&tx, room, ts, true, &event), RC_OK);
            assert_int_equal(event->pos, h.pos[i]);
            assert_int_equal(events_near_time(&tx, room, ts + 500, false, &event), RC_OK);
            assert_int_equal(event->pos, h.pos[i]);
            assert_int_equal(events_near_time(&tx, room, ts - 500, true, &event), RC_OK);
            assert_int_equal(event->pos, h.pos[i]);
        }
        const struct event *event;
        assert_int_equal(events_near_time(&tx, room, 1, false, &event), RC_NOT_FOUND);
        assert_int_equal(events_near_time(&tx, room, INT64_C(1) << 50, true, &event), RC_NOT_FOUND);
        stores_restart(stores);
    }
}

static void state_is_known_as_it_was(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    int64_t empty = chat_say(stores, nid, alice, ALICE, S("no name yet")).pos;
    int64_t first = chat_state(stores, nid, alice, ALICE, S("m.room.name"), S(""), S("{\"name\":\"one\"}")).pos;
    int64_t joined = chat_state(stores, nid, bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\"}")).pos;
    int64_t second = chat_state(stores, nid, alice, ALICE, S("m.room.name"), S(""), S("{\"name\":\"two\"}")).pos;
    chat_say(stores, nid, alice, ALICE, S("end"));
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(stores);
        const struct room *room = chat_get(&tx, nid);
        const struct event *event;
        struct room_state *then;
        assert_int_equal(events_state_at(&tx, room, S("m.room.name"), S(""), empty, &event), RC_NOT_FOUND);
        assert_int_equal(events_state_at(&tx, room, S("m.room.name"), S(""), second - 1, &event), RC_OK);
        assert_int_equal(event->pos, first);
        assert_int_equal(events_state_at(&tx, room, S("m.room.name"), S(""), second, &event), RC_OK);
        assert_int_equal(event->pos, second);
        assert_int_equal(events_full_state_at(&tx, room, first, &then), RC_OK);
        assert_true(str_eq(room_state_name(then), S("one")));
        assert_int_equal(room_state_membership(then, BOB), MEMBERSHIP_NONE);
        assert_int_equal(events_full_state_at(&tx, room, room->last_pos, &then), RC_OK);
        assert_true(str_eq(room_state_name(then), S("two")));
        struct event_list list;
        assert_int_equal(events_state_changes(&tx, room, empty, room->last_pos, &list), RC_OK);
        assert_int_equal(list.count, 2);
        assert_int_equal(list.items[0]->pos, joined);
        assert_int_equal(list.items[1]->pos, second);
        assert_int_equal(events_state_changes(&tx, room, empty, joined, &list), RC_OK);
        assert_int_equal(list.count, 2);
        assert_int_equal(list.items[0]->pos, first);
        assert_int_equal(list.items[1]->pos, joined);
        assert_int_equal(events_member_history(&tx, room, BOB, &list), RC_OK);
        assert_int_equal(list.count, 1);
        stores_restart(stores);
    }
}

static struct chat_send react(struct stores *stores, uint64_t nid, uint64_t who, str sender, str target,
                              const char *key)
{
    struct chat_send send = {.room_nid = nid,
                             .sender_nid = who,
                             .sender = sender,
                             .type = S("m.reaction"),
                             .content = arena_printf(&stores->arena,
                                                     "{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":"
                                                     "\"%.*s\",\"key\":\"%s\"}}",
                                                     STR_ARG(target), key)};
    assert_int_equal(stores_write(stores, chat_send_run, &send), RC_OK);
    return send;
}

static void relations_are_found_until_they_are_redacted(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    struct chat_send said = chat_say(stores, nid, alice, ALICE, S("like me"));
    struct chat_send one = react(stores, nid, alice, ALICE, said.event_id, "a");
    struct chat_send two = react(stores, nid, alice, ALICE, said.event_id, "b");
    struct tx tx = stores_read(stores);
    const struct room *room = chat_get(&tx, nid);
    struct event_list list;
    assert_int_equal(events_related(&tx, room, said.event_id, STR_NONE, STR_NONE, 0, room->last_pos, true, 10, &list),
                     RC_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0]->pos, two.pos);
    assert_int_equal(events_related(&tx, room, said.event_id, S("m.annotation"), S("m.reaction"), 0, room->last_pos,
                                    false, 1, &list),
                     RC_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0]->pos, one.pos);
    assert_int_equal(
        events_related(&tx, room, said.event_id, S("m.thread"), STR_NONE, 0, room->last_pos, true, 10, &list), RC_OK);
    assert_int_equal(list.count, 0);
}

static enum rc erase(struct tx *tx, void *arg)
{
    return seal_destroy_key(tx, *(uint64_t *)arg);
}

static void the_words_of_an_erased_member_are_gone_and_the_room_lives(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    uint64_t nid = chat_room(stores, alice, ALICE, S("12"));
    chat_state(stores, nid, bob, BOB, S("m.room.member"), BOB, S("{\"membership\":\"join\",\"displayname\":\"B\"}"));
    struct chat_send said = chat_say(stores, nid, alice, ALICE, S("secret"));
    char said_id[64];
    snprintf(said_id, sizeof said_id, "%.*s", STR_ARG(said.event_id));
    assert_int_equal(stores_write(stores, erase, &alice), RC_OK);
    stores_restart(stores);
    struct tx tx = stores_read(stores);
    const struct room *room = chat_get(&tx, nid);
    const struct event *event;
    assert_int_equal(events_find(&tx, room, str_of(said_id), &event), RC_OK);
    assert_true(event->redacted);
    assert_true(str_eq(event->content, S("{}")));
    assert_true(str_eq(event->type, S("m.room.message")));
    assert_true(str_eq(event->sender, S("@erased-1:example.org")));
    assert_int_equal(room_state_history(room->state), HISTORY_SHARED);
    assert_int_equal(room_state_member_count(room->state, MEMBERSHIP_JOIN), 2);
    struct chat_send more = chat_say(stores, nid, bob, BOB, S("still here"));
    assert_int_equal(more.pos, said.pos + 1);
}

struct telling {
    uint64_t room_nid, server, person;
    int64_t pos;
};

static enum rc tell(struct tx *tx, void *arg)
{
    struct telling *telling = arg;
    const struct room *room;
    const struct event *event;
    str event_id;
    struct room_send send = {.draft = {.type = S("m.room.message"),
                                       .sender = ALICE,
                                       .content = S("{\"msgtype\":\"m.server_notice\",\"body\":\"about you\"}")},
                             .sender_nid = telling->server,
                             .recipient_nid = telling->person};
    TRY(rooms_get(tx, telling->room_nid, &room));
    TRY(rooms_send(tx, &room, &send, &event, &event_id, NULL));
    telling->pos = event->pos;
    return RC_OK;
}

static size_t own_messages(struct stores *stores, uint64_t subject)
{
    struct tx tx = stores_read(stores);
    const struct event **events;
    size_t count, messages = 0;
    int64_t next;
    assert_int_equal(own_events(&tx, subject, 0, 100, &events, &count, &next), RC_OK);
    for (size_t i = 0; i < count; i++)
        messages += str_eq(events[i]->content, S("{\"body\":\"about you\",\"msgtype\":\"m.server_notice\"}"));
    return messages;
}

static void what_the_server_tells_a_person_is_theirs_and_goes_with_them(void **state)
{
    struct stores *stores = *state;
    struct telling telling = {.server = stores_user(stores, S("alice")), .person = stores_user(stores, S("bob"))};
    telling.room_nid = chat_room(stores, telling.server, ALICE, S("11"));
    assert_int_equal(stores_write(stores, tell, &telling), RC_OK);
    stores_restart(stores);
    assert_int_equal(own_messages(stores, telling.person), 1);
    struct tx tx = stores_read(stores);
    const struct user *person;
    assert_int_equal(users_get(&tx, telling.person, &person), RC_OK);
    assert_int_equal(person->rooms->count, 0); /* it is no membership */
    const struct event *event;
    assert_int_equal(event_row_read(&tx, chat_get(&tx, telling.room_nid), telling.pos, &event, NULL), RC_OK);
    assert_true(event->for_target);
    assert_int_equal(event->sender_nid, telling.server);
    event_unref(&event);
    assert_int_equal(stores_write(stores, erase, &telling.person), RC_OK);
    stores_restart(stores);
    tx = stores_read(stores);
    assert_int_equal(event_row_read(&tx, chat_get(&tx, telling.room_nid), telling.pos, &event, NULL), RC_OK);
    assert_true(str_eq(event->content, S("{}")));
    event_unref(&event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(ranges_meet_in_memory_and_on_disk),
        STORES_TEST(counts_and_times_lead_to_the_right_events),
        STORES_TEST(state_is_known_as_it_was),
        STORES_TEST(relations_are_found_until_they_are_redacted),
        STORES_TEST(the_words_of_an_erased_member_are_gone_and_the_room_lives),
        STORES_TEST(what_the_server_tells_a_person_is_theirs_and_goes_with_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
