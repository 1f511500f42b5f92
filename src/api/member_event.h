/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Changing who is in a room: m.room.member events with the profile of the one they are about. */
#ifndef API_MEMBER_EVENT_H
#define API_MEMBER_EVENT_H

#include "api/call.h"

struct member_change {
    const struct user *target;
    enum membership membership;
    /* Of an invite that takes one up; NULL: none. */
    yyjson_val *third_party_invite;
    str reason;        /* empty: none */
    bool is_direct;    /* invites */
    bool with_profile; /* display name and picture of the target go with it */
    bool restricted_condition_met;
    str authorised_via; /* a restricted join's member who could have invited */
    yyjson_val *said;   /* the content as the caller wants it, instead of profile and reason; NULL: none */
};

/* WRITE. As the caller. */
enum rc member_change_send(struct call *call, const struct room **room_in_out,
                           const struct member_change *change) MUST_USE;
/* WRITE. As somebody else, who has asked for it before: an invite by a link, or to a number. RC_FORBIDDEN as the room's
 * rules have it. */
enum rc member_change_send_as(struct call *call, const struct room **room_in_out, const struct user *sender,
                              const struct member_change *change) MUST_USE;

/* 404 M_NOT_FOUND: no such account here; 403 M_INVITE_BLOCKED: it takes no invites. */
enum rc member_check_invited(struct call *call, str user_id) MUST_USE;
/* WRITE. Invites with all checks: the account exists and lets itself be invited. */
enum rc member_invite(struct call *call, const struct room **room_in_out, str user_id, str reason,
                      bool is_direct) MUST_USE;
/* WRITE. Joins the caller; finds out whether a restricted room's condition is met. Joined already: nothing happens. */
enum rc member_join(struct call *call, const struct room **room_in_out, str reason) MUST_USE;
/* WRITE. The same by the m.room.member event the caller has written; the caller is not in the room. */
enum rc member_join_saying(struct call *call, const struct room **room_in_out, yyjson_val *content,
                           str *ret_event_id) MUST_USE;
/* Is the caller in one of the rooms that a restricted room lets people in from (spec "Restricted rooms")? */
enum rc member_restricted_condition(struct call *call, const struct room *room, bool *ret_met) MUST_USE;

#endif
