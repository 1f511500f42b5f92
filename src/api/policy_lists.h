/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Moderation policy lists": rooms whose state says, as m.policy.rule.user events, whom their keepers recommend to
 * keep out. A room of this server follows such lists by its state event org.parley.policy_lists, {"rooms": [room ids]}:
 * whom one of them recommends to ban is not let in, neither by joining, knocking nor an invite. Who is in already
 * stays: putting people out is a decision of somebody in the room.
 *
 * (The privacy policy is another matter: api/policy.c.)
 */
#ifndef API_POLICY_LISTS_H
#define API_POLICY_LISTS_H

#include "api/call.h"
#include "store/rooms.h"

#define POLICY_LISTS_TYPE "org.parley.policy_lists"
enum { POLICY_LISTS_MAX = 8 };

/* For the content of a state event of that type: 400 when it is not of that form, 403 when the caller is not in one of
 * the rooms: nobody finds out by following it what a list says that they may not read. */
enum rc policy_lists_check(struct call *call, yyjson_val *content) MUST_USE;

/* 403 M_FORBIDDEN when an event of that type, key and content would let somebody in whom a list keeps out. */
enum rc policy_lists_admit(struct call *call, const struct room *room, const struct event_draft *draft) MUST_USE;

#endif
