/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/heroes.h"

#include <string.h>

/* Beyond, who is found first will do: the order is for people who look at a short list. */
enum { LOOK_MAX = 2000 };

struct picking {
    str user_id;
    enum heroes_order order;
    bool gone; /* looking for people who were here, because nobody else is */
    const struct event **events;
    size_t count, looked_at;
};

static bool fits(const struct picking *picking, str user_id, enum membership membership)
{
    bool here = membership == MEMBERSHIP_JOIN || membership == MEMBERSHIP_INVITE;
    bool left = membership == MEMBERSHIP_LEAVE || membership == MEMBERSHIP_BAN;
    return (picking->gone ? left : here) && !str_eq(user_id, picking->user_id);
}

static bool comes_before(const struct picking *p, const struct event *a, const struct event *b)
{
    if (p->order == HEROES_JOINED_FIRST && !p->gone && a->membership != b->membership)
        return a->membership == MEMBERSHIP_JOIN;
    return a->pos < b->pos;
}

static bool pick(const struct event *event, enum membership membership, void *ctx)
{
    struct picking *p = ctx;
    if (fits(p, event->state_key, membership)) {
        size_t place = p->count;
        while (place && comes_before(p, event, p->events[place - 1]))
            place--;
        if (place < HEROES_MAX) {
            size_t behind = (p->count < HEROES_MAX ? p->count : HEROES_MAX - 1) - place;
            memmove(p->events + place + 1, p->events + place, behind * sizeof *p->events);
            p->events[place] = event;
            p->count += p->count < HEROES_MAX;
        }
    }
    return ++p->looked_at < LOOK_MAX || p->count < HEROES_MAX;
}

size_t heroes_pick(const struct room_state *state, str user_id, enum heroes_order order,
                   const struct event *ret_events[HEROES_MAX])
{
    struct picking picking = {.user_id = user_id, .order = order, .events = ret_events};
    room_state_each_member(state, pick, &picking);
    if (picking.count == 0) {
        picking.gone = true;
        picking.looked_at = 0;
        room_state_each_member(state, pick, &picking);
    }
    return picking.count;
}
