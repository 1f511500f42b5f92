/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Judging events by push rules for the people of one loop: the default set, and the events judged of late in parsed
 * form, since an event is judged for everybody it is delivered to one after another.
 */
#ifndef SYNC_JUDGE_H
#define SYNC_JUDGE_H

#include "store/rooms.h"
#include "sync/request.h"

struct judge *judge_new(void);
void judge_free(struct judge **judge);
/* Lets go of all events. To be called now and then, so that none is kept for long. */
void judge_forget(struct judge *judge);

/* Makes sure that the requester's rules are known (sync/reckoning.h). */
enum rc judge_load_rules(struct sync_request *request) MUST_USE;
/* What the requester's rules make of the event. */
struct push_verdict judge_event(struct sync_request *request, const struct room *room, const struct event *event);

#endif
