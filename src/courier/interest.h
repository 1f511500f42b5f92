/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What an application service is interested in (spec: Application Service API, "Registration"): events its users send
 * or are the subject of, and everything of a room that is in its namespaces by id or address, or that one of its users
 * has joined at that moment. It is asked about the moment of the event, not of its delivery: a service that was away
 * gets what it would have got, no more and no less.
 *
 * One per service, used by one thread. Who is whose is remembered; what is found out of a room only until
 * interest_turn(), since membership and addresses change.
 */
#ifndef COURIER_INTEREST_H
#define COURIER_INTEREST_H

#include "appservice/appservice.h"
#include "store/stream.h"

struct interest;

struct interest *interest_new(void);
void interest_free(struct interest **interest);
/* Begins a turn: the tx and arena of what follows are new, and the service may have other namespaces. */
void interest_turn(struct interest *interest, const struct appservice *service);

bool interest_owns(struct interest *interest, struct tx *tx, uint64_t user_nid);
enum rc interest_in_event(struct interest *interest, struct tx *tx, const struct stream_item *item,
                          bool *ret_interested) MUST_USE;
/* In what happens in the room just after position pos. */
enum rc interest_in_room(struct interest *interest, struct tx *tx, uint64_t room_nid, int64_t pos,
                         bool *ret_interested) MUST_USE;

#endif
