/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rooms and messages for tests of the store. */
#ifndef TESTS_SUPPORT_CHAT_H
#define TESTS_SUPPORT_CHAT_H

#include "store/events.h"
#include "support/stores.h"

/* What a send needs to know; results stand in it afterwards. */
struct chat_send {
    uint64_t room_nid, sender_nid, device_nid;
    str sender, type, content, txn_id, redacts;
    str state_key; /* ptr NULL: a message */
    str event_id;  /* out, in the arena */
    int64_t pos;   /* out; 0: was there already */
    struct error err;
};

static inline enum rc chat_send_run(struct tx *tx, void *arg)
{
    struct chat_send *send = arg;
    const struct room *room;
    const struct event *event;
    str event_id;
    TRY(rooms_get(tx, send->room_nid, &room));
    struct room_send rs = {.draft = {.type = send->type,
                                     .sender = send->sender,
                                     .state_key = send->state_key,
                                     .content = send->content,
                                     .redacts = send->redacts},
                           .sender_nid = send->sender_nid,
                           .device_nid = send->device_nid,
                           .txn_id = send->txn_id};
    TRY(rooms_send(tx, &room, &rs, &event, &event_id, &send->err));
    send->event_id = arena_dup(tx->arena, event_id);
    send->pos = event ? event->pos : 0;
    return RC_OK;
}

struct chat_room {
    uint64_t creator_nid;
    str creator, version, visibility;
    uint64_t nid; /* out */
};

static inline enum rc chat_room_run(struct tx *tx, void *arg)
{
    struct chat_room *made = arg;
    const struct room_version *version = room_version_find(made->version);
    struct event_draft draft = {
        .room_id = version->id_is_create_hash ? STR_NONE : S("!plain:example.org"),
        .type = S("m.room.create"),
        .sender = made->creator,
        .state_key = S(""),
        .content = arena_printf(tx->arena, "{\"room_version\":\"%.*s\"%s%.*s%s}", STR_ARG(made->version),
                                version->create_has_creator ? ",\"creator\":\"" : "",
                                version->create_has_creator ? (int)made->creator.len : 0, made->creator.ptr,
                                version->create_has_creator ? "\"" : ""),
        .origin_server_ts = env_now_ms(tx->env),
        .depth = 1,
    };
    struct event *create;
    const struct room *room;
    TRY(event_build(version, &draft, &create, NULL));
    enum rc rc = rooms_create(tx, version, create, made->creator_nid, &room, NULL);
    const struct event *done = create;
    event_unref(&done);
    TRY(rc);
    made->nid = room->nid;
    str levels = version->privileged_creators
                     ? S("{\"users_default\":0}")
                     : arena_printf(tx->arena, "{\"users\":{\"%.*s\":100}}", STR_ARG(made->creator));
    struct chat_send steps[] = {
        {.type = S("m.room.member"), .state_key = made->creator, .content = S("{\"membership\":\"join\"}")},
        {.type = S("m.room.power_levels"), .state_key = S(""), .content = levels},
        {.type = S("m.room.join_rules"), .state_key = S(""), .content = S("{\"join_rule\":\"public\"}")},
        {.type = S("m.room.history_visibility"),
         .state_key = S(""),
         .content = arena_printf(tx->arena, "{\"history_visibility\":\"%.*s\"}", STR_ARG(made->visibility))},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        steps[i].room_nid = made->nid;
        steps[i].sender_nid = made->creator_nid;
        steps[i].sender = made->creator;
        rc = chat_send_run(tx, &steps[i]);
        if (rc != RC_OK)
            print_message("making a room: %s\n", steps[i].err.text);
        TRY(rc);
    }
    return RC_OK;
}

static inline uint64_t chat_room(struct stores *stores, uint64_t creator_nid, str creator, str version)
{
    struct chat_room room = {creator_nid, creator, version, S("shared"), 0};
    assert_int_equal(stores_write(stores, chat_room_run, &room), RC_OK);
    return room.nid;
}

static inline struct chat_send chat_state(struct stores *stores, uint64_t room_nid, uint64_t sender_nid, str sender,
                                          str type, str state_key, str content)
{
    struct chat_send send = {.room_nid = room_nid,
                             .sender_nid = sender_nid,
                             .sender = sender,
                             .type = type,
                             .state_key = state_key,
                             .content = content};
    assert_int_equal(stores_write(stores, chat_send_run, &send), RC_OK);
    return send;
}

static inline struct chat_send chat_say(struct stores *stores, uint64_t room_nid, uint64_t sender_nid, str sender,
                                        str body)
{
    struct strbuf content = STRBUF_INIT;
    strbuf_add(&content, S("{\"msgtype\":\"m.text\",\"body\":"));
    strbuf_add_json(&content, body);
    strbuf_add_char(&content, '}');
    struct chat_send send = {.room_nid = room_nid,
                             .sender_nid = sender_nid,
                             .sender = sender,
                             .type = S("m.room.message"),
                             .content = strbuf_to_arena(&content, &stores->arena)};
    strbuf_fini(&content);
    assert_int_equal(stores_write(stores, chat_send_run, &send), RC_OK);
    return send;
}

static inline const struct room *chat_get(struct tx *tx, uint64_t nid)
{
    const struct room *room = NULL;
    assert_int_equal(rooms_get(tx, nid, &room), RC_OK);
    return room;
}

#endif
