/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Making a room: what was asked for, and the events that follow from it in the order the spec gives (POST /createRoom).
 */
#ifndef API_ROOM_CREATION_H
#define API_ROOM_CREATION_H

#include "api/third_party_invite.h"

struct preset {
    str name, join_rule, guest_access;
    int64_t invite_power;
    bool invitees_are_equals;
};

struct creation {
    struct call *call;
    const struct room_version *version;
    const struct preset *preset;
    const struct room *room;
    bool listed, is_direct;
    str name, topic, alias;
    str *invites;
    size_t invite_count;
    struct third_party_contact *contacts;
    size_t contact_count;
    yyjson_val *creation_content, *power_override, *initial_state;
};

/* WRITE. The room with its first two events: its creation and its maker's joining. Of `creation` only the call, the
 * version and what is to stand in the first event are asked for. */
enum rc creation_begin(struct creation *creation) MUST_USE;
/* WRITE. Everything but `room` is set. What the authorisation rules refuse here is the fault of the room that was asked
 * for: 400 M_INVALID_ROOM_STATE. */
enum rc creation_send_all(struct creation *creation) MUST_USE;

#endif
