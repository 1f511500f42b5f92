/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which events of a room an answer's timeline holds. */
#include "store/lifetimes.h"

#include "sync/delivery.h"
#include "sync/filter_related.h"

enum {
    BATCH = 64,      /* events looked at per read where some may be left out */
    SCAN_MAX = 2000, /* looked at in all: a filter that lets hardly anything through ends there, limited */
};

/* The event that ended a stay, an invitation or a ban is its person's to see, whatever the history's visibility. */
static bool is_own_end(const struct delivery *delivery, const struct event *event)
{
    return event->pos == delivery->mine->pos && delivery->mine->membership != MEMBERSHIP_JOIN;
}

static enum rc is_shown(struct sync_request *request, const struct delivery *delivery, const struct event *event,
                        bool *ret_shown)
{
    const struct event_filter *filter = &request->filter->timeline;
    *ret_shown =
        event_filter_allows(filter, event)
        && (!delivery->visibility || is_own_end(delivery, event) || visibility_allows(delivery->visibility, event))
        && (event->is_state || !ignored_users_has(request->ignored, event->sender));
    if (!*ret_shown || filter->plain)
        return RC_OK;
    return filter_related_allows(request->tx, delivery->room, delivery->visibility, filter, event, ret_shown);
}

static void reverse(struct event_list *list)
{
    for (size_t i = 0; i < list->count / 2; i++) {
        const struct event *other = list->items[list->count - 1 - i];
        list->items[list->count - 1 - i] = list->items[i];
        list->items[i] = other;
    }
}

/* Newest first, until there is one more than wanted (which says that there is more) or nothing is left. */
static enum rc collect(struct sync_request *request, struct delivery *delivery, size_t want)
{
    int64_t to = delivery->to;
    size_t scanned = 0;
    delivery->timeline.items = arena_array(request->arena, const struct event *, want + 1);
    while (delivery->timeline.count <= want && scanned < SCAN_MAX) {
        struct event_list batch;
        size_t ask = want + 1 - delivery->timeline.count;
        if (ask < BATCH && scanned)
            ask = BATCH;
        TRY(events_range(request->tx, delivery->room, delivery->from, to, true, ask, &batch));
        for (size_t i = 0; i < batch.count && delivery->timeline.count <= want; i++) {
            bool shown;
            TRY(is_shown(request, delivery, batch.items[i], &shown));
            if (shown)
                delivery->timeline.items[delivery->timeline.count++] = batch.items[i];
        }
        scanned += batch.count;
        if (batch.count < ask)
            return RC_OK;
        to = batch.items[batch.count - 1]->pos - 1;
    }
    delivery->limited = true;
    return RC_OK;
}

enum rc delivery_timeline(struct sync_request *request, struct delivery *delivery)
{
    size_t want = (size_t)request->filter->timeline.limit;
    bool continuous =
        delivery->mine->membership == MEMBERSHIP_JOIN && !delivery->whole && delivery->mine->pos <= delivery->from;
    if (!continuous || lifetimes_concern(request->tx->store, delivery->room)) {
        struct visibility *visibility;
        TRY(visibility_new(request->tx, delivery->room, request->user->user_id, &visibility));
        delivery->visibility = visibility;
    }
    delivery->start = delivery->to + 1;
    delivery->prev_batch = delivery->to;
    if (!event_filter_allows_room(&request->filter->timeline, delivery->room->room_id))
        return RC_OK;
    if (delivery->room->last_pos > delivery->from)
        TRY(collect(request, delivery, want));
    if (delivery->timeline.count > want)
        delivery->timeline.count = want;
    if (delivery->timeline.count)
        delivery->start = delivery->timeline.items[delivery->timeline.count - 1]->pos;
    else if (!delivery->limited)
        delivery->start = delivery->to + 1;
    delivery->prev_batch = delivery->start - 1;
    reverse(&delivery->timeline);
    return RC_OK;
}
