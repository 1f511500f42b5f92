/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Authorisation rules (spec: room versions, "Authorization rules"), for a single server that orders each room:
 * the state an event is judged against is the state before it.
 */
#ifndef ROOM_AUTH_H
#define ROOM_AUTH_H

#include "room/state.h"

/* What the rules cannot see in this room. */
struct room_auth_facts {
    /* Restricted joins: this server has checked that the joining user is in one of the allowed rooms, and
     * join_authorised_via_users_server names a member of this room who may invite. */
    bool restricted_condition_met;
    str server_name;
};

/* RC_OK when allowed; RC_FORBIDDEN with the rule in words; RC_BAD_JSON for malformed content. */
enum rc room_auth_check(const struct room_state *state, const struct event *event, const struct room_auth_facts *facts,
                        struct error *err) MUST_USE;
/* The ids of the events that authorise an event of this kind (spec "Auth events selection"), in the arena. */
void room_auth_events(const struct room_state *state, str type, str state_key, str sender, yyjson_val *content,
                      struct arena *arena, str **ret_ids, size_t *ret_count);
/* May `sender` redact `target` (own event, or power ≥ redact)? */
bool room_auth_may_redact(const struct room_state *state, str sender, const struct event *target);
/* "@localpart:server" of this server's form: grammar and length (spec appendix "User identifiers"). */
bool user_id_is_valid(str user_id);
bool user_localpart_is_valid(str localpart); /* [a-z0-9._=/+-], for new accounts */
bool room_alias_is_valid(str alias);
/* What stands behind the first ':', or STR_NONE. */
str id_server_name(str id);

#endif
