/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The state a room's config asks for: all of it at first, then what changed. */
#include "base/vec.h"
#include "sync/delivery.h"
#include "sync/sliding/answer.h"

#include <string.h>

typedef VEC(const struct event *) event_vec;

struct choice {
    struct sliding_answer *answer;
    const struct sliding_room *room;
    int64_t to;
    event_vec chosen;
    struct map has; /* event id → event: each once */
    enum rc rc;
};

static bool is_asked_for(const struct sliding_config *config, const struct event *event)
{
    for (size_t i = 0; i < config->state_count; i++)
        if (state_pattern_matches(&config->state[i], event->type, event->state_key))
            return true;
    return false;
}

static void choose(struct choice *c, const struct event *event)
{
    if (map_put_str(&c->has, event->event_id, (void *)event) == NULL)
        vec_push(&c->chosen, event);
}

/* What the room has may be newer than what this answer speaks of. */
static enum rc choose_current(struct choice *c, const struct event *event)
{
    const struct event *then = event;
    enum rc rc = RC_OK;
    if (event->pos > c->to)
        rc = events_state_at(c->answer->request->tx, c->room->room, event->type, event->state_key, c->to, &then);
    if (rc == RC_OK)
        choose(c, then);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool visit(const struct event *event, void *ctx)
{
    struct choice *c = ctx;
    if (is_asked_for(c->room->config, event))
        c->rc = choose_current(c, event);
    return c->rc == RC_OK;
}

static bool names_one(const struct state_pattern *pattern)
{
    return !str_eq(pattern->type, S("*")) && !str_eq(pattern->key, S("*"));
}

static enum rc whole_state(struct choice *c)
{
    const struct sliding_config *config = c->room->config;
    for (size_t i = 0; i < config->state_count; i++) {
        if (!names_one(&config->state[i])) {
            room_state_each(c->room->room->state, visit, c);
            return c->rc;
        }
    }
    for (size_t i = 0; i < config->state_count; i++) {
        const struct event *event = room_state_get(c->room->room->state, config->state[i].type, config->state[i].key);
        if (event)
            TRY(choose_current(c, event));
    }
    return RC_OK;
}

static bool is_member(const struct event *event)
{
    return event->is_state && str_eq(event->type, S("m.room.member"));
}

/* Without a gap the client can keep its list of members whole. */
static enum rc changed_state(struct choice *c, int64_t from, bool limited)
{
    struct event_list changes;
    TRY(events_state_changes(c->answer->request->tx, c->room->room, from, c->to, &changes));
    for (size_t i = 0; i < changes.count; i++)
        if (is_asked_for(c->room->config, changes.items[i])
            || (c->room->config->lazy_members && !limited && is_member(changes.items[i])))
            choose(c, changes.items[i]);
    return RC_OK;
}

static enum rc choose_member(struct choice *c, str user_id)
{
    const struct event *member = room_state_get(c->room->room->state, S("m.room.member"), user_id);
    return member ? choose_current(c, member) : RC_OK;
}

static enum rc lazy_members(struct choice *c)
{
    for (size_t i = 0; i < c->room->timeline.count; i++) {
        const struct event *event = c->room->timeline.items[i];
        TRY(choose_member(c, event->sender));
        if (is_member(event))
            TRY(choose_member(c, event->state_key));
    }
    return RC_OK;
}

enum rc sliding_required_state(struct sliding_answer *answer, const struct sliding_room *room, int64_t from, int64_t to,
                               bool whole, bool limited, struct event_list *ret_state)
{
    struct choice c = {.answer = answer, .room = room, .to = to};
    enum rc rc = whole ? whole_state(&c) : changed_state(&c, from, limited);
    if (rc == RC_OK && room->config->lazy_members)
        rc = lazy_members(&c);
    if (rc == RC_OK) {
        ret_state->count = c.chosen.count;
        ret_state->items = arena_array(answer->request->arena, const struct event *, c.chosen.count + 1);
        if (c.chosen.count)
            memcpy(ret_state->items, c.chosen.items, c.chosen.count * sizeof *c.chosen.items);
    }
    vec_fini(&c.chosen);
    map_fini(&c.has);
    return rc;
}
