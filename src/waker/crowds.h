/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The pushers of everybody in a room, for what is told to a whole crowd (store/push_queue.h): kept for a few rooms as
 * long as their state and everybody's pushers stay the same, so that the next message need not ask for each member.
 *
 * The waker's thread only, but for crowds_note_pushers(), which may be called on any.
 */
#ifndef WAKER_CROWDS_H
#define WAKER_CROWDS_H

#include "store/rooms.h"

struct crowds;

struct crowd_pusher {
    uint64_t user_nid, pusher_nid;
};

struct crowds *crowds_new(void);
void crowds_free(struct crowds **crowds);
/* Pushers have come or gone. */
void crowds_note_pushers(struct crowds *crowds);
/* Valid until the next call. Not all of them need be of devices that are signed in. RC_NOT_FOUND. */
enum rc crowds_of(struct crowds *crowds, struct tx *tx, uint64_t room_nid, const struct crowd_pusher **ret_pushers,
                  size_t *ret_count) MUST_USE;

#endif
