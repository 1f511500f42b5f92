/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/chat.h"
#include "sync/recent_receipts.h"

struct reading {
    uint64_t room, user;
    enum receipt_kind kind;
    str event_id;
};

static enum rc read_up_to(struct tx *tx, void *arg)
{
    const struct reading *reading = arg;
    const struct room *room = chat_get(tx, reading->room);
    const struct event *event;
    bool moved;
    TRY(events_find(tx, room, reading->event_id, &event));
    return receipts_set(tx, &room, reading->user, reading->kind, STR_NONE, event, &moved);
}

/* How many receipts after `from` the reader is told of; they must be those the store knows. */
static size_t told(struct stores *stores, struct recent_receipts *recent, uint64_t room_nid, uint64_t reader,
                   int64_t from)
{
    struct tx tx = stores_read(stores);
    int64_t to = tx_pos(&tx);
    const struct room *room = chat_get(&tx, room_nid);
    struct receipt *kept, *stored;
    size_t kept_count, stored_count;
    assert_int_equal(recent_receipts_changes(recent, &tx, room, reader, from, to, &kept, &kept_count), RC_OK);
    assert_int_equal(receipts_changes(&tx, room, reader, from, to, &stored, &stored_count), RC_OK);
    assert_int_equal(kept_count, stored_count);
    for (size_t i = 0; i < kept_count; i++) {
        assert_int_equal(kept[i].pos, stored[i].pos);
        assert_int_equal(kept[i].user_nid, stored[i].user_nid);
        assert_true(str_eq(kept[i].event_id, stored[i].event_id));
    }
    return kept_count;
}

static void everyone_is_told_what_the_store_would_tell_them(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    uint64_t room = chat_room(stores, alice, S("@alice:example.org"), S("12"));
    struct chat_send one = chat_say(stores, room, alice, S("@alice:example.org"), S("one"));
    struct chat_send two = chat_say(stores, room, alice, S("@alice:example.org"), S("two"));
    struct recent_receipts *recent = recent_receipts_new();
    struct reading steps[] = {{room, alice, RECEIPT_PUBLIC, one.event_id},
                              {room, bob, RECEIPT_PRIVATE, one.event_id},
                              {room, bob, RECEIPT_PUBLIC, one.event_id},
                              {room, alice, RECEIPT_PUBLIC, two.event_id}};
    size_t alice_told[] = {1, 1, 2, 2}, bob_told[] = {1, 2, 3, 3};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(stores_write(stores, read_up_to, &steps[i]), RC_OK);
        assert_int_equal(told(stores, recent, room, alice, two.pos), alice_told[i]);
        assert_int_equal(told(stores, recent, room, bob, two.pos), bob_told[i]);
        assert_int_equal(told(stores, recent, room, bob, two.pos + 1 + (int64_t)i), 0);
        assert_int_equal(told(stores, recent, room, bob, 0), bob_told[i]);
    }
    recent_receipts_free(&recent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(everyone_is_told_what_the_store_would_tell_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
