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

static bool is_member(const struct event *event)
{
    return event->is_state && str_eq(event->type, S("m.room.member"));
}

/* With state_after nothing else tells of a change of membership that is in the timeline. */
static bool stands_in_timeline(const struct selection *s, str user_id)
{
    const struct event_list *timeline = &s->delivery->timeline;
    for (size_t i = 0; i < timeline->count; i++)
        if (str_eq(timeline->items[i]->sender, user_id)
            || (s->request->state_after && is_member(timeline->items[i])
                && str_eq(timeline->items[i]->state_key, user_id)))
            return true;
    return false;
}

/* Lazy loading leaves out members the client needs no names of. */
static bool member_wanted(const struct selection *s, const struct event *event)
{
    const struct event_filter *filter = &s->request->filter->state;
    if (!filter->lazy_load_members || !is_member(event))
        return true;
    return str_eq(event->state_key, s->request->user->user_id) || stands_in_timeline(s, event->state_key);
}

static void choose(struct selection *s, const struct event *event)
{
    if (event_filter_allows(&s->request->filter->state, event))
        vec_push(&s->chosen, event);
}

static bool sort_out(const struct event *event, void *ctx)
{
    struct selection *s = ctx;
    if (!member_wanted(s, event))
        return true;
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
        enum rc rc = events_state_at(s->request->tx, s->delivery->room, now->type, now->state_key, s->until, &before);
        if (rc == RC_OK)
            choose(s, before);
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

/* Members too, however lazily they are loaded (spec "GET /sync": else joins, leaves and names in a gap were lost). */
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
        if (is_member(events->items[i]) && str_eq(events->items[i]->state_key, user_id))
            return true;
    return false;
}

/* A member's event the client may not have: it was neither sent before nor is it in the timeline. */
static void choose_member(struct selection *s, const struct event *member)
{
    const struct sync_request *request = s->request;
    bool redundant = !request->initial && !request->filter->state.include_redundant_members
                     && live_member_known(request->live, request->device_nid, s->delivery->room->nid,
                                          member->target_nid, request->since.pos);
    if (!redundant && member->pos <= s->until && !has_member(&s->chosen, member->state_key))
        choose(s, member);
}

/* Lazy loading in a room the client knows: the senders it may not have met yet. */
static void choose_senders(struct selection *s)
{
    const struct delivery *d = s->delivery;
    for (size_t i = 0; i < d->timeline.count; i++) {
        str sender = d->timeline.items[i]->sender;
        const struct event *member = room_state_get(d->room->state, S("m.room.member"), sender);
        if (member && !str_eq(sender, s->request->user->user_id))
            choose_member(s, member);
    }
}

/* What the summary is made of: the members, and whether the room has a name. */
static bool is_summarised(const struct event *event)
{
    return is_member(event)
           || (event->is_state && !event->state_key.len
               && (str_eq(event->type, S("m.room.name")) || str_eq(event->type, S("m.room.canonical_alias"))));
}

/* Filters may hide what changed. */
static enum rc look_for_changes(struct selection *s)
{
    struct delivery *d = s->delivery;
    const struct filter *filter = s->request->filter;
    d->summary_changed = d->whole;
    for (size_t i = 0; i < s->chosen.count; i++)
        d->summary_changed |= is_summarised(s->chosen.items[i]);
    for (size_t i = 0; i < d->timeline.count; i++)
        d->summary_changed |= is_summarised(d->timeline.items[i]);
    if (d->summary_changed || (filter->timeline.plain && filter->state.plain))
        return RC_OK;
    struct event_list changes;
    TRY(events_state_changes(s->request->tx, d->room, d->from, d->to, &changes));
    for (size_t i = 0; i < changes.count; i++)
        d->summary_changed |= is_summarised(changes.items[i]);
    return RC_OK;
}

/* Spec "RoomSummary": with lazy loading the heroes' member events come along. */
static void choose_heroes(struct selection *s)
{
    struct delivery *d = s->delivery;
    if (d->mine->membership != MEMBERSHIP_JOIN || !d->summary_changed || delivery_room_is_named(d))
        return;
    d->hero_count = heroes_pick(d->room->state, s->request->user->user_id, HEROES_BY_STREAM, d->heroes);
    for (size_t i = 0; s->request->filter->state.lazy_load_members && i < d->hero_count; i++)
        choose_member(s, d->heroes[i]);
}

static void note_members(const struct selection *s, const struct event *const *events, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_member(events[i]) && events[i]->target_nid)
            live_member_sent(s->request->live, s->request->device_nid, s->delivery->room->nid, events[i]->target_nid,
                             s->request->next.pos);
}

static enum rc select_state(struct selection *s)
{
    struct sync_request *request = s->request;
    struct delivery *d = s->delivery;
    bool lazy = request->filter->state.lazy_load_members;
    bool wanted = event_filter_allows_room(&request->filter->state, d->room->room_id);
    if (lazy && d->whole && !request->initial)
        live_members_forget(request->live);
    if (wanted && (d->whole || request->full_state))
        TRY(whole_state(s));
    else if (wanted && (d->limited || request->state_after || d->visibility || !request->filter->timeline.plain))
        TRY(changed_state(s));
    if (wanted && lazy && !d->whole)
        choose_senders(s);
    TRY(look_for_changes(s));
    if (wanted)
        choose_heroes(s);
    if (lazy) {
        note_members(s, s->chosen.items, s->chosen.count);
        note_members(s, d->timeline.items, d->timeline.count);
    }
    return RC_OK;
}

enum rc delivery_state(struct sync_request *request, struct delivery *delivery)
{
    struct selection s = {
        .request = request,
        .delivery = delivery,
        .until = request->state_after ? delivery->to : delivery->start - 1,
    };
    enum rc rc = select_state(&s);
    if (rc == RC_OK) {
        delivery->state.count = s.chosen.count;
        delivery->state.items = arena_array(request->arena, const struct event *, s.chosen.count);
        if (s.chosen.count)
            memcpy(delivery->state.items, s.chosen.items, s.chosen.count * sizeof *s.chosen.items);
    }
    vec_fini(&s.chosen);
    vec_fini(&s.replaced);
    return rc;
}
