/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/delivery.h"

#include "sync/event_bundle.h"

bool delivery_room_is_named(const struct delivery *delivery)
{
    const struct room_state *state = delivery->room->state;
    return room_state_name(state).len || room_state_canonical_alias(state).len;
}

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

/* Spec "RoomSummary": heroes where the room has neither name nor canonical alias; counts where they changed. */
void delivery_add_summary(const struct delivery *delivery, struct strbuf *out)
{
    const struct room_state *state = delivery->room->state;
    if (!delivery->summary_changed) {
        strbuf_add(out, S(",\"summary\":{}"));
        return;
    }
    strbuf_add(out, S(",\"summary\":{\"m.joined_member_count\":"));
    strbuf_add_u64(out, room_state_member_count(state, MEMBERSHIP_JOIN));
    strbuf_add(out, S(",\"m.invited_member_count\":"));
    strbuf_add_u64(out, room_state_member_count(state, MEMBERSHIP_INVITE));
    if (!delivery_room_is_named(delivery)) {
        strbuf_add(out, S(",\"m.heroes\":["));
        for (size_t i = 0; i < delivery->hero_count; i++) {
            if (i)
                strbuf_add_char(out, ',');
            strbuf_add_json(out, delivery->heroes[i]->state_key);
        }
        strbuf_add_char(out, ']');
    }
    strbuf_add_char(out, '}');
}
