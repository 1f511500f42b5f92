/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The current state of a room: an immutable, reference-counted, persistent map (type, state key) → event.
 * room_state_put() makes a new state that shares all but O(log n) nodes with the old one, so that a reader's
 * snapshot costs nothing and a writer's working copy can be thrown away.
 *
 * What authorisation and delivery ask all the time is kept beside the map, parsed once per change:
 * create, power levels, join rule, history visibility, members by membership.
 */
#ifndef ROOM_STATE_H
#define ROOM_STATE_H

#include "room/event.h"

enum join_rule { JOIN_INVITE, JOIN_PUBLIC, JOIN_KNOCK, JOIN_RESTRICTED, JOIN_KNOCK_RESTRICTED, JOIN_PRIVATE };
enum history_visibility { HISTORY_SHARED, HISTORY_WORLD_READABLE, HISTORY_INVITED, HISTORY_JOINED };

enum history_visibility history_visibility_parse(str name); /* unknown: shared */

/* Above every number a power level may have: v12 creators. */
#define POWER_CREATOR INT64_MAX

struct room_power {
    int64_t ban, kick, invite, redact, state_default, events_default, users_default, notify_room;
    /* Listed users and event types are looked up by the functions below. */
};

struct room_state;

struct room_state *room_state_new(const struct room_version *version);
struct room_state *room_state_ref(const struct room_state *state);
void room_state_unref(const struct room_state **state);
/* A new state with the event in it (replacing the one of the same type and state key). The event's type and key
 * must be set; not authorised here. */
struct room_state *room_state_put(const struct room_state *state, const struct event *event);
/* The same for many events at once (loading a room): one result, linear cost. */
struct room_state *room_state_load(const struct room_version *version, const struct event *const *events, size_t count);

const struct room_version *room_state_version(const struct room_state *state);
/* NULL when there is none. Valid as long as the state. */
const struct event *room_state_get(const struct room_state *state, str type, str state_key);
size_t room_state_count(const struct room_state *state);
/* Calls visit for each entry (order undefined) until it returns false. */
void room_state_each(const struct room_state *state, bool (*visit)(const struct event *event, void *ctx), void *ctx);
/* Only m.room.member events. */
void room_state_each_member(const struct room_state *state,
                            bool (*visit)(const struct event *event, enum membership membership, void *ctx), void *ctx);

enum membership room_state_membership(const struct room_state *state, str user_id);
enum membership event_membership(const struct event *member_event);
size_t room_state_member_count(const struct room_state *state, enum membership membership);
enum join_rule room_state_join_rule(const struct room_state *state);
enum history_visibility room_state_history(const struct room_state *state);
bool room_state_guests_may_join(const struct room_state *state);
const struct room_power *room_state_power(const struct room_state *state);
/* The user's power; POWER_CREATOR for a v12 creator. */
int64_t room_state_power_of(const struct room_state *state, str user_id);
/* Power needed to send an event of the type. */
int64_t room_state_power_for(const struct room_state *state, str type, bool is_state);
/* Is in the room and has the power to. */
bool room_state_may_invite(const struct room_state *state, str user_id);
bool room_state_is_creator(const struct room_state *state, str user_id);
/* Content members of well-known state, "" when absent: m.room.name, m.room.topic, m.room.avatar,
 * m.room.canonical_alias, m.room.create's type. Views, valid as long as the state. */
str room_state_name(const struct room_state *state);
str room_state_topic(const struct room_state *state);
str room_state_avatar(const struct room_state *state);
str room_state_canonical_alias(const struct room_state *state);
str room_state_room_type(const struct room_state *state);
bool room_state_is_encrypted(const struct room_state *state);
/* Between two messages of one person, up to 12 hours; 0: no slow mode (store/slow_mode.h). */
int64_t room_state_slow_mode_ms(const struct room_state *state);
bool room_state_previews(const struct room_state *state); /* of links: PREVIEWS_TYPE */

#endif
