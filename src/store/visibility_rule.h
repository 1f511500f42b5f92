/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * History visibility as a pure function over two histories (spec, client-server API, room history visibility, "Server
 * behaviour"). Both are in order of position; before the first entry a user is no member and history is shared.
 */
#ifndef STORE_VISIBILITY_RULE_H
#define STORE_VISIBILITY_RULE_H

#include "room/state.h"

struct membership_step {
    int64_t pos;
    enum membership membership;
};
struct visibility_step {
    int64_t pos;
    enum history_visibility visibility;
};
struct visibility_facts {
    const struct membership_step *memberships;
    size_t membership_count;
    const struct visibility_step *settings;
    size_t setting_count;
};

/* What held just after pos. */
enum membership facts_membership_at(const struct visibility_facts *facts, int64_t pos);
enum history_visibility facts_setting_at(const struct visibility_facts *facts, int64_t pos);
/* own_member: the event is the user's own m.room.member; setting: it is an m.room.history_visibility. */
bool facts_allow(const struct visibility_facts *facts, int64_t pos, bool own_member, bool setting);

#endif
