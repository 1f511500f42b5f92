/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/delivery.h"

#include "sync/event_bundle.h"

enum rc delivery_add(struct sync_request *request, const struct delivery *delivery, struct strbuf *out)
{
    struct bundle_reader reader = {
        .tx = request->tx,
        .room = delivery->room,
        .user_id = request->user->user_id,
        .user_nid = request->user->nid,
        .device_nid = request->device_nid,
        .visibility = delivery->visibility,
        .ignored = request->ignored,
        .now_ms = request->now_ms,
    };
    strbuf_add(out, S("\"timeline\":{\"events\":"));
    TRY(bundle_add_events(&reader, delivery->timeline.items, delivery->timeline.count, false, out));
    strbuf_add(out, delivery->limited ? S(",\"limited\":true,\"prev_batch\":\"s")
                                      : S(",\"limited\":false,\"prev_batch\":\"s"));
    strbuf_add_i64(out, delivery->prev_batch);
    strbuf_add(out, S("\"}"));
    strbuf_add(out, request->state_after ? S(",\"state_after\":{\"events\":") : S(",\"state\":{\"events\":"));
    TRY(bundle_add_events(&reader, delivery->state.items, delivery->state.count, false, out));
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* ---- summary ---- */

enum { HEROES = 5 };

struct heroes {
    const struct sync_request *request;
    struct strbuf *out;
    int count;
    bool gone; /* looking for people who were here, because nobody else is */
};

static bool hero_add(const struct event *event, enum membership membership, void *ctx)
{
    struct heroes *heroes = ctx;
    bool here = membership == MEMBERSHIP_JOIN || membership == MEMBERSHIP_INVITE;
    bool left = membership == MEMBERSHIP_LEAVE || membership == MEMBERSHIP_BAN;
    if (str_eq(event->state_key, heroes->request->user->user_id) || !(heroes->gone ? left : here))
        return true;
    if (heroes->count++)
        strbuf_add_char(heroes->out, ',');
    strbuf_add_json(heroes->out, event->state_key);
    return heroes->count < HEROES;
}

/* Spec "RoomSummary": heroes where the room has neither name nor canonical alias; counts where they changed. */
void delivery_add_summary(const struct sync_request *request, const struct delivery *delivery, struct strbuf *out)
{
    const struct room_state *state = delivery->room->state;
    if (!delivery->membership_changed && !delivery->whole) {
        strbuf_add(out, S(",\"summary\":{}"));
        return;
    }
    strbuf_add(out, S(",\"summary\":{\"m.joined_member_count\":"));
    strbuf_add_u64(out, room_state_member_count(state, MEMBERSHIP_JOIN));
    strbuf_add(out, S(",\"m.invited_member_count\":"));
    strbuf_add_u64(out, room_state_member_count(state, MEMBERSHIP_INVITE));
    if (room_state_name(state).len == 0 && room_state_canonical_alias(state).len == 0) {
        struct heroes heroes = {.request = request, .out = out};
        strbuf_add(out, S(",\"m.heroes\":["));
        room_state_each_member(state, hero_add, &heroes);
        if (heroes.count == 0) {
            heroes.gone = true;
            room_state_each_member(state, hero_add, &heroes);
        }
        strbuf_add_char(out, ']');
    }
    strbuf_add_char(out, '}');
}
