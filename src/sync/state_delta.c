/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The state an answer carries beside the timeline: what holds just before its first event, or what changed of it since
 * the client's token (spec "Syncing", the parameters of `state`).
 */
#include "base/vec.h"
#include "sync/delivery.h"

typedef VEC(const struct event *) event_vec;

struct selection {
    struct sync_request *request;
    struct delivery *delivery;
    event_vec chosen, replaced; /* replaced: set at or behind `until`; what held before has to be looked up */
    int64_t until;              /* state after this position */
    enum rc rc;
};

static bool sends_in_timeline(const struct delivery *delivery, str user_id)
{
    for (size_t i = 0; i < delivery->timeline.count; i++)
        if (str_eq(delivery->timeline.items[i]->sender, user_id))
            return true;
    return false;
}

/* Lazy loading leaves out members the client needs no names of. */
static bool member_wanted(const struct selection *s, const struct event *event)
{
    const struct event_filter *filter = &s->request->filter->state;
    if (!filter->lazy_load_members || !str_eq(event->type, S("m.room.member")))
        return true;
    return str_eq(event->state_key, s->request->user->user_id) || sends_in_timeline(s->delivery, event->state_key);
}

static void choose(struct selection *s, const struct event *event)
{
    if (member_wanted(s, event) && event_filter_allows(&s->request->filter->state, event))
        vec_push(&s->chosen, event);
}

static bool sort_out(const struct event *event, void *ctx)
{
    struct selection *s = ctx;
    if (event->pos <= s->until)
        choose(s, event);
    else
        vec_push(&s->replaced, event);
    return true;
}

static enum rc whole_state(struct selection *s)
{
    room_state_each(s->delivery->room->state, sort_out, s);
    for (size_t i = 0; i < s->replaced.count && s->delivery->room->created_pos <= s->until; i++) {
        const struct event *now = s->replaced.items[i], *before;
        if (!member_wanted(s, now))
            continue;
        enum rc rc = events_state_at(s->request->tx, s->delivery->room, now->type, now->state_key, s->until, &before);
        if (rc == RC_OK)
            choose(s, before);
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

static enum rc changed_state(struct selection *s)
{
    struct event_list changes;
    TRY(events_state_changes(s->request->tx, s->delivery->room, s->delivery->from, s->until, &changes));
    for (size_t i = 0; i < changes.count; i++)
        choose(s, changes.items[i]);
    return RC_OK;
}

static bool has_member(const event_vec *events, str user_id)
{
    for (size_t i = 0; i < events->count; i++)
        if (str_eq(events->items[i]->type, S("m.room.member")) && str_eq(events->items[i]->state_key, user_id))
            return true;
    return false;
}

/* Lazy loading in a room the client knows: the senders it may not have met yet. */
static enum rc add_new_senders(struct selection *s)
{
    const struct delivery *d = s->delivery;
    for (size_t i = 0; i < d->timeline.count; i++) {
        const struct event *event = d->timeline.items[i];
        if (str_eq(event->sender, s->request->user->user_id))
            continue;
        bool redundant = !s->request->filter->state.include_redundant_members
                         && !live_member_due(s->request->live, s->request->device_nid, d->room->nid, event->sender_nid);
        const struct event *member = room_state_get(d->room->state, S("m.room.member"), event->sender);
        if (redundant || !member || member->pos > s->until || has_member(&s->chosen, event->sender))
            continue;
        choose(s, member);
    }
    return RC_OK;
}

static bool is_member(const struct event *event)
{
    return event->is_state && str_eq(event->type, S("m.room.member"));
}

enum rc delivery_state(struct sync_request *request, struct delivery *delivery)
{
    struct selection s = {
        .request = request,
        .delivery = delivery,
        .until = request->state_after ? delivery->to : delivery->start - 1,
    };
    enum rc rc = RC_OK;
    if (event_filter_allows_room(&request->filter->state, delivery->room->room_id)) {
        if (delivery->whole || request->full_state)
            rc = whole_state(&s);
        else if (delivery->limited || request->state_after || delivery->visibility)
            rc = changed_state(&s);
        if (rc == RC_OK && request->filter->state.lazy_load_members && !delivery->whole)
            rc = add_new_senders(&s);
    }
    if (rc == RC_OK) {
        delivery->state.count = s.chosen.count;
        delivery->state.items = arena_array(request->arena, const struct event *, s.chosen.count);
        if (s.chosen.count)
            memcpy(delivery->state.items, s.chosen.items, s.chosen.count * sizeof *s.chosen.items);
        for (size_t i = 0; i < delivery->state.count; i++)
            delivery->membership_changed |= is_member(delivery->state.items[i]);
        for (size_t i = 0; i < delivery->timeline.count; i++)
            delivery->membership_changed |= is_member(delivery->timeline.items[i]);
    }
    vec_fini(&s.chosen);
    vec_fini(&s.replaced);
    return rc;
}
