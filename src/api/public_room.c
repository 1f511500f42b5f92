/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/public_room.h"

static void add_text(struct strbuf *out, const char *key, str value)
{
    if (!value.len)
        return;
    strbuf_printf(out, ",\"%s\":", key);
    strbuf_add_json(out, value);
}

static str join_rule_name(enum join_rule rule)
{
    switch (rule) {
    case JOIN_PUBLIC: return S("public");
    case JOIN_KNOCK: return S("knock");
    case JOIN_RESTRICTED: return S("restricted");
    case JOIN_KNOCK_RESTRICTED: return S("knock_restricted");
    default: return S("invite");
    }
}

void public_room_add(struct strbuf *out, const struct room *room)
{
    const struct room_state *state = room->state;
    strbuf_add(out, S("{\"room_id\":"));
    strbuf_add_json(out, room->room_id);
    strbuf_printf(out, ",\"num_joined_members\":%zu", room_state_member_count(state, MEMBERSHIP_JOIN));
    strbuf_printf(out, ",\"world_readable\":%s",
                  room_state_history(state) == HISTORY_WORLD_READABLE ? "true" : "false");
    strbuf_printf(out, ",\"guest_can_join\":%s", room_state_guests_may_join(state) ? "true" : "false");
    add_text(out, "join_rule", join_rule_name(room_state_join_rule(state)));
    add_text(out, "name", room_state_name(state));
    add_text(out, "topic", room_state_topic(state));
    add_text(out, "avatar_url", room_state_avatar(state));
    add_text(out, "canonical_alias", room_state_canonical_alias(state));
    add_text(out, "room_type", room_state_room_type(state));
}
