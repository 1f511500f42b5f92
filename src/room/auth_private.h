/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The rules by kind of event. Numbers in comments are those of v12; those before lack its rule 2, so that their
 * numbers are one lower from rule 3 on. (Up to v5 rule 4, m.room.aliases, makes up for it.)
 */
#ifndef ROOM_AUTH_PRIVATE_H
#define ROOM_AUTH_PRIVATE_H

#include "room/auth.h"

/* One event on trial. */
struct auth_case {
    const struct room_state *state;
    const struct event *event;
    const struct room_auth_facts *facts;
    yyjson_val *content; /* only for the types whose rules look into it; else NULL */
    struct arena *arena;
    struct error *err;
};

enum rc auth_check_member(const struct auth_case *c) MUST_USE;
enum rc auth_check_power_levels(const struct auth_case *c) MUST_USE;
/* Rule 5.4.1: an invitation in place of one to an e-mail address or the like. */
enum rc auth_check_third_party_invite(const struct auth_case *c, yyjson_val *invite) MUST_USE;

/* "No", with the rule in words. */
#define auth_refuse(c, ...) error_set((c)->err, RC_FORBIDDEN, __VA_ARGS__)

#endif
