/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What judging and counting remember of one person between two answers: their push rules, and what was unread where.
 * Whoever keeps one drops what no longer holds: with the person's account data the rules, and with them all counts;
 * with their read position or membership the room's count. One thread at a time.
 */
#ifndef SYNC_RECKONING_H
#define SYNC_RECKONING_H

#include "base/map.h"
#include "push/rules.h"

struct reckoning {
    struct map unread;        /* room nid → struct reckoned */
    struct push_rules *rules; /* of their own; NULL: the defaults */
    bool rules_known;
};

/* Of one room (see sync/unread.h). */
struct reckoned {
    int64_t counted_to, notify, highlight;
    int64_t first_ms; /* when the oldest message that was counted was sent; 0: none was */
    bool valid;
};

void reckoning_fini(struct reckoning *reckoning);
/* The rules may have changed. */
void reckoning_forget(struct reckoning *reckoning);
/* Made if need be, then not valid. */
struct reckoned *reckoning_of_room(struct reckoning *reckoning, uint64_t room_nid);
/* Takes over rules. */
void reckoning_set_rules(struct reckoning *reckoning, struct push_rules *rules);

#endif
