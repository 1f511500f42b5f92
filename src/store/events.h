/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Stored events: sealed under their sender's data key, found by position, id, state key or relation.
 * All results are referenced for the life of the tx's arena: do not unref. An event whose sender's key has been
 * destroyed comes back in its redacted form (content {}).
 */
#ifndef STORE_EVENTS_H
#define STORE_EVENTS_H

#include "store/rooms.h"

struct event_list {
    const struct event **items;
    size_t count;
};

/* RC_NOT_FOUND when there is none of that id in that room, or its lifetime is over. */
enum rc events_find(struct tx *tx, const struct room *room, str event_id, const struct event **ret_event) MUST_USE;
/* The room an event of that id is in, if the id is well-formed: whether it is the room's way of writing it shows when
 * it is looked for there. RC_NOT_FOUND. */
enum rc events_find_room(struct tx *tx, str event_id, uint64_t *ret_room_nid) MUST_USE;
enum rc events_at(struct tx *tx, const struct room *room, int64_t pos, const struct event **ret_event) MUST_USE;
/* Up to limit events with from < pos ≤ to, newest first when backwards, else oldest first. Timeline answers if it can.
 */
enum rc events_range(struct tx *tx, const struct room *room, int64_t from, int64_t to, bool backwards, size_t limit,
                     struct event_list *ret_events) MUST_USE;
/* The state event of (type, state_key) that held just after position pos. RC_NOT_FOUND. */
enum rc events_state_at(struct tx *tx, const struct room *room, str type, str state_key, int64_t pos,
                        const struct event **ret_event) MUST_USE;
/* The whole state after position pos (pos ≥ last_pos: the current one, from memory). */
enum rc events_full_state_at(struct tx *tx, const struct room *room, int64_t pos,
                             struct room_state **ret_state) MUST_USE;
/* For each (type, state key) set in from < pos ≤ to: the last such event at or before `to`. Oldest first. */
enum rc events_state_changes(struct tx *tx, const struct room *room, int64_t from, int64_t to,
                             struct event_list *ret_events) MUST_USE;
/* All m.room.member events of one user in the room, and all m.room.history_visibility ones, oldest first. */
enum rc events_member_history(struct tx *tx, const struct room *room, str user_id,
                              struct event_list *ret_events) MUST_USE;
enum rc events_visibility_history(struct tx *tx, const struct room *room, struct event_list *ret_events) MUST_USE;
/* Children of an event by relation (rel_type and event type may be empty: any), from < pos ≤ to. */
enum rc events_related(struct tx *tx, const struct room *room, str parent_id, str rel_type, str event_type,
                       int64_t from, int64_t to, bool backwards, size_t limit, struct event_list *ret_events) MUST_USE;
/* The m.room.redaction that redacted an event (unsigned.redacted_because). RC_NOT_FOUND: it was erased, or by nobody.
 */
enum rc events_redaction_of(struct tx *tx, const struct room *room, const struct event *target,
                            const struct event **ret_event) MUST_USE;
/* One sender's m.annotation children of an event, newest first. RC_NOT_FOUND: the room has no such parent. */
enum rc events_annotations_by(struct tx *tx, const struct room *room, str parent_id, uint64_t sender_nid, size_t limit,
                              struct event_list *ret_events) MUST_USE;
/* The event nearest to a time, at or after (forward) / at or before it. */
enum rc events_near_time(struct tx *tx, const struct room *room, int64_t ts_ms, bool forward,
                         const struct event **ret_event) MUST_USE;
/* The transaction id the device gave when it sent the event, or STR_NONE (known for events in the timeline and on
 * disk). */
str event_txn_id(const struct event *event, uint64_t device_nid);
/* Running count of default-notifying events up to and including pos. */
enum rc events_notify_total_at(struct tx *tx, const struct room *room, int64_t pos, int64_t *ret_total) MUST_USE;

/* May this user see this event (spec "Server behaviour" of history visibility)? One object answers for a whole reading.
 */
struct visibility;
enum rc visibility_new(struct tx *tx, const struct room *room, str user_id /* empty: peeking nobody */,
                       struct visibility **ret) MUST_USE;
bool visibility_allows(const struct visibility *visibility, const struct event *event);
/* The same of an event there that is neither their membership nor the setting, but for its lifetime. */
bool visibility_allows_at(const struct visibility *visibility, int64_t pos);
/* The user's membership just after pos. */
enum membership visibility_membership_at(const struct visibility *visibility, int64_t pos);
/* The last position the user may read up to (room's last when joined; the leave's when gone; 0: nothing). */
int64_t visibility_until(const struct visibility *visibility);
/* Where the user's last stay ended, for who is not in the room now; 0: there was none. */
int64_t visibility_left_at(const struct visibility *visibility);

#endif
