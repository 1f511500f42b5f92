/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What goes beside the rooms: messages to the device, keys, account data, receipts, typing. An extension that is not
 * asked for, or not known here, is absent. */
#include "store/receipts.h"
#include "sync/ephemeral.h"
#include "sync/key_section.h"
#include "sync/sliding/answer.h"

#include <stdlib.h>

/* ---- which rooms ---- */

static bool names(const struct sliding_strs *list, str name)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i], S("*")) || str_eq(list->items[i], name))
            return true;
    return !list->given;
}

static bool in_scope(const struct sliding_answer *answer, const struct sliding_extension *extension,
                     const struct sliding_room *room)
{
    if (room->mine->membership != MEMBERSHIP_JOIN)
        return false;
    if (room->subscribed && names(&extension->rooms, room->room->room_id))
        return true;
    for (size_t i = 0; i < answer->question->list_count; i++)
        if (room->lists & (uint64_t)1 << i && names(&extension->lists, answer->question->lists[i].name))
            return true;
    return false;
}

/* Adds a room's part; *ret_nothing: there is none. */
typedef enum rc (*add_part)(struct sliding_answer *answer, const struct sliding_room *room, struct strbuf *out,
                            bool *ret_nothing);

/* "rooms":{"!id":…} */
static enum rc add_by_room(struct sliding_answer *answer, const struct sliding_extension *extension, add_part add,
                           struct strbuf *out)
{
    bool first = true;
    strbuf_add(out, S("\"rooms\":{"));
    for (size_t i = 0; i < answer->room_count; i++) {
        const struct sliding_room *room = &answer->rooms[i];
        size_t begin = out->len;
        bool nothing = true;
        if (!in_scope(answer, extension, room))
            continue;
        if (!first)
            strbuf_add_char(out, ',');
        strbuf_add_json(out, room->room->room_id);
        strbuf_add_char(out, ':');
        TRY(add(answer, room, out, &nothing));
        if (nothing)
            out->len = begin;
        else
            first = answer->empty = false;
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* ---- account data ---- */

static void add_item(const struct account_data *item, bool first, struct strbuf *out)
{
    strbuf_add(out, first ? S("{\"type\":") : S(",{\"type\":"));
    strbuf_add_json(out, item->type);
    strbuf_add(out, S(",\"content\":"));
    strbuf_add(out, item->content);
    strbuf_add_char(out, '}');
}

static size_t add_items(const struct account_data *items, size_t count, uint64_t room_nid, struct strbuf *out)
{
    size_t added = 0;
    strbuf_add_char(out, '[');
    for (size_t i = 0; i < count; i++)
        if (items[i].room_nid == room_nid)
            add_item(&items[i], added++ == 0, out);
    strbuf_add_char(out, ']');
    return added;
}

/* A room that is told from the beginning brings all of its account data. */
static enum rc add_room_account_data(struct sliding_answer *answer, const struct sliding_room *room, struct strbuf *out,
                                     bool *ret_nothing)
{
    struct sync_request *request = answer->request;
    const struct account_data *items = request->account_data;
    size_t count = request->account_data_count;
    if (room->initial && !request->initial) {
        struct account_data *all;
        TRY(account_data_of_room(request->tx, request->user->nid, room->mine->room_nid, &all, &count));
        items = all;
    }
    *ret_nothing = add_items(items, count, room->mine->room_nid, out) == 0;
    return RC_OK;
}

static enum rc add_account_data(struct sliding_answer *answer, struct strbuf *out)
{
    const struct sync_request *request = answer->request;
    strbuf_add(out, S("\"account_data\":{\"global\":"));
    if (add_items(request->account_data, request->account_data_count, 0, out))
        answer->empty = false;
    strbuf_add_char(out, ',');
    TRY(add_by_room(answer, &answer->question->account_data, add_room_account_data, out));
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* ---- typing ---- */

static enum rc add_room_typing(struct sliding_answer *answer, const struct sliding_room *room, struct strbuf *out,
                               bool *ret_nothing)
{
    bool somebody = room->room->typing && room->room->typing->count;
    bool due = room->initial ? somebody : room->room->typing_serial > answer->request->since.typing;
    *ret_nothing = !due;
    return due ? ephemeral_add_typing(answer->request, room->room, false, out) : RC_OK;
}

/* ---- receipts ---- */

static bool was_shown(const struct sliding_room *room, str event_id)
{
    for (size_t i = 0; i < room->timeline.count; i++)
        if (str_eq(room->timeline.items[i]->event_id, event_id))
            return true;
    return false;
}

/* Of a room told from the beginning: one's own, and those at what is shown. */
static size_t keep_shown(const struct sliding_answer *answer, const struct sliding_room *room, struct receipt *receipts,
                         size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (receipts[i].user_nid == answer->request->user->nid || was_shown(room, receipts[i].event_id))
            receipts[kept++] = receipts[i];
    return kept;
}

static enum rc add_room_receipts(struct sliding_answer *answer, const struct sliding_room *room, struct strbuf *out,
                                 bool *ret_nothing)
{
    struct sync_request *request = answer->request;
    int64_t from = room->initial ? 0 : request->since.pos;
    struct receipt *receipts;
    size_t count, events = 0;
    *ret_nothing = true;
    if (room->room->receipt_pos <= from)
        return RC_OK;
    TRY(recent_receipts_changes(request->receipts, request->tx, room->room, request->user->nid, from, request->next.pos,
                                &receipts, &count));
    if (room->initial)
        count = keep_shown(answer, room, receipts, count);
    if (!count)
        return RC_OK;
    TRY(ephemeral_add_receipts(request, STR_NONE, receipts, count, true, out, &events));
    *ret_nothing = events == 0;
    return RC_OK;
}

/* ---- messages to the device ---- */

static enum rc add_to_device(struct sliding_answer *answer, struct strbuf *out)
{
    struct sync_request *request = answer->request;
    strbuf_add(out, S("\"to_device\":{\"events\":["));
    TRY(sync_add_to_device(request, (size_t)answer->question->to_device.limit, out));
    strbuf_add(out, S("],\"next_batch\":\""));
    strbuf_add_char(out, request->next.carried ? 'm' : 's');
    strbuf_add_i64(out, request->next.to_device);
    strbuf_add(out, S("\"}"));
    if (request->next.carried)
        answer->empty = false;
    return RC_OK;
}

/* ---- end-to-end encryption (MSC3884) ---- */

static enum rc add_e2ee(struct sliding_answer *answer, struct strbuf *out)
{
    struct sync_request *request = answer->request;
    request->empty = true;
    strbuf_add(out, S("\"e2ee\":{"));
    TRY(sync_add_key_counts(request, out));
    TRY(sync_add_device_lists(request, out));
    answer->empty &= request->empty;
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* ---- */

/* A comma before each but the first. */
static void next_member(struct strbuf *out)
{
    if (out->ptr[out->len - 1] != '{')
        strbuf_add_char(out, ',');
}

static enum rc add_rooms_of(struct sliding_answer *answer, const struct sliding_extension *extension, str name,
                            add_part add, struct strbuf *out)
{
    if (!extension->on)
        return RC_OK;
    next_member(out);
    strbuf_add(out, name);
    TRY(add_by_room(answer, extension, add, out));
    strbuf_add_char(out, '}');
    return RC_OK;
}

enum rc sliding_add_extensions(struct sliding_answer *answer, struct strbuf *out)
{
    const struct sliding_question *question = answer->question;
    strbuf_add(out, S(",\"extensions\":{"));
    if (question->to_device.on)
        TRY(add_to_device(answer, out));
    if (question->account_data.on) {
        next_member(out);
        TRY(add_account_data(answer, out));
    }
    TRY(add_rooms_of(answer, &question->receipts, S("\"receipts\":{"), add_room_receipts, out));
    TRY(add_rooms_of(answer, &question->typing, S("\"typing\":{"), add_room_typing, out));
    if (question->e2ee.on) {
        next_member(out);
        TRY(add_e2ee(answer, out));
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}
