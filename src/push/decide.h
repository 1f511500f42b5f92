/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who of a room's people is told of an event, decided in the commit of the event (store/hooks.h): what is due goes into
 * the queue with the event or not at all, whatever ends the server.
 *
 * Decided in bulk. Once for everybody whom the default rules speak for, then one by one for those whom the event
 * names — mentioned, or invited — and those with rules of their own. Members without pushers are not looked at; those
 * who are told alike, if many, are one row (store/push_queue.h). So an event costs what its mentions cost.
 */
#ifndef PUSH_DECIDE_H
#define PUSH_DECIDE_H

#include "store/store.h"

struct push_decider;

/* Before the store's first job; sets its hooks. */
struct push_decider *push_decider_new(struct store *store);
/* How many are told as one instead of one by one, at least. */
void push_decider_set_crowd(struct push_decider *decider, size_t from);
/* After the store is closed. */
void push_decider_free(struct push_decider **decider);

#endif
