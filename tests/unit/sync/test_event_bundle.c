/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each case is looked at twice: while the events are in the room's timeline, and when only the store has them. */
#include "support/chat.h"
#include "sync/event_bundle.h"

#include <stdlib.h>

struct talk {
    struct stores *stores;
    uint64_t alice, room;
};

static const str alice_id = STR_INIT("@alice:example.org");

static struct talk talk_begin(void **state)
{
    struct talk talk = {.stores = *state};
    talk.alice = stores_user(talk.stores, S("alice"));
    talk.room = chat_room(talk.stores, talk.alice, alice_id, S("12"));
    return talk;
}

static str say(struct talk *talk, const char *type, const char *format, str parent)
{
    struct chat_send send = {.room_nid = talk->room,
                             .sender_nid = talk->alice,
                             .sender = alice_id,
                             .type = str_of(type),
                             .content = parent.len ? arena_printf(&talk->stores->arena, format, STR_ARG(parent))
                                                   : str_of(format)};
    assert_int_equal(stores_write(talk->stores, chat_send_run, &send), RC_OK);
    return send.event_id;
}

/* Pushes everything before out of the timeline. */
static void talk_on(struct talk *talk)
{
    for (int i = 0; i < 3 * ROOM_CHUNK; i++)
        (void)say(talk, "m.room.message", "{\"msgtype\":\"m.text\",\"body\":\"so it goes\"}", STR_NONE);
}

static yyjson_val *unsigned_of(struct talk *talk, str event_id)
{
    struct tx *tx = arena_new(&talk->stores->arena, struct tx);
    *tx = stores_read(talk->stores);
    struct bundle_reader reader = {.tx = tx,
                                   .room = chat_get(tx, talk->room),
                                   .user_id = alice_id,
                                   .user_nid = talk->alice,
                                   .now_ms = talk->stores->env.now};
    const struct event *event;
    assert_int_equal(events_find(tx, reader.room, event_id, &event), RC_OK);
    struct strbuf buf = STRBUF_INIT;
    assert_int_equal(bundle_add_unsigned(&reader, event, &buf), RC_OK);
    yyjson_val *root;
    assert_int_equal(json_parse_object(tx->arena, strbuf_to_arena(&buf, tx->arena), false, &root, NULL), RC_OK);
    strbuf_fini(&buf);
    return root;
}

static yyjson_val *relation_of(struct talk *talk, str event_id, const char *rel_type)
{
    return yyjson_obj_get(yyjson_obj_get(unsigned_of(talk, event_id), "m.relations"), rel_type);
}

#define MESSAGE "{\"msgtype\":\"m.text\",\"body\":\"hello\"}"
#define EDIT                                                                                                           \
    "{\"msgtype\":\"m.text\",\"body\":\"* x\",\"m.new_content\":{\"msgtype\":\"m.text\",\"body\":\"x\"},"              \
    "\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"%.*s\"}}"
#define EMPTY_EDIT                                                                                                     \
    "{\"msgtype\":\"m.text\",\"body\":\"* y\",\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"%.*s\"}}"
#define THREADED                                                                                                       \
    "{\"msgtype\":\"m.text\",\"body\":\"t\",\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"%.*s\"}}"
#define REFERENCE "{\"m.relates_to\":{\"rel_type\":\"m.reference\",\"event_id\":\"%.*s\"}}"

static void an_event_without_children_has_no_relations(void **state)
{
    struct talk talk = talk_begin(state);
    str message = say(&talk, "m.room.message", MESSAGE, STR_NONE);
    env_simulated_advance(&talk.stores->env, 250);
    for (int round = 0; round < 2; round++) {
        yyjson_val *extra = unsigned_of(&talk, message);
        assert_null(yyjson_obj_get(extra, "m.relations"));
        assert_int_equal(yyjson_get_sint(yyjson_obj_get(extra, "age")), 250);
        assert_string_equal(yyjson_get_str(yyjson_obj_get(extra, "membership")), "join");
        if (!round)
            talk_on(&talk);
    }
}

static void the_newest_valid_edit_is_bundled(void **state)
{
    struct talk talk = talk_begin(state);
    str message = say(&talk, "m.room.message", MESSAGE, STR_NONE);
    (void)say(&talk, "m.room.message", EDIT, message);
    env_simulated_advance(&talk.stores->env, 10);
    str second = say(&talk, "m.room.message", EDIT, message);
    env_simulated_advance(&talk.stores->env, 10);
    (void)say(&talk, "m.room.message", EMPTY_EDIT, message); /* without new content */
    (void)say(&talk, "org.example.other", EDIT, message);    /* of another type */
    for (int round = 0; round < 2; round++) {
        yyjson_val *edit = relation_of(&talk, message, "m.replace");
        assert_true(str_eq(json_str_of(yyjson_obj_get(edit, "event_id")), second));
        assert_true(yyjson_is_obj(yyjson_obj_get(edit, "content")));
        if (!round)
            talk_on(&talk);
    }
}

static void a_thread_is_counted_with_its_latest_event(void **state)
{
    struct talk talk = talk_begin(state);
    str root = say(&talk, "m.room.message", MESSAGE, STR_NONE);
    (void)say(&talk, "m.room.message", THREADED, root);
    str last = say(&talk, "m.room.message", THREADED, root);
    for (int round = 0; round < 2; round++) {
        yyjson_val *thread = relation_of(&talk, root, "m.thread");
        assert_int_equal(yyjson_get_sint(yyjson_obj_get(thread, "count")), 2);
        assert_true(yyjson_get_bool(yyjson_obj_get(thread, "current_user_participated")));
        assert_true(str_eq(json_str_of(yyjson_obj_get(yyjson_obj_get(thread, "latest_event"), "event_id")), last));
        if (!round)
            talk_on(&talk);
    }
}

static void a_long_thread_is_counted_whole(void **state)
{
    struct talk talk = talk_begin(state);
    str root = say(&talk, "m.room.message", MESSAGE, STR_NONE);
    for (int i = 0; i < 230; i++)
        (void)say(&talk, "m.room.message", THREADED, root);
    talk_on(&talk);
    yyjson_val *thread = relation_of(&talk, root, "m.thread");
    assert_int_equal(yyjson_get_sint(yyjson_obj_get(thread, "count")), 230);
}

static void references_are_listed_by_id(void **state)
{
    struct talk talk = talk_begin(state);
    str message = say(&talk, "m.room.message", MESSAGE, STR_NONE);
    str reference = say(&talk, "org.example.note", REFERENCE, message);
    for (int round = 0; round < 2; round++) {
        yyjson_val *chunk = yyjson_obj_get(relation_of(&talk, message, "m.reference"), "chunk");
        assert_int_equal(yyjson_arr_size(chunk), 1);
        assert_true(str_eq(json_str_of(yyjson_obj_get(yyjson_arr_get(chunk, 0), "event_id")), reference));
        if (!round)
            talk_on(&talk);
    }
}

struct redaction {
    uint64_t room;
    str target;
};

static enum rc apply_redaction(struct tx *tx, void *arg)
{
    const struct redaction *redaction = arg;
    const struct room *room = chat_get(tx, redaction->room);
    const struct event *target;
    TRY(events_find(tx, room, redaction->target, &target));
    return rooms_apply_redaction(tx, &room, target);
}

static void a_redacted_event_names_its_redaction_and_loses_its_edits(void **state)
{
    struct talk talk = talk_begin(state);
    str message = say(&talk, "m.room.message", MESSAGE, STR_NONE);
    (void)say(&talk, "m.room.message", EDIT, message);
    str reason = say(&talk, "m.room.redaction", "{\"redacts\":\"%.*s\"}", message);
    struct redaction redaction = {talk.room, message};
    assert_int_equal(stores_write(talk.stores, apply_redaction, &redaction), RC_OK);
    for (int round = 0; round < 2; round++) {
        yyjson_val *extra = unsigned_of(&talk, message);
        assert_true(str_eq(json_str_of(yyjson_obj_get(yyjson_obj_get(extra, "redacted_because"), "event_id")), reason));
        assert_null(yyjson_obj_get(extra, "m.relations"));
        if (!round)
            talk_on(&talk);
    }
}

static void a_state_event_carries_the_content_before_it(void **state)
{
    struct talk talk = talk_begin(state);
    (void)chat_state(talk.stores, talk.room, talk.alice, alice_id, S("m.room.name"), S(""), S("{\"name\":\"one\"}"));
    struct chat_send two =
        chat_state(talk.stores, talk.room, talk.alice, alice_id, S("m.room.name"), S(""), S("{\"name\":\"two\"}"));
    yyjson_val *before = yyjson_obj_get(unsigned_of(&talk, two.event_id), "prev_content");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(before, "name")), "one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(an_event_without_children_has_no_relations),
        STORES_TEST(the_newest_valid_edit_is_bundled),
        STORES_TEST(a_thread_is_counted_with_its_latest_event),
        STORES_TEST(a_long_thread_is_counted_whole),
        STORES_TEST(references_are_listed_by_id),
        STORES_TEST(a_redacted_event_names_its_redaction_and_loses_its_edits),
        STORES_TEST(a_state_event_carries_the_content_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
