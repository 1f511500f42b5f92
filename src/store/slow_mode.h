/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Slow mode: a room in which each member writes at most one message in a while, as its state event
 * org.parley.slow_mode says: {"interval": milliseconds}. Who may take away other people's messages (the power level
 * `redact`) is not held up. Reactions, edits, answers to polls, calls and what devices exchange to verify each other
 * are not messages of one's own, and pass.
 *
 * When somebody wrote last is a row of the event's own commit: it holds over restarts, and an event that was not
 * stored holds nobody up.
 */
#ifndef STORE_SLOW_MODE_H
#define STORE_SLOW_MODE_H

#include "store/rooms.h"

/* How long they have to wait until they may write in the room, in ms; 0: not at all. */
enum rc slow_mode_wait(struct tx *tx, const struct room *room, uint64_t user_nid, str user_id,
                       int64_t *ret_wait_ms) MUST_USE;

/* WRITE. For an event about to be stored: RC_LIMITED when its sender has to wait, else notes that they wrote. */
enum rc slow_mode_take(struct tx *tx, const struct room *room, const struct event *event, uint64_t sender_nid) MUST_USE;

#endif
