/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What of a room's history one answer carries: the timeline's events and the state before (or after) them.
 */
#ifndef SYNC_DELIVERY_H
#define SYNC_DELIVERY_H

#include "store/events.h"
#include "sync/heroes.h"
#include "sync/request.h"

struct delivery {
    const struct room *room;
    const struct user_room *mine;
    bool whole;   /* the client knows nothing of the room yet */
    int64_t from; /* the client knows everything up to here; 0 when whole */
    int64_t to;   /* nothing behind this is told */

    /* delivery_timeline() */
    const struct visibility *visibility; /* NULL: joined all the time, sees everything, and it stays */
    struct event_list timeline;          /* oldest first, all to be shown */
    bool limited;
    int64_t start; /* position of the first event of the timeline; to + 1 when it is empty */
    int64_t prev_batch;
    /* delivery_state() */
    struct event_list state;
    bool summary_changed;                   /* who is in the room, or its name */
    const struct event *heroes[HEROES_MAX]; /* when that is so and the room has no name */
    size_t hero_count;
};

enum rc delivery_timeline(struct sync_request *request, struct delivery *delivery) MUST_USE;
enum rc delivery_state(struct sync_request *request, struct delivery *delivery) MUST_USE;
/* "timeline":{…} and ,"state":{…} (or "state_after"). */
enum rc delivery_add(struct sync_request *request, const struct delivery *delivery, struct strbuf *out) MUST_USE;
/* By a name or an address: then nobody needs heroes. */
bool delivery_room_is_named(const struct delivery *delivery);
/* ,"summary":{…} */
void delivery_add_summary(const struct delivery *delivery, struct strbuf *out);

#endif
