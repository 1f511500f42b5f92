/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/notified.h"

#include "store/lifetimes.h"
#include "store/receipts.h"
#include "sync/judge.h"
#include "sync/unread.h"

enum { CHUNK_FIRST = 4, CHUNK_MAX = 64 }; /* events read of a room at once: more, the more of it is wanted */

/* A room on the way backwards. */
struct source {
    const struct user_room *mine;
    const struct room *room;
    int64_t head;  /* no event behind this position is left; 0: the room is through */
    int64_t floor; /* before the person had to do with the room */
    size_t chunk;
    struct event_list events; /* newest first, from `at` on */
    size_t at;
    struct visibility *visibility; /* once it is asked for */
    bool receipts_known;
    struct receipt *receipts;
    size_t receipt_count;
    int64_t own_pos; /* of the person's newest message: who answers has read */
};

struct walk {
    struct sync_request *request;
    struct source *sources; /* a heap: the largest head first */
    size_t count, scanned;
};

/* ---- the heap ---- */

static void sink(struct walk *walk, size_t i)
{
    for (;;) {
        size_t largest = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < walk->count; child++)
            if (walk->sources[child].head > walk->sources[largest].head)
                largest = child;
        if (largest == i)
            return;
        struct source moved = walk->sources[i];
        walk->sources[i] = walk->sources[largest];
        walk->sources[largest] = moved;
        i = largest;
    }
}

static void heap_build(struct walk *walk)
{
    for (size_t i = walk->count / 2; i-- > 0;)
        sink(walk, i);
}

/* ---- a room's events ---- */

/* Of an invitation there is nothing to see but the event itself. */
static enum rc find_floor(struct walk *walk, struct source *source)
{
    struct event_list history;
    source->floor = source->mine->pos - 1;
    if (source->mine->membership != MEMBERSHIP_JOIN)
        return RC_OK;
    TRY(events_member_history(walk->request->tx, source->room, walk->request->user->user_id, &history));
    if (history.count)
        source->floor = history.items[0]->pos - 1;
    return RC_OK;
}

static enum rc refill(struct walk *walk, struct source *source)
{
    if (!source->chunk)
        TRY(find_floor(walk, source));
    source->chunk = source->chunk ? source->chunk * 2 : CHUNK_FIRST;
    if (source->chunk > CHUNK_MAX)
        source->chunk = CHUNK_MAX;
    source->at = 0;
    return events_range(walk->request->tx, source->room, source->floor, source->head, true, source->chunk,
                        &source->events);
}

/* Makes the room's head an event that is there. */
static enum rc settle(struct walk *walk, struct source *source)
{
    if (source->at == source->events.count)
        TRY(refill(walk, source));
    source->head = source->events.count ? source->events.items[source->at]->pos : 0;
    return RC_OK;
}

/* ---- is it one? ---- */

/* What is done to oneself one is told of in any case, and shown in part before one may read the room. */
static enum rc is_seen(struct walk *walk, struct source *source, const struct event *event, bool *ret_seen)
{
    const struct user *user = walk->request->user;
    *ret_seen = false;
    if (event->redacted || lifetime_is_over(lifetimes_alive_from(walk->request->tx, source->room), event))
        return RC_OK;
    if (!source->visibility)
        TRY(visibility_new(walk->request->tx, source->room, user->user_id, &source->visibility));
    *ret_seen = (event->target_nid == user->nid && !event->for_target)
                || (visibility_membership_at(source->visibility, event->pos) == MEMBERSHIP_JOIN
                    && visibility_allows(source->visibility, event));
    return RC_OK;
}

static enum rc load_receipts(struct walk *walk, struct source *source)
{
    struct sync_request *request = walk->request;
    struct event_list newest;
    TRY(receipts_of_user(request->tx, source->room, request->user->nid, &source->receipts, &source->receipt_count));
    TRY(events_range(request->tx, source->room, 0, request->next.pos, true, LOOK_BACK_MAX, &newest));
    for (size_t i = 0; i < newest.count && !source->own_pos; i++)
        if (newest.items[i]->sender_nid == request->user->nid && !newest.items[i]->is_state)
            source->own_pos = newest.items[i]->pos;
    source->receipts_known = true;
    return RC_OK;
}

/* An unthreaded receipt reads everything before it, a threaded one its thread (spec "Threaded read receipts"). */
static enum rc is_read(struct walk *walk, struct source *source, const struct event *event, bool *ret_read)
{
    str thread = event->relation == REL_THREAD ? event->relates_to : S("main");
    if (!source->receipts_known)
        TRY(load_receipts(walk, source));
    *ret_read = event->pos <= source->own_pos;
    for (size_t i = 0; i < source->receipt_count && !*ret_read; i++) {
        const struct receipt *receipt = &source->receipts[i];
        bool covers = !receipt->thread.len || str_eq(receipt->thread, thread);
        *ret_read = covers && event->pos <= receipt->event_pos;
    }
    return RC_OK;
}

static enum rc take(struct walk *walk, const struct notified_query *query, struct source *source,
                    struct notified_page *page)
{
    const struct event *event = source->events.items[source->at];
    struct push_verdict verdict = judge_event(walk->request, source->room, event);
    bool seen;
    if (!verdict.notify || (query->highlights_only && !verdict.highlight))
        return RC_OK;
    TRY(is_seen(walk, source, event, &seen));
    if (!seen)
        return RC_OK;
    struct notified *item = &page->items[page->count];
    *item = (struct notified){.room = source->room, .event = event, .actions = verdict.actions};
    TRY(is_read(walk, source, event, &item->read));
    item->visibility = source->visibility;
    page->count++;
    return RC_OK;
}

/* ---- all rooms ---- */

static enum rc add_source(struct walk *walk, const struct user_room *mine, int64_t upto)
{
    bool hidden;
    struct source *source = &walk->sources[walk->count];
    if (mine->membership != MEMBERSHIP_JOIN && mine->membership != MEMBERSHIP_INVITE)
        return RC_OK;
    TRY(sync_invite_is_hidden(walk->request, mine, &hidden));
    if (hidden)
        return RC_OK;
    *source = (struct source){.mine = mine};
    TRY(rooms_get(walk->request->tx, mine->room_nid, &source->room));
    int64_t last = mine->membership == MEMBERSHIP_JOIN ? source->room->last_pos : mine->pos;
    source->head = last < upto ? last : upto;
    walk->count++;
    return RC_OK;
}

static enum rc walk_on(struct walk *walk, const struct notified_query *query, struct notified_page *page)
{
    while (page->count < query->limit && walk->scanned < NOTIFIED_SCAN_MAX && walk->count && walk->sources[0].head) {
        struct source *first = &walk->sources[0];
        int64_t head = first->head;
        TRY(settle(walk, first));
        if (first->head == head) {
            walk->scanned++;
            TRY(take(walk, query, first, page));
            first->at++;
            first->head = head - 1;
        }
        sink(walk, 0);
    }
    page->next = walk->count ? walk->sources[0].head : 0;
    return RC_OK;
}

enum rc notified_read(struct sync_request *request, const struct notified_query *query, struct notified_page *ret_page)
{
    const struct user_rooms *rooms = request->user->rooms;
    struct walk walk = {.request = request, .sources = arena_array(request->arena, struct source, rooms->count + 1)};
    int64_t upto = query->upto < request->next.pos ? query->upto : request->next.pos;
    *ret_page = (struct notified_page){.items = arena_array(request->arena, struct notified, query->limit + 1)};
    TRY(sync_load_ignored(request));
    TRY(judge_load_rules(request));
    for (size_t i = 0; i < rooms->count; i++)
        TRY(add_source(&walk, &rooms->rooms[i], upto));
    heap_build(&walk);
    return walk_on(&walk, query, ret_page);
}
