/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a server checks of a state event beyond the authorisation rules, before it is sent. */
#ifndef API_STATE_CHECK_H
#define API_STATE_CHECK_H

#include "api/call.h"
#include "store/rooms.h"

/* m.room.canonical_alias: new aliases must be well-formed (400 M_INVALID_PARAM) and lead to this room (400
 * M_BAD_ALIAS). m.room.member: an invite that its receiver blocks is refused (403 M_INVITE_BLOCKED).
 * m.room.retention: a policy must be one (400 M_INVALID_PARAM). */
enum rc state_check(struct call *call, const struct room *room, str type, str state_key, yyjson_val *content) MUST_USE;

#endif
