/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The newest events by room, id and transaction, in memory.
 *
 * An index written with each message would touch a random page of each b-tree each time: the larger the history, the
 * dearer a send. The event table itself is a log in order of position; what was appended lately is indexed here (and
 * after a crash read again from that log), and merged into the b-trees in bulk and in their order (merge.h).
 *
 * All events above `floor` are here; all up to `merged` are in the tables; floor lags behind merged by a whole merge,
 * so that a reader whose view of the database is a little old still finds in memory what that view lacks.
 * Thread-safe; only the writer changes it. Readers may meet events that are not committed yet: what is above their
 * room's last_pos is not for them.
 */
#ifndef STORE_RECENT_H
#define STORE_RECENT_H

#include <stddef.h>
#include <stdint.h>

struct recent;

struct recent_event {
    int64_t pos;
    uint64_t room;
    int64_t id8;     /* event_id8() */
    uint64_t device; /* 0: none */
    int64_t txn;     /* keyed hash of device, room and transaction id */
};

struct recent *recent_new(int64_t floor);
void recent_free(struct recent **recent);

/* Writer. Positions ascend. */
void recent_add(struct recent *recent, const struct recent_event *event);
/* Writer. Forgets what stands above pos: a job or a commit was undone. */
void recent_cut(struct recent *recent, int64_t pos);
/* Writer. Raises the floor to `floor`, at most `most` events at a time. */
void recent_drop(struct recent *recent, int64_t floor, size_t most);
/* Writer. Copies events with pos > from, oldest first, up to count; returns how many. */
size_t recent_copy(struct recent *recent, int64_t from, struct recent_event *ret_events, size_t count);
size_t recent_count_above(struct recent *recent, int64_t pos);
/* Writer. No transaction leads to that event any more. */
void recent_forget_device(struct recent *recent, int64_t pos);
/* What stands up to there is not here. */
int64_t recent_floor(struct recent *recent);

/* 0: not here. */
int64_t recent_by_id(struct recent *recent, int64_t id8);
int64_t recent_by_txn(struct recent *recent, int64_t txn);
/* Positions of a room's events with from < pos ≤ to, newest first when backwards, else oldest first, up to limit. What
 * is at or below *ret_floor must be looked up in the tables. */
size_t recent_range(struct recent *recent, uint64_t room, int64_t from, int64_t to, int backwards, size_t limit,
                    int64_t *ret_positions, int64_t *ret_floor);

#endif
