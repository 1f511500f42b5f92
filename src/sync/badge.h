/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The number on the icon of an app: what is unread in all rooms of a person together, as /sync counts it room by room
 * (sync/unread.h). Spec, Push Gateway API, "counts": messages, not rooms.
 *
 * For whoever tells devices. What was counted is remembered, and looked at again only where a room, the person's
 * receipts or their rules have moved on, which a look at published snapshots shows. One thread at a time.
 */
#ifndef SYNC_BADGE_H
#define SYNC_BADGE_H

#include "store/users.h"

enum { BADGES_PEOPLE = 4096 }; /* remembered unless told otherwise; beyond, all are counted anew */

struct badges;

struct badges *badges_new(void);
void badges_free(struct badges **badges);
/* To remember fewer people, or more. */
void badges_bound(struct badges *badges, size_t people);
size_t badges_kept(const struct badges *badges);
/* As of now. tx: READ, of an act for PURPOSE_MESSAGING. */
enum rc badges_unread(struct badges *badges, struct tx *tx, uint64_t user_nid, int64_t *ret_unread) MUST_USE;

#endif
