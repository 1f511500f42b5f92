/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What nearly every endpoint of rooms begins with: the room, what of it the caller may read, and sending into it
 * on the caller's behalf.
 */
#ifndef API_ROOM_ACCESS_H
#define API_ROOM_ACCESS_H

#include "api/call.h"
#include "store/events.h"
#include "sync/event_bundle.h"

/* A room the caller may read at least some of: its members, those who left (up to then), anyone if it is
 * world-readable. 403 for all others and for rooms that do not exist, alike. */
struct room_view {
    const struct room *room;
    struct visibility *visibility;
    int64_t until; /* the last position the caller may read up to */
};
enum rc room_view_open(struct call *call, str room_id, struct room_view *ret_view) MUST_USE;
/* The same of a room at hand; RC_FORBIDDEN, without words. */
enum rc room_view_of(struct call *call, const struct room *room, struct room_view *ret_view) MUST_USE;
/* The event, or 404 M_NOT_FOUND where there is none or the caller may not see it. */
enum rc room_view_event(struct call *call, const struct room_view *view, str event_id,
                        const struct event **ret_event) MUST_USE;
/* The state as the caller may see it: the current one, or that of when they left. */
enum rc room_view_state(struct call *call, const struct room_view *view, const struct room_state **ret_state) MUST_USE;
/* Does the caller not want to know of this invite: from somebody ignored, or any at all? */
enum rc room_invite_is_hidden(struct call *call, const struct room *room, bool *ret_hidden) MUST_USE;
/* For making the unsigned of events the caller reads. With the people they ignore when with_ignored. */
enum rc room_view_reader(struct call *call, const struct room_view *view, bool with_ignored,
                         struct bundle_reader *ret_reader) MUST_USE;

/* A room by id or alias: 404 M_NOT_FOUND for an alias that leads nowhere, RC_NOT_FOUND unsaid for an id. */
enum rc room_resolve(struct call *call, str id_or_alias, const struct room **ret_room) MUST_USE;

/* WRITE. Sends as the caller; `send` has the draft's type, state_key, content set, the rest is filled in.
 * 403 M_USER_SUSPENDED for suspended accounts. */
enum rc room_send_as_caller(struct call *call, const struct room **room_in_out, struct room_send *send,
                            const struct event **ret_event, str *ret_event_id) MUST_USE;

/* {"event_id":…} */
void reply_event_id(struct call *call, str event_id);
/* {"room_id":…} */
void reply_room_id(struct call *call, str room_id);

/* May the caller say whether the room is in a directory? Joined, and with the power over its addresses. */
bool room_caller_lists(const struct call *call, const struct room *room);

/* The server's own name behind the colon? */
bool is_local_id(struct call *call, str id);

#endif
