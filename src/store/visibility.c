/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who may see what, for one user and one room. The usual question, a member about what came after they joined, is
 * answered from the current state; the histories are read from disk when another one is asked for the first time.
 */
#include "store/events.h"
#include "store/lifetimes.h"
#include "store/visibility_rule.h"

struct visibility {
    struct tx *tx;
    const struct room *room;
    str user_id;
    int64_t alive_from;   /* what was sent before is over */
    int64_t joined_since; /* member without a break at least since; INT64_MAX: is none */
    bool loaded, failed;
    struct visibility_facts facts;
};

enum rc visibility_new(struct tx *tx, const struct room *room, str user_id, struct visibility **ret)
{
    struct visibility *visibility = arena_new(tx->arena, struct visibility);
    /* The tx may live on the caller's stack: what is read later is read with a copy. */
    visibility->tx = arena_new(tx->arena, struct tx);
    *visibility->tx = *tx;
    visibility->room = room;
    visibility->user_id = user_id;
    visibility->alive_from = lifetimes_alive_from(tx, room);
    visibility->joined_since = INT64_MAX;
    const struct event *member = user_id.len ? room_state_get(room->state, S("m.room.member"), user_id) : NULL;
    if (member && member->membership == MEMBERSHIP_JOIN)
        visibility->joined_since = member->pos;
    *ret = visibility;
    return RC_OK;
}

static enum rc memberships_load(struct visibility *visibility)
{
    struct event_list events = {0};
    if (visibility->user_id.len)
        TRY(events_member_history(visibility->tx, visibility->room, visibility->user_id, &events));
    struct membership_step *steps = arena_array(visibility->tx->arena, struct membership_step, events.count);
    for (size_t i = 0; i < events.count; i++)
        steps[i] = (struct membership_step){events.items[i]->pos, events.items[i]->membership};
    visibility->facts.memberships = steps;
    visibility->facts.membership_count = events.count;
    return RC_OK;
}

static enum rc settings_load(struct visibility *visibility)
{
    struct event_list events;
    TRY(events_visibility_history(visibility->tx, visibility->room, &events));
    struct visibility_step *steps = arena_array(visibility->tx->arena, struct visibility_step, events.count);
    for (size_t i = 0; i < events.count; i++) {
        yyjson_val *content;
        enum rc rc = event_content(events.items[i], visibility->tx->arena, &content);
        str name = rc == RC_OK ? json_str_of(yyjson_obj_get(content, "history_visibility")) : STR_NONE;
        steps[i] = (struct visibility_step){events.items[i]->pos, history_visibility_parse(name)};
    }
    visibility->facts.settings = steps;
    visibility->facts.setting_count = events.count;
    return RC_OK;
}

/* Null: the histories could not be read; then nothing is allowed. */
static const struct visibility_facts *facts_of(const struct visibility *asked)
{
    struct visibility *visibility = (struct visibility *)asked;
    if (!visibility->loaded) {
        visibility->loaded = true;
        visibility->failed = memberships_load(visibility) != RC_OK || settings_load(visibility) != RC_OK;
    }
    return visibility->failed ? NULL : &visibility->facts;
}

static bool is_state_of(const struct event *event, str type, str state_key)
{
    return event->is_state && str_eq(event->type, type) && str_eq(event->state_key, state_key);
}

bool visibility_allows(const struct visibility *visibility, const struct event *event)
{
    if (lifetime_is_over(visibility->alive_from, event))
        return false;
    if (event->pos >= visibility->joined_since)
        return true;
    const struct visibility_facts *facts = facts_of(visibility);
    return facts
           && facts_allow(facts, event->pos, is_state_of(event, S("m.room.member"), visibility->user_id),
                          is_state_of(event, S("m.room.history_visibility"), S("")));
}

bool visibility_allows_at(const struct visibility *visibility, int64_t pos)
{
    if (pos >= visibility->joined_since)
        return true;
    const struct visibility_facts *facts = facts_of(visibility);
    return facts && facts_allow(facts, pos, false, false);
}

enum membership visibility_membership_at(const struct visibility *visibility, int64_t pos)
{
    if (pos >= visibility->joined_since)
        return MEMBERSHIP_JOIN;
    const struct visibility_facts *facts = facts_of(visibility);
    return facts ? facts_membership_at(facts, pos) : MEMBERSHIP_NONE;
}

/* Where the last stay ended; 0: there was none. */
static int64_t left_at(const struct visibility_facts *facts)
{
    for (size_t i = facts->membership_count; i-- > 1;)
        if (facts->memberships[i - 1].membership == MEMBERSHIP_JOIN)
            return facts->memberships[i].pos;
    return 0;
}

int64_t visibility_left_at(const struct visibility *visibility)
{
    const struct visibility_facts *facts = facts_of(visibility);
    return facts ? left_at(facts) : 0;
}

int64_t visibility_until(const struct visibility *visibility)
{
    const struct room *room = visibility->room;
    if (visibility->joined_since != INT64_MAX || room_state_history(room->state) == HISTORY_WORLD_READABLE)
        return room->last_pos;
    const struct visibility_facts *facts = facts_of(visibility);
    if (!facts)
        return 0;
    enum membership now = facts_membership_at(facts, room->last_pos);
    if (now == MEMBERSHIP_INVITE && room_state_history(room->state) == HISTORY_INVITED)
        return room->last_pos;
    return left_at(facts);
}
