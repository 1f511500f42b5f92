/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who waits for what, on one loop. All of it is touched by that loop's thread only.
 *
 * A person is live on a loop from their first parked request there until some time after the last. While live they
 * stand in the index of each of their rooms, so that a commit finds the people to wake without scanning anything, and
 * what changed is noted for them even between two requests: a returning request whose token is not older than the
 * notes looks only at the rooms noted.
 */
#ifndef SYNC_LIVE_H
#define SYNC_LIVE_H

#include "net/loop.h"
#include "store/users.h"
#include "sync/filter_cache.h"
#include "sync/reckoning.h"
#include "sync/wake.h"

struct live;
struct live_user;
struct judge;
struct recent_receipts;

/* A parked request. Embed it. */
struct live_wait {
    struct live_user *user;
    struct live_wait *prev, *next;
    uint64_t session_nid;
    void (*wake)(struct live_wait *wait);  /* something may have changed: look, then answer or stay */
    void (*ended)(struct live_wait *wait); /* the session is over: answer with 401 */
    struct wake_place place;
    uint64_t watched_nid; /* live_watch(): the room; 0: none */
    struct live_wait *watch_prev, *watch_next;
};

struct live *live_new(struct loop *loop, struct store *store);
void live_free(struct live **live);

/* The person's place in the index; made if need be. Valid until the loop turns, or for as long as a wait is parked. */
struct live_user *live_user_get(struct live *live, const struct user *user);
void live_park(struct live_user *user, struct live_wait *wait);
void live_unpark(struct live *live, struct live_wait *wait);
/* Has the parked request woken by what happens in a room as well that its person is not in; until it is unparked. */
void live_watch(struct live *live, struct live_wait *wait, uint64_t room_nid);
/* Under load, one who asks is not answered at once but with the next round of waking: parked, then live_wake_soon(). */
bool live_is_gathering(const struct live *live);
void live_wake_soon(struct live *live, struct live_wait *wait);
/* Wakes every parked request, for a draining server. */
void live_wake_all(struct live *live);

/* What changed for the person, as far as the notes go back: the newest position and typing serial by room. */
struct live_note {
    uint64_t room_nid;
    int64_t pos, typing;
};
/* True if the notes are complete for everything after pos and typing: then a room has something new only if it is among
 * *ret_notes with a larger one. Borrowed until the loop turns. */
bool live_notes_since(const struct live_user *user, int64_t pos, int64_t typing, const struct live_note **ret_notes,
                      size_t *ret_count);
/* Whether something was put into a queue of the person's devices (store/to_device.h) behind that position, as far as
 * the notes go: where live_notes_since() says that they are complete. */
bool live_to_device_since(const struct live_user *user, int64_t pos);
/* How far the notes of this loop reach: commits are in force before their notice has come here, and until then a room
 * they changed is not among anybody's notes. */
struct live_reach {
    int64_t pos, typing;
    uint64_t key_counts; /* store_key_counts_serial() */
};
struct live_reach live_reach(const struct live *live);
/* Lazy loading (spec "Lazy-loading room members": what was sent needs not be sent again). A device has a member's event
 * when it asks with a token at least as new as the answer that brought it: an answer that got lost counts for nothing.
 * Forgets now and then, which only costs bytes. */
bool live_member_known(const struct live_user *user, uint64_t device_nid, uint64_t room_nid, uint64_t member_nid,
                       int64_t since_pos);
void live_member_sent(struct live_user *user, uint64_t device_nid, uint64_t room_nid, uint64_t member_nid,
                      int64_t answer_pos);
/* A device begins anew, with the server or with a room. */
void live_members_forget(struct live_user *user);
/* The same for whoever it is, live here or not: the device may have begun anew on another loop. */
void live_members_forget_of(struct live *live, uint64_t user_nid);

/* A commit: to be called on the loop's thread, in commit order. */
void live_notice(struct live *live, const struct notice *notice);

/* What is remembered of the person's rules and counts; kept up to date here. */
struct reckoning *live_reckoning(struct live_user *user);

/* A person's presence changed: wakes those who share one of the rooms, large ones left out (they hear of it with
 * the next thing that happens). */
void live_presence(struct live *live, const uint64_t *room_nids, size_t count);

/* Whether the person is known to ignore nobody; forgotten when their account data changes. */
bool live_ignores_nobody(const struct live_user *user);
void live_set_ignores_nobody(struct live_user *user);
/* The stored filter the person last asked with, with a reference for the caller; NULL when that was another. Filters
 * never change under their id. */
const struct filter *live_filter(const struct live_user *user, str id);
void live_set_filter(struct live_user *user, str id, const struct filter *filter);
struct filter_cache *live_filters(struct live *live);
/* For the answer that is being built: whoever builds one resets it when it is built. */
struct arena *live_scratch(struct live *live);
/* What answers say of a device's one-time keys, as last set here; STR_NONE when it has to be read. Copied; forgotten
 * when keys of the person's come or go. */
str live_key_counts(const struct live_user *user, uint64_t device_nid);
void live_set_key_counts(struct live_user *user, uint64_t device_nid, str json);
/* What every person of the loop shares for judging events. */
struct judge *live_judge(struct live *live);
/* And for reading receipts. */
struct recent_receipts *live_receipts(struct live *live);

#endif
