/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/state.h"

#include "base/pmap.h"
#include "room/facts.h"

#include <stdlib.h>

struct room_state {
    _Atomic uint32_t refs;
    const struct room_version *version;
    struct pmap members; /* m.room.member, by user */
    struct pmap others;  /* all other state, by type and state key */
    size_t member_counts[MEMBERSHIP_COUNT];
    struct room_facts *facts;
};

/* ---- The two maps ---- */

static struct pmap_key member_key(const void *event)
{
    return (struct pmap_key){STR_NONE, ((const struct event *)event)->state_key};
}

static struct pmap_key other_key(const void *ptr)
{
    const struct event *event = ptr;
    return (struct pmap_key){event->type, event->state_key};
}

static void hold(const void *event)
{
    event_ref(event);
}

static void release(const void *ptr)
{
    const struct event *event = ptr;
    event_unref(&event);
}

static const struct pmap_type members_by_user = {member_key, pmap_key_hash, hold, release};
static const struct pmap_type others_by_key = {other_key, pmap_key_hash, hold, release};

static bool is_member_event(const struct event *event)
{
    return str_eq(event->type, S("m.room.member"));
}

static const struct event *facts_source(void *others, str type)
{
    return pmap_get(others, (struct pmap_key){type, S("")});
}

/* ---- Making ---- */

static struct room_state *state_alloc(const struct room_version *version)
{
    struct room_state *state = xcalloc(1, sizeof *state);
    atomic_init(&state->refs, 1);
    state->version = version;
    return state;
}

static bool count_member(const void *event, void *counts)
{
    ((size_t *)counts)[((const struct event *)event)->membership]++;
    return true;
}

struct room_state *room_state_load(const struct room_version *version, const struct event *const *events, size_t count)
{
    struct room_state *state = state_alloc(version);
    const void **sorted = xcalloc(count, sizeof *sorted);
    size_t members = 0, others = count;
    /* Members from the front, others from the back: the later of two for the same key must stay the later. */
    for (size_t i = 0; i < count; i++)
        if (is_member_event(events[i]))
            sorted[members++] = events[i];
    for (size_t i = count; i-- > 0;)
        if (!is_member_event(events[i]))
            sorted[--others] = events[i];
    state->members = pmap_from(&members_by_user, sorted, members);
    state->others = pmap_from(&others_by_key, sorted + members, count - members);
    free(sorted);
    pmap_each(&state->members, count_member, state->member_counts);
    state->facts = room_facts_new(version, facts_source, &state->others);
    return state;
}

struct room_state *room_state_new(const struct room_version *version)
{
    return room_state_load(version, NULL, 0);
}

static void put_member(struct room_state *next, const struct room_state *state, const struct event *event)
{
    const void *replaced;
    next->members = pmap_with(&state->members, event, &replaced);
    next->others = pmap_share(&state->others);
    next->facts = room_facts_ref(state->facts);
    if (replaced)
        next->member_counts[event_membership(replaced)]--;
    next->member_counts[event->membership]++;
}

static void put_other(struct room_state *next, const struct room_state *state, const struct event *event)
{
    next->members = pmap_share(&state->members);
    next->others = pmap_with(&state->others, event, NULL);
    next->facts = room_facts_concern(event->type, event->state_key)
                      ? room_facts_new(state->version, facts_source, &next->others)
                      : room_facts_ref(state->facts);
}

struct room_state *room_state_put(const struct room_state *state, const struct event *event)
{
    struct room_state *next = state_alloc(state->version);
    memcpy(next->member_counts, state->member_counts, sizeof next->member_counts);
    if (is_member_event(event))
        put_member(next, state, event);
    else
        put_other(next, state, event);
    return next;
}

struct room_state *room_state_ref(const struct room_state *state)
{
    struct room_state *shared = (struct room_state *)state;
    atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
    return shared;
}

void room_state_unref(const struct room_state **state_ptr)
{
    struct room_state *state = (struct room_state *)*state_ptr;
    *state_ptr = NULL;
    if (!state || atomic_fetch_sub_explicit(&state->refs, 1, memory_order_acq_rel) != 1)
        return;
    pmap_fini(&state->members);
    pmap_fini(&state->others);
    room_facts_unref(state->facts);
    free(state);
}

/* ---- Reading ---- */

const struct room_version *room_state_version(const struct room_state *state)
{
    return state->version;
}

const struct event *room_state_get(const struct room_state *state, str type, str state_key)
{
    if (str_eq(type, S("m.room.member")))
        return pmap_get(&state->members, (struct pmap_key){STR_NONE, state_key});
    return pmap_get(&state->others, (struct pmap_key){type, state_key});
}

size_t room_state_count(const struct room_state *state)
{
    return state->members.count + state->others.count;
}

struct visitor {
    bool (*event)(const struct event *event, void *ctx);
    bool (*member)(const struct event *event, enum membership membership, void *ctx);
    void *ctx;
};

static bool visit_event(const void *event, void *ptr)
{
    struct visitor *visitor = ptr;
    return visitor->event(event, visitor->ctx);
}

static bool visit_member(const void *event, void *ptr)
{
    struct visitor *visitor = ptr;
    return visitor->member(event, event_membership(event), visitor->ctx);
}

void room_state_each(const struct room_state *state, bool (*visit)(const struct event *event, void *ctx), void *ctx)
{
    struct visitor visitor = {.event = visit, .ctx = ctx};
    if (pmap_each(&state->others, visit_event, &visitor))
        pmap_each(&state->members, visit_event, &visitor);
}

void room_state_each_member(const struct room_state *state,
                            bool (*visit)(const struct event *event, enum membership membership, void *ctx), void *ctx)
{
    struct visitor visitor = {.member = visit, .ctx = ctx};
    pmap_each(&state->members, visit_member, &visitor);
}

enum membership event_membership(const struct event *member_event)
{
    return member_event->membership;
}

enum membership room_state_membership(const struct room_state *state, str user_id)
{
    const struct event *member = room_state_get(state, S("m.room.member"), user_id);
    return member ? member->membership : MEMBERSHIP_NONE;
}

size_t room_state_member_count(const struct room_state *state, enum membership membership)
{
    return state->member_counts[membership];
}

enum join_rule room_state_join_rule(const struct room_state *state)
{
    return state->facts->join_rule;
}

static const str history_names[] = {
    [HISTORY_SHARED] = STR_INIT("shared"),
    [HISTORY_WORLD_READABLE] = STR_INIT("world_readable"),
    [HISTORY_INVITED] = STR_INIT("invited"),
    [HISTORY_JOINED] = STR_INIT("joined"),
};

/* Spec, client-server API, "Room history visibility": unknown or absent counts as `shared`. */
enum history_visibility history_visibility_parse(str name)
{
    for (size_t i = 0; i < sizeof history_names / sizeof history_names[0]; i++)
        if (str_eq(history_names[i], name))
            return (enum history_visibility)i;
    return HISTORY_SHARED;
}

enum history_visibility room_state_history(const struct room_state *state)
{
    return state->facts->history;
}

bool room_state_guests_may_join(const struct room_state *state)
{
    return state->facts->guests_may_join;
}

const struct room_power *room_state_power(const struct room_state *state)
{
    return &state->facts->power;
}

bool room_state_may_invite(const struct room_state *state, str user_id)
{
    return room_state_membership(state, user_id) == MEMBERSHIP_JOIN
           && room_state_power_of(state, user_id) >= room_state_power(state)->invite;
}

/* Spec v12, "Authorization rules", note on room creators; before, the one who created the room. */
bool room_state_is_creator(const struct room_state *state, str user_id)
{
    const struct room_facts *facts = state->facts;
    if (facts->creator.len && str_eq(facts->creator, user_id))
        return true;
    for (size_t i = 0; i < facts->additional_count; i++)
        if (str_eq(facts->additional_creators[i], user_id))
            return true;
    return false;
}

int64_t room_state_power_of(const struct room_state *state, str user_id)
{
    const struct room_facts *facts = state->facts;
    bool creator = room_state_is_creator(state, user_id);
    if (creator && state->version->privileged_creators)
        return POWER_CREATOR;
    /* Spec, m.room.power_levels: without the event the creator has 100, everybody else 0. */
    if (creator && !facts->has_power_levels)
        return 100;
    int64_t level = facts->power.users_default;
    power_table_find(&facts->user_power, user_id, &level);
    return level;
}

int64_t room_state_power_for(const struct room_state *state, str type, bool is_state)
{
    const struct room_facts *facts = state->facts;
    int64_t level = is_state ? facts->power.state_default : facts->power.events_default;
    power_table_find(&facts->event_power, type, &level);
    return level;
}

str room_state_name(const struct room_state *state)
{
    return state->facts->name;
}

str room_state_topic(const struct room_state *state)
{
    return state->facts->topic;
}

str room_state_avatar(const struct room_state *state)
{
    return state->facts->avatar;
}

str room_state_canonical_alias(const struct room_state *state)
{
    return state->facts->canonical_alias;
}

str room_state_room_type(const struct room_state *state)
{
    return state->facts->room_type;
}

bool room_state_is_encrypted(const struct room_state *state)
{
    return state->facts->encrypted;
}

int64_t room_state_slow_mode_ms(const struct room_state *state)
{
    return state->facts->slow_mode_ms;
}

bool room_state_previews(const struct room_state *state)
{
    return state->facts->previews;
}
