/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "courier/news.h"

#include "store/users.h"
#include "sync/ephemeral.h"
#include "sync/request.h"

void news_fini(struct news *news)
{
    vec_fini(&news->rooms);
    vec_fini(&news->people);
}

/* ---- noting ---- */

void news_note_room(struct news *news, uint64_t room_nid, bool typing, int64_t receipts_from)
{
    struct news_room *room = NULL;
    for (size_t i = 0; i < news->rooms.count && !room; i++)
        if (news->rooms.items[i].nid == room_nid)
            room = &news->rooms.items[i];
    if (!room && news->rooms.count >= NEWS_ROOMS)
        return;
    if (!room) {
        vec_push(&news->rooms, ((struct news_room){.nid = room_nid, .receipts_from = -1}));
        room = &news->rooms.items[news->rooms.count - 1];
    }
    room->typing |= typing;
    if (receipts_from >= 0 && (room->receipts_from < 0 || receipts_from < room->receipts_from))
        room->receipts_from = receipts_from;
}

void news_note_person(struct news *news, uint64_t user_nid)
{
    for (size_t i = 0; i < news->people.count; i++)
        if (news->people.items[i] == user_nid)
            return;
    if (news->people.count < NEWS_PEOPLE)
        vec_push(&news->people, user_nid);
}

void news_note_all(struct news *news, const struct news *more)
{
    for (size_t i = 0; i < more->rooms.count; i++)
        news_note_room(news, more->rooms.items[i].nid, more->rooms.items[i].typing, more->rooms.items[i].receipts_from);
    for (size_t i = 0; i < more->people.count; i++)
        news_note_person(news, more->people.items[i]);
}

void news_clear(struct news *news)
{
    news->rooms.count = news->people.count = 0;
}

/* ---- telling ---- */

struct telling {
    struct tx *tx;
    struct interest *interest;
    struct presence *presence;
    int64_t to;
    subjects *subjects;
    struct strbuf *out;
};

static void comma(struct telling *telling)
{
    if (telling->out->len)
        strbuf_add_char(telling->out, ',');
}

static void add_subject(struct telling *telling, uint64_t nid, enum personal_field field)
{
    if (!interest_owns(telling->interest, telling->tx, nid))
        vec_push(telling->subjects, ((struct subject){nid, field}));
}

static enum rc add_typing(struct telling *telling, const struct room *room)
{
    struct sync_request request = {.tx = telling->tx};
    TRY(gate_check(telling->tx, 0, FIELD_TYPING, PURPOSE_MESSAGING));
    for (size_t i = 0; room->typing && i < room->typing->count; i++)
        add_subject(telling, room->typing->typists[i].user_nid, FIELD_TYPING);
    comma(telling);
    return ephemeral_add_typing(&request, room, true, telling->out);
}

static enum rc add_receipts(struct telling *telling, const struct room *room, int64_t from)
{
    struct sync_request request = {.tx = telling->tx};
    struct receipt *receipts;
    size_t count, kept = 0, events = 0;
    TRY(gate_check(telling->tx, 0, FIELD_RECEIPT, PURPOSE_MESSAGING));
    TRY(receipts_changes_of_all(telling->tx, room, from, telling->to, &receipts, &count));
    for (size_t i = 0; i < count; i++) {
        bool own = interest_owns(telling->interest, telling->tx, receipts[i].user_nid);
        if (receipts[i].kind == RECEIPT_PRIVATE && !own)
            continue;
        add_subject(telling, receipts[i].user_nid, FIELD_RECEIPT);
        receipts[kept++] = receipts[i];
    }
    if (!kept)
        return RC_OK;
    comma(telling);
    return ephemeral_add_receipts(&request, room->room_id, receipts, kept, false, telling->out, &events);
}

static enum rc add_room(struct telling *telling, const struct news_room *news)
{
    const struct room *room;
    bool interested;
    TRY(interest_in_room(telling->interest, telling->tx, news->nid, telling->to, &interested));
    if (!interested)
        return RC_OK;
    enum rc rc = rooms_get(telling->tx, news->nid, &room);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    if (news->typing)
        TRY(add_typing(telling, room));
    return news->receipts_from >= 0 ? add_receipts(telling, room, news->receipts_from) : RC_OK;
}

static enum rc concerns(struct telling *telling, const struct user *user, bool *ret_concerns)
{
    *ret_concerns = interest_owns(telling->interest, telling->tx, user->nid);
    for (size_t i = 0; user->rooms && i < user->rooms->count && !*ret_concerns; i++)
        if (user->rooms->rooms[i].membership == MEMBERSHIP_JOIN)
            TRY(interest_in_room(telling->interest, telling->tx, user->rooms->rooms[i].room_nid, telling->to,
                                 ret_concerns));
    return RC_OK;
}

static enum rc add_person(struct telling *telling, uint64_t nid)
{
    const struct user *user;
    bool concerned;
    enum rc rc = users_get(telling->tx, nid, &user);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(concerns(telling, user, &concerned));
    if (!concerned)
        return RC_OK;
    struct presence_view view;
    TRY(gate_check(telling->tx, nid, FIELD_PRESENCE, PURPOSE_MESSAGING));
    presence_get(telling->presence, telling->tx->arena, nid, &view);
    add_subject(telling, nid, FIELD_PRESENCE);
    comma(telling);
    presence_add_event(telling->out, user->user_id, &view);
    return RC_OK;
}

enum rc news_add(struct news *news, struct tx *tx, struct interest *interest, struct presence *presence, int64_t to,
                 subjects *ret_subjects, struct strbuf *out)
{
    struct telling telling = {
        .tx = tx, .interest = interest, .presence = presence, .to = to, .subjects = ret_subjects, .out = out};
    while (news->rooms.count && out->len < NEWS_BYTES) {
        struct news_room room = news->rooms.items[--news->rooms.count];
        TRY(add_room(&telling, &room));
    }
    while (news->people.count && out->len < NEWS_BYTES) {
        uint64_t nid = news->people.items[--news->people.count];
        if (presence)
            TRY(add_person(&telling, nid));
    }
    return RC_OK;
}
