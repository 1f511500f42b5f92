/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/unread.h"

#include "store/lifetimes.h"
#include "store/receipts.h"
#include "sync/judge.h"

/* Where counting begins: the furthest receipt, or the join of somebody who never sent one; behind what is gone. */
static enum rc read_position(struct sync_request *request, const struct room *room, const struct user_room *mine,
                             int64_t *ret_pos)
{
    int64_t receipt;
    TRY(receipts_read_pos(request->tx, room, request->user->nid, &receipt));
    *ret_pos = receipt ? receipt : mine->pos;
    if (*ret_pos < room->gone_pos)
        *ret_pos = room->gone_pos;
    return RC_OK;
}

static void count_event(struct sync_request *request, const struct room *room, const struct event *event,
                        struct reckoned *unread)
{
    if (event->sender_nid == request->user->nid) {
        if (!event->is_state)
            unread->notify = unread->highlight = 0; /* who answers has read */
        return;
    }
    struct push_verdict verdict = judge_event(request, room, event);
    if (verdict.notify && !unread->first_ms)
        unread->first_ms = event_taken_ms(event);
    unread->notify += verdict.notify;
    unread->highlight += verdict.highlight;
}

/* Counts on from unread->counted_to. */
static enum rc count_on(struct sync_request *request, const struct room *room, int64_t alive_from,
                        struct reckoned *unread)
{
    int64_t to = request->next.pos < room->last_pos ? request->next.pos : room->last_pos;
    struct event_list events;
    if (to <= unread->counted_to)
        return RC_OK;
    TRY(events_range(request->tx, room, unread->counted_to, to, true, LOOK_BACK_MAX, &events));
    if (events.count == LOOK_BACK_MAX) {
        int64_t now, then;
        TRY(events_notify_total_at(request->tx, room, events.items[events.count - 1]->pos - 1, &now));
        TRY(events_notify_total_at(request->tx, room, unread->counted_to, &then));
        unread->notify += now - then;
    }
    for (size_t i = events.count; i-- > 0;)
        if (!lifetime_is_over(alive_from, events.items[i]))
            count_event(request, room, events.items[i], unread);
    unread->counted_to = to;
    return RC_OK;
}

enum rc unread_count(struct sync_request *request, const struct room *room, const struct user_room *mine,
                     struct unread *ret_unread)
{
    struct reckoned *unread = reckoning_of_room(request->reckoning, room->nid);
    int64_t alive_from = lifetimes_alive_from(request->tx, room);
    /* What was counted may be over meanwhile. */
    if (!unread->valid || (unread->first_ms && unread->first_ms < alive_from)) {
        int64_t from;
        TRY(read_position(request, room, mine, &from));
        TRY(judge_load_rules(request));
        *unread = (struct reckoned){.counted_to = from, .valid = true};
    }
    enum rc rc = count_on(request, room, alive_from, unread);
    if (rc != RC_OK)
        unread->valid = false;
    *ret_unread = (struct unread){unread->notify, unread->highlight};
    return rc;
}
