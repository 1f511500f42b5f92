/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rooms.join and rooms.leave: one room of the answer (spec "Syncing"). */
#include "sync/delivery.h"
#include "sync/ephemeral.h"
#include "sync/unread.h"

/* Did the client's token see the user joined already? The membership event moves with each change of name, too. */
static enum rc was_joined(struct sync_request *request, const struct room *room, const struct user_room *mine,
                          bool *ret)
{
    *ret = !request->initial && mine->pos <= request->since.pos;
    if (request->initial || *ret)
        return RC_OK;
    const struct event *member;
    enum rc rc =
        events_state_at(request->tx, room, S("m.room.member"), request->user->user_id, request->since.pos, &member);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    *ret = event_membership(member) == MEMBERSHIP_JOIN;
    return RC_OK;
}

static bool account_data_is_due(const struct sync_request *request, const struct account_data *item,
                                const struct room *room)
{
    return item->room_nid == room->nid
           && event_filter_allows_type(&request->filter->room_account_data, item->type, STR_NONE);
}

static void add_account_data_item(const struct account_data *item, size_t *count, struct strbuf *out)
{
    if ((*count)++)
        strbuf_add_char(out, ',');
    strbuf_add(out, S("{\"type\":"));
    strbuf_add_json(out, item->type);
    strbuf_add(out, S(",\"content\":"));
    strbuf_add(out, item->content);
    strbuf_add_char(out, '}');
}

static enum rc add_account_data(const struct sync_request *request, const struct delivery *delivery, struct strbuf *out,
                                size_t *ret_count)
{
    const struct account_data *items = request->account_data;
    size_t count = request->account_data_count;
    *ret_count = 0;
    if (!event_filter_allows_room(&request->filter->room_account_data, delivery->room->room_id))
        return RC_OK;
    if (delivery->whole && !request->initial) { /* set before the join, too */
        struct account_data *all;
        TRY(account_data_of_room(request->tx, request->user->nid, delivery->room->nid, &all, &count));
        items = all;
    }
    for (size_t i = 0; i < count; i++)
        if (account_data_is_due(request, &items[i], delivery->room))
            add_account_data_item(&items[i], ret_count, out);
    return RC_OK;
}

static bool read_position_moved(const struct sync_request *request, const struct room *room)
{
    return room->receipt_pos > request->since.pos;
}

static void add_counts(const struct unread *unread, struct strbuf *out)
{
    strbuf_add(out, S("{\"highlight_count\":"));
    strbuf_add_i64(out, unread->highlight);
    strbuf_add(out, S(",\"notification_count\":"));
    strbuf_add_i64(out, unread->notify);
    strbuf_add_char(out, '}');
}

static enum rc add_unread(struct sync_request *request, const struct room *room, const struct user_room *mine,
                          struct strbuf *out)
{
    struct unread unread;
    struct unread_thread *threads = NULL;
    size_t count = 0;
    bool apart = request->filter->timeline.unread_thread_notifications;
    if (apart)
        TRY(unread_count_threads(request, room, mine, &unread, &threads, &count));
    else
        TRY(unread_count(request, room, mine, &unread));
    strbuf_add(out, S(",\"unread_notifications\":"));
    add_counts(&unread, out);
    if (!apart)
        return RC_OK;
    strbuf_add(out, S(",\"unread_thread_notifications\":{"));
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add_char(out, ',');
        strbuf_add_json(out, threads[i].root);
        strbuf_add_char(out, ':');
        add_counts(&threads[i].unread, out);
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

enum rc sync_add_joined(struct sync_request *request, const struct user_room *mine, struct strbuf *out, bool *ret_empty)
{
    const struct room *room;
    bool known;
    size_t begin = out->len, ephemeral_count, account_data_count;
    *ret_empty = true;
    TRY(rooms_get(request->tx, mine->room_nid, &room));
    if (!filter_allows_room(request->filter, room->room_id))
        return RC_OK;
    TRY(was_joined(request, room, mine, &known));
    struct delivery delivery = {
        .room = room, .mine = mine, .whole = !known, .from = known ? request->since.pos : 0, .to = request->next.pos};
    TRY(delivery_timeline(request, &delivery));
    TRY(delivery_state(request, &delivery));

    strbuf_add_json(out, room->room_id);
    strbuf_add(out, S(":{"));
    TRY(delivery_add(request, &delivery, out));
    strbuf_add(out, S(",\"ephemeral\":{\"events\":["));
    TRY(ephemeral_add(request, &delivery, out, &ephemeral_count));
    strbuf_add(out, S("]},\"account_data\":{\"events\":["));
    TRY(add_account_data(request, &delivery, out, &account_data_count));
    strbuf_add(out, S("]}"));

    bool anything = delivery.whole || request->full_state || delivery.timeline.count || delivery.limited
                    || delivery.state.count || delivery.summary_changed || ephemeral_count || account_data_count;
    if (!anything && !read_position_moved(request, room)) {
        out->len = begin;
        return RC_OK;
    }
    delivery_add_summary(&delivery, out);
    TRY(add_unread(request, room, mine, out));
    strbuf_add_char(out, '}');
    *ret_empty = false;
    return RC_OK;
}

/* What the client's token saw of the user in the room. */
static enum rc membership_before(struct sync_request *request, const struct room *room, enum membership *ret)
{
    const struct event *member;
    *ret = MEMBERSHIP_NONE;
    if (request->initial)
        return RC_OK;
    enum rc rc =
        events_state_at(request->tx, room, S("m.room.member"), request->user->user_id, request->since.pos, &member);
    if (rc == RC_OK)
        *ret = event_membership(member);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Who was not inside since (an invitation or a knock that came to nothing, a ban, the end of one), or has forgotten the
 * room, is told of that one event only. */
static enum rc left_extent(struct sync_request *request, const struct user_room *mine, enum membership before,
                           struct delivery *delivery)
{
    struct visibility *visibility;
    TRY(visibility_new(request->tx, delivery->room, request->user->user_id, &visibility));
    int64_t known = request->full_state ? 0 : request->since.pos; /* 0, too, when initial */
    bool inside = before == MEMBERSHIP_JOIN || visibility_left_at(visibility) > known;
    delivery->to = mine->pos;
    delivery->whole = inside && before != MEMBERSHIP_JOIN;
    delivery->from = before == MEMBERSHIP_JOIN ? request->since.pos : 0;
    if (!inside || mine->forgotten) {
        delivery->whole = false;
        delivery->from = mine->pos - 1;
    }
    return RC_OK;
}

static bool was_told_of(enum membership membership)
{
    return membership == MEMBERSHIP_JOIN || membership == MEMBERSHIP_INVITE || membership == MEMBERSHIP_KNOCK;
}

enum rc sync_add_left(struct sync_request *request, const struct user_room *mine, struct strbuf *out, bool *ret_empty)
{
    const struct room *room;
    enum membership before;
    *ret_empty = true;
    bool new = !request->initial && mine->pos > request->since.pos;
    bool wanted = new || (request->filter->include_leave && (request->initial || request->full_state));
    if (!wanted)
        return RC_OK;
    TRY(rooms_get(request->tx, mine->room_nid, &room));
    if (!filter_allows_room(request->filter, room->room_id))
        return RC_OK;
    TRY(membership_before(request, room, &before));
    if (mine->forgotten && !(new &&was_told_of(before)))
        return RC_OK;

    struct delivery delivery = {.room = room, .mine = mine};
    TRY(left_extent(request, mine, before, &delivery));
    TRY(delivery_timeline(request, &delivery));
    if (delivery.whole || before == MEMBERSHIP_JOIN)
        TRY(delivery_state(request, &delivery));
    strbuf_add_json(out, room->room_id);
    strbuf_add(out, S(":{"));
    TRY(delivery_add(request, &delivery, out));
    strbuf_add(out, S(",\"account_data\":{\"events\":[]}}"));
    *ret_empty = false;
    return RC_OK;
}
