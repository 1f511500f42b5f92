/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The whole answer: which rooms are looked at, and the sections in their order. */
#include "push/rules.h"
#include "store/events.h"
#include "store/rooms.h"
#include "store/to_device.h"
#include "sync/key_section.h"
#include "sync/request.h"

/* ---- account data ---- */

/* Who never changed a push rule has none stored: a new client is told the defaults all the same. */
static enum rc add_default_push_rules(struct sync_request *request, struct account_data **items)
{
    size_t count = request->account_data_count;
    for (size_t i = 0; i < count; i++)
        if (!(*items)[i].room_nid && str_eq((*items)[i].type, S("m.push_rules")))
            return RC_OK;
    struct push_rules *rules;
    struct strbuf content = STRBUF_INIT;
    TRY(push_rules_new(STR_NONE, &rules, NULL));
    push_rules_add_content(&content, rules, request->user->user_id);
    struct account_data *more = arena_array(request->arena, struct account_data, count + 1);
    if (count)
        memcpy(more, *items, count * sizeof *more);
    more[count] =
        (struct account_data){.type = S("m.push_rules"), .content = strbuf_to_arena(&content, request->arena)};
    *items = more;
    request->account_data_count++;
    strbuf_fini(&content);
    push_rules_free(&rules);
    return RC_OK;
}

enum rc sync_load_account_data(struct sync_request *request)
{
    struct account_data *items = NULL;
    if (request->initial || request->user->account_data_pos > request->since.pos)
        TRY(account_data_changes(request->tx, request->user->nid, request->since.pos, request->next.pos, &items,
                                 &request->account_data_count));
    if (request->initial)
        TRY(add_default_push_rules(request, &items));
    request->account_data = items;
    return RC_OK;
}

static size_t add_account_data(const struct sync_request *request, struct strbuf *out)
{
    size_t count = 0;
    strbuf_add(out, S(",\"account_data\":{\"events\":["));
    for (size_t i = 0; i < request->account_data_count; i++) {
        const struct account_data *item = &request->account_data[i];
        if (item->room_nid || !event_filter_allows_type(&request->filter->account_data, item->type, STR_NONE))
            continue;
        strbuf_add(out, count++ ? S(",{\"type\":") : S("{\"type\":"));
        strbuf_add_json(out, item->type);
        strbuf_add(out, S(",\"content\":"));
        strbuf_add(out, item->content);
        strbuf_add_char(out, '}');
    }
    strbuf_add(out, S("]}"));
    return count;
}

/* Asked with each answer, and nearly always the answer is nobody. */
enum rc sync_load_ignored(struct sync_request *request)
{
    if (live_ignores_nobody(request->live))
        return RC_OK;
    TRY(ignored_users_load(request->tx, request->user->nid, &request->ignored));
    if (!request->ignored)
        live_set_ignores_nobody(request->live);
    return RC_OK;
}

/* ---- rooms ---- */

enum section { SECTION_JOIN, SECTION_INVITE, SECTION_KNOCK, SECTION_LEAVE, SECTION_COUNT };

struct sections {
    struct strbuf bodies[SECTION_COUNT];
};

static bool invite_is_due(struct sync_request *request, const struct user_room *mine)
{
    return request->initial || request->full_state || mine->pos > request->since.pos;
}

static enum rc add_stripped(struct sync_request *request, const struct user_room *mine, struct strbuf *out,
                            bool *ret_empty)
{
    bool hidden;
    *ret_empty = true;
    if (!invite_is_due(request, mine))
        return RC_OK;
    TRY(sync_invite_is_hidden(request, mine, &hidden));
    if (hidden)
        return RC_OK;
    *ret_empty = false;
    return sync_add_stripped(request, mine, out);
}

/*
 * The person was read after the position this answer speaks of, and their rooms may have moved on: joined anew, left,
 * or a name changed, which is a membership event too. What they were at that position is told; the rest next time. To
 * pass the room over would lose what happened in it up to there. *ret_any: there was something.
 */
static enum rc mine_then(struct sync_request *request, const struct user_room *mine, struct user_room *ret_then,
                         bool *ret_any)
{
    const struct room *room;
    const struct event *member;
    *ret_then = *mine;
    *ret_any = true;
    if (mine->pos <= request->next.pos)
        return RC_OK;
    TRY(rooms_get(request->tx, mine->room_nid, &room));
    enum rc rc =
        events_state_at(request->tx, room, S("m.room.member"), request->user->user_id, request->next.pos, &member);
    *ret_any = rc == RC_OK;
    if (*ret_any)
        *ret_then = (struct user_room){mine->room_nid, event_membership(member), member->pos, false};
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc add_room(struct sync_request *request, const struct user_room *now, struct sections *sections)
{
    static const enum section by_membership[] = {
        [MEMBERSHIP_INVITE] = SECTION_INVITE, [MEMBERSHIP_JOIN] = SECTION_JOIN, [MEMBERSHIP_KNOCK] = SECTION_KNOCK,
        [MEMBERSHIP_LEAVE] = SECTION_LEAVE,   [MEMBERSHIP_BAN] = SECTION_LEAVE,
    };
    struct user_room *mine = arena_new(request->arena, struct user_room);
    bool empty, any;
    TRY(mine_then(request, now, mine, &any));
    if (!any)
        return RC_OK;
    enum section section = by_membership[mine->membership];
    struct strbuf *body = &sections->bodies[section];
    size_t begin = body->len;
    enum rc rc;
    if (begin)
        strbuf_add_char(body, ',');
    if (section == SECTION_JOIN)
        rc = sync_add_joined(request, mine, body, &empty);
    else if (section == SECTION_LEAVE)
        rc = sync_add_left(request, mine, body, &empty);
    else
        rc = add_stripped(request, mine, body, &empty);
    if (empty || rc != RC_OK)
        body->len = begin;
    else
        request->empty = false;
    return rc;
}

/* Can a look at memory alone tell that the room has nothing new? */
static enum rc has_nothing_new(struct sync_request *request, const struct user_room *mine, bool *ret_nothing)
{
    const struct room *room;
    *ret_nothing = false;
    if (request->initial || request->full_state || mine->pos > request->since.pos)
        return RC_OK;
    if (mine->membership != MEMBERSHIP_JOIN) {
        *ret_nothing = true;
        return RC_OK;
    }
    if (request->account_data_count)
        return RC_OK;
    TRY(rooms_get(request->tx, mine->room_nid, &room));
    *ret_nothing = room->last_pos <= request->since.pos && room->receipt_pos <= request->since.pos
                   && room->typing_serial <= request->since.typing;
    return RC_OK;
}

static enum rc add_noted_rooms(struct sync_request *request, struct sections *sections)
{
    const struct live_note *notes = request->notes;
    for (size_t i = 0; i < request->note_count; i++) {
        if (notes[i].pos <= request->since.pos && notes[i].typing <= request->since.typing)
            continue;
        const struct user_room *mine = user_rooms_find(request->user->rooms, notes[i].room_nid);
        if (mine)
            TRY(add_room(request, mine, sections));
    }
    return RC_OK;
}

static enum rc add_rooms(struct sync_request *request, struct sections *sections)
{
    const struct user_rooms *rooms = request->user->rooms;
    if (request->by_notes)
        return add_noted_rooms(request, sections);
    for (size_t i = 0; rooms && i < rooms->count; i++) {
        bool nothing;
        TRY(has_nothing_new(request, &rooms->rooms[i], &nothing));
        if (!nothing)
            TRY(add_room(request, &rooms->rooms[i], sections));
    }
    return RC_OK;
}

static enum rc add_rooms_object(struct sync_request *request, struct strbuf *out)
{
    static const str names[] = {STR_INIT("\"join\":{"), STR_INIT("},\"invite\":{"), STR_INIT("},\"knock\":{"),
                                STR_INIT("},\"leave\":{")};
    struct sections sections = {0};
    enum rc rc = add_rooms(request, &sections);
    strbuf_add(out, S(",\"rooms\":{"));
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        strbuf_add(out, names[i]);
        strbuf_add(out, strbuf_str(&sections.bodies[i]));
        strbuf_fini(&sections.bodies[i]);
    }
    strbuf_add(out, S("}}"));
    return rc;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/*
 * How far the answer reaches, and which rooms are looked at for it. A commit is in force before its notice is on this
 * loop, so the notes may be behind the store: the answer then ends where they do, or, for who will not wait, looks at
 * every room. To take the notes for complete up to the newest commit would lose what they do not name yet.
 */
static void choose_reach(struct sync_request *request)
{
    int64_t newest = request->newest;
    /* A token of this process can only be behind; one from the future is a restored backup's: begin again from here. */
    if (request->since.pos > newest) {
        request->since.pos = newest;
        request->since.to_device = 0; /* what waits is told again rather than lost */
    }
    request->next.pos = newest;
    request->next.typing = larger(request->noticed.typing, request->since.typing);
    request->next.presence = request->presence ? presence_serial(request->presence) : 0;
    request->by_notes = !request->initial && !request->full_state
                        && (request->noticed.pos >= newest || request->patient)
                        && live_notes_since(request->live, request->since.pos, request->since.typing, &request->notes,
                                            &request->note_count);
    if (request->by_notes && request->noticed.pos < newest)
        request->next.pos = larger(request->noticed.pos, request->since.pos);
}

static enum rc build(struct sync_request *request, struct strbuf *out)
{
    request->empty = !request->initial && !request->full_state;
    if (request->initial)
        live_members_forget(request->live);
    TRY(sync_load_ignored(request));
    TRY(sync_load_account_data(request));

    strbuf_add(out, S("{\"to_device\":{\"events\":["));
    TRY(sync_add_to_device(request, TO_DEVICE_PAGE, out));
    strbuf_add(out, S("]},\"next_batch\":\""));
    sync_token_add(out, &request->next, request->boot);
    strbuf_add_char(out, '"');
    if (add_account_data(request, out))
        request->empty = false;
    TRY(sync_add_presence(request, out));
    TRY(add_rooms_object(request, out));
    TRY(sync_add_device_lists(request, out));
    strbuf_add_char(out, ',');
    TRY(sync_add_key_counts(request, out));
    strbuf_add_char(out, '}');
    return RC_OK;
}

enum rc sync_build(struct sync_request *request, struct strbuf *out)
{
    choose_reach(request);
    /* Looking at every room takes several statements in each. By notes, memory usually knows all. */
    bool began = false;
    if (!request->by_notes)
        TRY(tx_view_begin(request->tx, &began));
    enum rc rc = build(request, out);
    tx_view_end(request->tx, began);
    return rc;
}
