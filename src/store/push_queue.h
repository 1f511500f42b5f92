/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What people with pushers are still to be told: a row of the commit that caused it, by internal numbers only. It says
 * that something is new and how loudly, never what. Rows go once every pusher of the user has been told, or after
 * PUSH_QUEUE_DAYS; of one user the newest PUSH_QUEUE_MOST are told, and few more kept.
 *
 * What is to be told to very many alike is one row for all of them, the crowd: those with pushers who were in the room
 * then, but for who sent it and for people with settings of their own, who have rows of their own if anything. A row of
 * one's own is heard instead of the crowd's. So a message costs the same in a room of ten thousand.
 *
 * Who has pushers at all is known to the writer without a look at the disk: an event costs nothing for the members of
 * its room who have none.
 */
#ifndef STORE_PUSH_QUEUE_H
#define STORE_PUSH_QUEUE_H

#include "store/tx.h"

enum {
    PUSH_QUEUE_MOST = 100, /* of one user */
    PUSH_QUEUE_DAYS = 2,   /* the catalogue's row says so too */
};

enum {
    PUSH_HIGHLIGHT = 1,
    PUSH_SOUND = 2,      /* a sound of any name */
    PUSH_SOUND_RING = 4, /* the sound is "ring": a call. With PUSH_SOUND */
    PUSH_COUNTS = 8,     /* nothing new: the number of unread messages has changed. pos: what changed it */
    PUSH_NOTHING = 16,   /* not told, though the crowd is; never listed */
};

struct push_due {
    uint64_t user_nid;
    uint64_t room_nid; /* 0 with PUSH_COUNTS */
    int64_t pos;       /* of the event in the stream */
    uint32_t flags;    /* PUSH_ bits */
    int64_t added_ms;  /* filled in */
};

/* Has the user pushers? WRITE: on the writer's thread, with what the running group commit has changed so far. */
bool push_queue_wanted(const struct tx *tx, uint64_t user_nid);
/* How many users have: whoever looks for them among few need not look at many. Likewise. */
size_t push_queue_people(const struct tx *tx);
/* WRITE. In the commit of the event. Users without pushers are left out. */
enum rc push_queue_add(struct tx *tx, const struct push_due *due, size_t count) MUST_USE;
/* WRITE. Likewise, to the room's crowd; user_nid is not looked at. */
enum rc push_queue_add_crowd(struct tx *tx, const struct push_due *due) MUST_USE;
/* Has somebody no settings of their own that bear on what they are told: neither rules nor a list of whom they ignore?
 * Who once had some is not asked with the crowd again. */
enum rc push_queue_in_crowd(struct tx *tx, uint64_t user_nid, bool *ret_in_crowd) MUST_USE;
/* WRITE. Before somebody's first settings of their own: what the crowd is still to be told becomes theirs. */
enum rc push_queue_leave_crowd(struct tx *tx, uint64_t user_nid) MUST_USE;

/* ---- for whoever delivers ---- */

/* What is due to a user behind a position, oldest first. */
enum rc push_queue_list(struct tx *tx, uint64_t user_nid, int64_t after_pos, struct push_due **ret_due,
                        size_t *ret_count) MUST_USE;
/* Users with something due, behind a number, by number: at most `limit`. */
enum rc push_queue_users(struct tx *tx, uint64_t after_user, size_t limit, uint64_t **ret_nids,
                         size_t *ret_count) MUST_USE;
/* Rooms whose crowd is or was to be told something of late. */
enum rc push_queue_crowds(struct tx *tx, uint64_t **ret_room_nids, size_t *ret_count) MUST_USE;
/* WRITE. The pusher has been told everything up to the position. */
enum rc push_queue_told(struct tx *tx, uint64_t user_nid, uint64_t pusher_nid, int64_t upto_pos) MUST_USE;
/* WRITE. What no pusher of the user is still to be told is removed. */
enum rc push_queue_forget(struct tx *tx, uint64_t user_nid) MUST_USE;

#endif
