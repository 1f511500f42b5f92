/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Messages whose room does not keep them for good (room/lifetime.h). One whose time is over is shown to nobody from
 * that moment on: every reading path asks lifetime_is_over(). Soon after, it is buried: its row loses content, sender
 * and whatever else it held, and keeps its place, so that tokens and counts hold; once no index in memory leads there
 * any more, the row goes too. Each room with a lifetime has a row of when to look there next and how far it has been
 * walked: the oldest first, so that nothing is looked at twice and rooms without a lifetime cost nothing.
 */
#ifndef STORE_LIFETIMES_H
#define STORE_LIFETIMES_H

#include "room/lifetime.h"
#include "store/rooms.h"

/* LIFETIME_FOREVER or what holds in the room now. */
int64_t lifetimes_of(const struct store *store, const struct room *room);
/* Messages of the room have gone, or will: what reads it must ask about each. */
bool lifetimes_concern(const struct store *store, const struct room *room);
/* What was sent before is over; INT64_MIN: nothing is. */
int64_t lifetimes_alive_from(struct tx *tx, const struct room *room);

static inline bool lifetime_is_over(int64_t alive_from, const struct event *event)
{
    return !event->is_state && (event->gone || event_taken_ms(event) < alive_from);
}

/* ---- the job's ---- */

/* WRITE. The room's lifetime may have changed: it is looked at next. */
enum rc lifetimes_note(struct tx *tx, uint64_t room_nid) MUST_USE;
/* WRITE. What was held of the subject may go now: their rooms are walked again. */
enum rc lifetimes_walk_again(struct tx *tx, uint64_t subject) MUST_USE;

enum { LIFETIMES_ROOMS = 500 };
/* WRITE. The next rooms by number, up to LIFETIMES_ROOMS, are looked at next: where the operator's bounds may have
 * changed, or the clock was set back. *after moves on; it stays when all have been. */
enum rc lifetimes_note_next(struct tx *tx, uint64_t *after) MUST_USE;

struct lifetimes_work {
    str held;       /* as of holds_subjects(): left alone */
    int64_t left;   /* places that may still be looked at */
    int64_t buried; /* messages */
    bool more;      /* something may be left for another turn */
    /* Of every upload that ended with the last message that showed it. */
    void (*remove_file)(void *ctx, str name);
    void *ctx;
};
/* WRITE. Buries what is over in the rooms that are due. */
enum rc lifetimes_work(struct tx *tx, struct lifetimes_work *work) MUST_USE;
/* Rooms that should have been looked at before that time. */
enum rc lifetimes_overdue(struct tx *tx, int64_t before_ms, int64_t *ret_rooms) MUST_USE;

#endif
