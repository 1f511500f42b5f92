/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/ephemeral.h"

#include <stdlib.h>

/* {"type":"…","content":{ of an event that is about to go on. */
static void open_event(str type, str room_id, struct strbuf *out)
{
    strbuf_add(out, S("{\"type\":"));
    strbuf_add_json(out, type);
    if (room_id.len) {
        strbuf_add(out, S(",\"room_id\":"));
        strbuf_add_json(out, room_id);
    }
    strbuf_add(out, S(",\"content\":{"));
}

enum rc ephemeral_add_typing(struct sync_request *request, const struct room *room, bool with_room_id,
                             struct strbuf *out)
{
    open_event(S("m.typing"), with_room_id ? room->room_id : STR_NONE, out);
    strbuf_add(out, S("\"user_ids\":["));
    bool first = true;
    for (size_t i = 0; room->typing && i < room->typing->count; i++) {
        const struct user *user;
        enum rc rc = users_get(request->tx, room->typing->typists[i].user_nid, &user);
        if (rc == RC_NOT_FOUND || (rc == RC_OK && ignored_users_has(request->ignored, user->user_id)))
            continue;
        TRY(rc);
        if (!first)
            strbuf_add_char(out, ',');
        first = false;
        strbuf_add_json(out, user->user_id);
    }
    strbuf_add(out, S("]}}"));
    return RC_OK;
}

/* By event, kind, user, so that what belongs into one object stands together. */
static int receipt_order(const void *a, const void *b)
{
    const struct receipt *x = a, *y = b;
    int order = str_cmp(x->event_id, y->event_id);
    if (order == 0)
        order = (int)x->kind - (int)y->kind;
    if (order == 0)
        order = (x->user_nid > y->user_nid) - (x->user_nid < y->user_nid);
    return order;
}

static enum rc add_reader(struct sync_request *request, const struct receipt *receipt, struct strbuf *out)
{
    const struct user *user;
    TRY(users_get(request->tx, receipt->user_nid, &user));
    strbuf_add_json(out, user->user_id);
    strbuf_add(out, S(":{\"ts\":"));
    strbuf_add_i64(out, receipt->ts_ms);
    if (receipt->thread.len) {
        strbuf_add(out, S(",\"thread_id\":"));
        strbuf_add_json(out, receipt->thread);
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* Receipts of one person that differ only in their thread cannot share an object (the person is its key): each further
 * one goes into an m.receipt event of its own. */
static bool same_slot(const struct receipt *a, const struct receipt *b)
{
    return a->user_nid == b->user_nid && a->kind == b->kind && str_eq(a->event_id, b->event_id);
}

enum rc ephemeral_add_receipts(struct sync_request *request, str room_id, struct receipt *receipts, size_t count,
                               bool single, struct strbuf *out, size_t *ret_events)
{
    const struct receipt *before = NULL;
    if (count > 1)
        qsort(receipts, count, sizeof *receipts, receipt_order);
    for (size_t i = 0; i < count; i++) {
        const struct receipt *receipt = &receipts[i];
        const struct user *user;
        enum rc rc = users_get(request->tx, receipt->user_nid, &user);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        if (single && before && same_slot(before, receipt))
            continue;
        bool new_event = !before || same_slot(before, receipt);
        bool new_id = new_event || !str_eq(before->event_id, receipt->event_id);
        bool new_kind = new_id || before->kind != receipt->kind;
        if (before)
            strbuf_add(out, new_event ? S("}}}},") : new_id ? S("}},") : new_kind ? S("},") : S(","));
        if (new_event) {
            open_event(S("m.receipt"), room_id, out);
            ++*ret_events;
        }
        if (new_id) {
            strbuf_add_json(out, receipt->event_id);
            strbuf_add(out, S(":{"));
        }
        if (new_kind)
            strbuf_add(out, receipt->kind == RECEIPT_PRIVATE ? S("\"m.read.private\":{") : S("\"m.read\":{"));
        TRY(add_reader(request, receipt, out));
        before = receipt;
    }
    if (before)
        strbuf_add(out, S("}}}}"));
    return RC_OK;
}

enum rc ephemeral_add(struct sync_request *request, const struct delivery *delivery, struct strbuf *out,
                      size_t *ret_count)
{
    const struct room *room = delivery->room;
    const struct event_filter *filter = &request->filter->ephemeral;
    *ret_count = 0;
    if (!event_filter_allows_room(filter, room->room_id))
        return RC_OK;
    bool somebody_types = room->typing && room->typing->count;
    bool typing_new = delivery->whole ? somebody_types : room->typing_serial > request->since.typing;
    if (typing_new && event_filter_allows_type(filter, S("m.typing"), STR_NONE)) {
        TRY(ephemeral_add_typing(request, room, false, out));
        ++*ret_count;
    }
    if (room->receipt_pos > delivery->from && event_filter_allows_type(filter, S("m.receipt"), STR_NONE)) {
        struct receipt *receipts;
        size_t count, before = *ret_count;
        struct strbuf events = STRBUF_INIT;
        TRY(recent_receipts_changes(request->receipts, request->tx, room, request->user->nid, delivery->from,
                                    delivery->to, &receipts, &count));
        enum rc rc = ephemeral_add_receipts(request, STR_NONE, receipts, count, false, &events, ret_count);
        if (rc == RC_OK && before && *ret_count > before)
            strbuf_add_char(out, ',');
        strbuf_add(out, strbuf_str(&events));
        strbuf_fini(&events);
        TRY(rc);
    }
    return RC_OK;
}
