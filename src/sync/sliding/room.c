/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One room of the answer. */
#include "sync/delivery.h"
#include "sync/event_bundle.h"
#include "sync/sliding/answer.h"
#include "sync/unread.h"

/* ---- small things ---- */

/* What moves a room up in a list of chats, as opposed to somebody joining or changing a name. */
static bool is_activity(const struct event *event)
{
    static const str types[] = {STR_INIT("m.room.create"), STR_INIT("m.room.message"), STR_INIT("m.room.encrypted"),
                                STR_INIT("m.sticker"),     STR_INIT("m.call.invite"),  STR_INIT("m.poll.start"),
                                STR_INIT("m.beacon_info")};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq(event->type, types[i]))
            return true;
    return false;
}

/* As far as memory reaches back; before that, the creation. */
static int64_t bump_stamp(const struct sliding_room *room)
{
    if (room->mine->membership != MEMBERSHIP_JOIN)
        return room->mine->pos;
    for (size_t i = room_timeline_count(room->room); i-- > 0;)
        if (is_activity(room_timeline_at(room->room, i)))
            return room_timeline_at(room->room, i)->pos;
    return room->room->created_pos;
}

static void add_text(struct strbuf *out, str key, str value)
{
    if (!value.len)
        return;
    strbuf_add(out, key);
    strbuf_add_json(out, value);
}

static void add_number(struct strbuf *out, str key, int64_t value)
{
    strbuf_add(out, key);
    strbuf_add_i64(out, value);
}

/* ---- who is in it ---- */

/* Who the room is called after when it has no name. */
static enum rc add_heroes(struct sliding_answer *answer, const struct room *room, struct strbuf *out)
{
    const struct event *heroes[HEROES_MAX];
    size_t count = heroes_pick(room->state, answer->request->user->user_id, HEROES_JOINED_FIRST, heroes);
    strbuf_add(out, S(",\"heroes\":["));
    for (size_t i = 0; i < count; i++) {
        yyjson_val *content;
        TRY(event_content(heroes[i], answer->request->arena, &content));
        strbuf_add(out, i ? S(",{\"user_id\":") : S("{\"user_id\":"));
        strbuf_add_json(out, heroes[i]->state_key);
        add_text(out, S(",\"displayname\":"), json_str_of(yyjson_obj_get(content, "displayname")));
        add_text(out, S(",\"avatar_url\":"), json_str_of(yyjson_obj_get(content, "avatar_url")));
        strbuf_add_char(out, '}');
    }
    strbuf_add_char(out, ']');
    return RC_OK;
}

/* ---- a room one is or was in ---- */

/* What is told of the room this time. */
struct telling {
    const struct sliding_sent *sent; /* NULL: nothing was told before */
    bool grown, expanded;            /* the config asks for more: of the state, of the timeline */
    struct delivery delivery;
    struct event_list state;
};

static bool has_news(const struct sliding_room *room, const struct telling *t)
{
    return room->initial || t->grown || t->expanded || room->mine->pos > t->sent->pos
           || (room->mine->membership == MEMBERSHIP_JOIN && room->room->last_pos > t->sent->pos);
}

static enum rc read_room(struct sliding_answer *answer, struct sliding_room *room, struct telling *t)
{
    struct sync_request *request = answer->request;
    struct filter filter;
    int64_t known = room->initial ? 0 : t->sent->pos;
    filter_default(&filter);
    filter.timeline.limit = room->config->timeline_limit;
    request->filter = &filter;
    t->delivery = (struct delivery){
        .room = room->room,
        .mine = room->mine,
        .whole = known == 0 || t->expanded,
        .from = t->expanded ? 0 : known,
        .to = room->mine->membership == MEMBERSHIP_JOIN ? request->next.pos : room->mine->pos,
    };
    enum rc rc = delivery_timeline(request, &t->delivery);
    request->filter = NULL;
    TRY(rc);
    room->timeline = t->delivery.timeline;
    return sliding_required_state(answer, room, known, t->delivery.to, room->initial || t->grown, t->delivery.limited,
                                  &t->state);
}

static int64_t count_live(const struct sliding_answer *answer, const struct telling *t)
{
    int64_t live = 0;
    for (size_t i = 0; answer->known && i < t->delivery.timeline.count; i++)
        live += t->delivery.timeline.items[i]->pos > answer->request->since.pos;
    return live;
}

static enum rc add_history(struct sliding_answer *answer, const struct telling *t, struct strbuf *out)
{
    struct sync_request *request = answer->request;
    struct bundle_reader reader = {
        .tx = request->tx,
        .room = t->delivery.room,
        .user_id = request->user->user_id,
        .user_nid = request->user->nid,
        .device_nid = request->device_nid,
        .visibility = t->delivery.visibility,
        .ignored = request->ignored,
        .now_ms = request->now_ms,
    };
    strbuf_add(out, S(",\"required_state\":"));
    TRY(bundle_add_events(&reader, t->state.items, t->state.count, false, out));
    strbuf_add(out, S(",\"timeline\":"));
    TRY(bundle_add_events(&reader, t->delivery.timeline.items, t->delivery.timeline.count, false, out));
    add_number(out, S(",\"prev_batch\":\"s"), t->delivery.prev_batch);
    strbuf_add(out, t->delivery.limited ? S("\",\"limited\":true") : S("\",\"limited\":false"));
    add_number(out, S(",\"num_live\":"), count_live(answer, t));
    return RC_OK;
}

static enum rc add_people(struct sliding_answer *answer, const struct sliding_room *room, struct strbuf *out)
{
    const struct room_state *state = room->room->state;
    struct unread unread;
    bool direct;
    TRY(sliding_is_direct(answer, room->room->room_id, &direct));
    if (direct)
        strbuf_add(out, S(",\"is_dm\":true"));
    if (!room_state_name(state).len)
        TRY(add_heroes(answer, room->room, out));
    add_number(out, S(",\"joined_count\":"), (int64_t)room_state_member_count(state, MEMBERSHIP_JOIN));
    add_number(out, S(",\"invited_count\":"), (int64_t)room_state_member_count(state, MEMBERSHIP_INVITE));
    if (room->mine->membership != MEMBERSHIP_JOIN)
        return RC_OK;
    TRY(unread_count(answer->request, room->room, room->mine, &unread));
    add_number(out, S(",\"notification_count\":"), unread.notify);
    add_number(out, S(",\"highlight_count\":"), unread.highlight);
    return RC_OK;
}

static enum rc tell_from_inside(struct sliding_answer *answer, struct sliding_room *room, struct telling *t,
                                struct strbuf *out)
{
    TRY(read_room(answer, room, t));
    if (room->initial)
        strbuf_add(out, S(",\"initial\":true"));
    if (t->expanded)
        strbuf_add(out, S(",\"unstable_expanded_timeline\":true"));
    add_text(out, S(",\"name\":"), room_state_name(room->room->state));
    add_text(out, S(",\"avatar\":"), room_state_avatar(room->room->state));
    TRY(add_history(answer, t, out));
    return add_people(answer, room, out);
}

/* ---- a room one is asked into, or asks to be let into ---- */

static enum rc tell_from_outside(struct sliding_answer *answer, const struct sliding_room *room, struct strbuf *out)
{
    if (room->initial)
        strbuf_add(out, S(",\"initial\":true"));
    if (room->mine->membership != MEMBERSHIP_INVITE && room->mine->membership != MEMBERSHIP_KNOCK)
        return RC_OK;
    strbuf_add(out, S(",\"invite_state\":["));
    TRY(sync_add_stripped_events(answer->request, room->mine, out));
    strbuf_add_char(out, ']');
    return RC_OK;
}

/* ---- */

static bool was_inside(const struct sliding_room *room, const struct sliding_sent *sent)
{
    return room->mine->membership == MEMBERSHIP_JOIN || (sent && sent->joined);
}

enum rc sliding_add_room(struct sliding_answer *answer, struct sliding_room *room, struct strbuf *out, bool *ret_empty)
{
    struct telling t = {.sent = sliding_view_find(answer->known, room->mine->room_nid)};
    bool inside = was_inside(room, t.sent);
    room->initial = !t.sent || (inside && !t.sent->joined);
    if (!room->initial) {
        t.grown = inside && !kept_config_covers(t.sent->config, room->config);
        t.expanded = inside && room->config->timeline_limit > t.sent->config->timeline_limit;
    }
    *ret_empty = !has_news(room, &t);
    if (*ret_empty)
        return RC_OK;
    strbuf_add_json(out, room->room->room_id);
    strbuf_add(out, S(":{\"membership\":"));
    strbuf_add_json(out, membership_name(room->mine->membership));
    add_number(out, S(",\"bump_stamp\":"), bump_stamp(room));
    TRY(inside ? tell_from_inside(answer, room, &t, out) : tell_from_outside(answer, room, out));
    strbuf_add_char(out, '}');
    return RC_OK;
}
