/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "push/decide.h"

#include "push/audience.h"
#include "store/act.h"
#include "store/hooks.h"
#include "store/push_queue.h"

/* Below, a row for each is cheaper to find again than the crowd's is. */
enum { CROWD_FROM = 20 };

/* A set of rules takes some ten kilobytes, a place some ten bytes. */
static const struct audience_bounds bounds = {.rooms = 4096, .places = 1000000, .rules = 4000};

struct push_decider {
    struct audience *audience;
    struct push_rules *defaults;
    size_t crowd_from; /* so many who are told alike are told as one */
};

/* One event being decided. */
struct round {
    struct push_decider *decider;
    struct tx *tx;
    const struct room *room;
    const struct event *event;
    const struct audience_room *people;
    struct push_event parsed;
    struct push_shortlist by_default;
    uint64_t *named; /* numbers of those whom the event names, ascending */
    size_t named_count;
    bool as_crowd; /* those in the crowd are told as one: rows are for who hears something else */
    struct push_due *due;
    size_t due_count;
};

/* ---- one person ---- */

static uint32_t flags_of(const struct push_verdict *verdict)
{
    uint32_t flags = verdict->highlight ? PUSH_HIGHLIGHT : 0;
    if (verdict->sound.len)
        flags |= str_eq(verdict->sound, S("ring")) ? PUSH_SOUND | PUSH_SOUND_RING : PUSH_SOUND;
    return flags;
}

static struct push_due due_of(const struct round *round, uint64_t user_nid, uint32_t flags)
{
    return (struct push_due){
        .user_nid = user_nid, .room_nid = round->room->nid, .pos = round->event->pos, .flags = flags};
}

static void add(struct round *round, const struct listener *listener, const struct push_verdict *verdict)
{
    bool contradicts = round->as_crowd && listener->in_crowd;
    if (listener->nid == round->event->sender_nid || (!verdict->notify && !contradicts))
        return;
    round->due[round->due_count++] = due_of(round, listener->nid, verdict->notify ? flags_of(verdict) : PUSH_NOTHING);
}

static void ask(struct round *round, const struct listener *listener)
{
    if (ignored_users_has(listener->ignored, round->event->sender))
        return;
    struct push_verdict verdict = listener->rules ? push_rules_judge(listener->rules, &round->parsed, listener->user_id)
                                                  : push_shortlist_judge(&round->by_default, listener->user_id);
    add(round, listener, &verdict);
}

/* ---- those whom the event names ---- */

static int by_number(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool is_named(const struct round *round, uint64_t nid)
{
    return round->named_count && bsearch(&nid, round->named, round->named_count, sizeof nid, by_number);
}

/* Of those only who is here by the default rules: the others are asked anyhow. */
static void find_named(struct round *round, const str *user_ids, size_t count)
{
    round->named = arena_array(round->tx->arena, uint64_t, count);
    for (size_t i = 0; i < count; i++) {
        const struct event *member = room_state_get(round->room->state, S("m.room.member"), user_ids[i]);
        const struct listener *listener = member ? map_get(&round->people->people, member->target_nid) : NULL;
        if (listener && listener->in_crowd)
            round->named[round->named_count++] = listener->nid;
    }
    if (round->named_count)
        qsort(round->named, round->named_count, sizeof *round->named, by_number);
}

/* ---- everybody ---- */

static void ask_everybody(struct round *round)
{
    const struct listener *listener;
    for (size_t cursor = 0; (listener = map_next(&round->people->people, &cursor, NULL, NULL));)
        if (listener->in_crowd)
            ask(round, listener);
}

static void tell_the_others(struct round *round)
{
    const struct listener *listener;
    if (round->as_crowd || !round->by_default.otherwise.notify)
        return;
    for (size_t cursor = 0; (listener = map_next(&round->people->people, &cursor, NULL, NULL));)
        if (listener->in_crowd && !is_named(round, listener->nid))
            add(round, listener, &round->by_default.otherwise);
}

static void ask_plain(struct round *round)
{
    str *user_ids;
    size_t count;
    if (!push_shortlist_named(&round->by_default, &user_ids, &count)) {
        ask_everybody(round);
        return;
    }
    find_named(round, user_ids, count);
    size_t others = round->people->people.count - round->people->own.count - round->named_count;
    round->as_crowd = round->by_default.otherwise.notify && others >= round->decider->crowd_from;
    for (size_t i = 0; i < round->named_count; i++)
        ask(round, map_get(&round->people->people, round->named[i]));
    tell_the_others(round);
}

/* Not a member yet, and invited by somebody they do not ignore, unless they take no invites. */
static enum rc ask_invited(struct round *round)
{
    const struct listener *listener;
    bool blocked;
    TRY(invites_are_blocked(round->tx, round->event->target_nid, &blocked));
    if (blocked)
        return RC_OK;
    enum rc rc = audience_person(round->decider->audience, round->tx, round->event->target_nid, &listener);
    if (rc == RC_OK)
        ask(round, listener);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- an event ---- */

/* More than who sent it. */
static bool concerns_anybody(const struct round *round, bool invited)
{
    const struct map *people = &round->people->people;
    return invited || people->count > 1 || (people->count == 1 && !map_get(people, round->event->sender_nid));
}

static enum rc decide_round(struct round *round, bool invited)
{
    const struct audience_room *people = round->people;
    if (push_event_init(round->event, round->room->state, round->tx->arena, &round->parsed) != RC_OK)
        return RC_OK;
    push_rules_shortlist(round->decider->defaults, &round->parsed, &round->by_default);
    round->due = arena_array(round->tx->arena, struct push_due, people->people.count + 1);
    ask_plain(round);
    for (size_t i = 0; i < people->own.count; i++)
        ask(round, people->own.items[i]);
    if (invited)
        TRY(ask_invited(round));
    if (round->as_crowd) {
        struct push_due due = due_of(round, 0, flags_of(&round->by_default.otherwise));
        TRY(push_queue_add_crowd(round->tx, &due));
    }
    return push_queue_add(round->tx, round->due, round->due_count);
}

static enum rc decide(struct push_decider *decider, struct tx *tx, const struct room *room, const struct event *event)
{
    struct round round = {.decider = decider, .tx = tx, .room = room, .event = event};
    if (event->membership != MEMBERSHIP_NONE)
        TRY(audience_note_member(decider->audience, tx, event));
    TRY(audience_in(decider->audience, tx, room, &round.people));
    bool invited = event->membership == MEMBERSHIP_INVITE && push_queue_wanted(tx, event->target_nid);
    return concerns_anybody(&round, invited) ? decide_round(&round, invited) : RC_OK;
}

/* People's settings are read for what they ask of the program, not for whoever sends. */
static const struct act deciding = ACT_SERVICE(PURPOSE_MESSAGING);

static enum rc on_event(void *ctx, struct tx *tx, const struct room *room, const struct event *event)
{
    if (!push_queue_people(tx))
        return RC_OK;
    const struct act *act = tx->act;
    tx->act = &deciding;
    enum rc rc = decide(ctx, tx, room, event);
    tx->act = act;
    return rc;
}

/* ---- what else changes ---- */

static void on_pushers(void *ctx, struct tx *tx, uint64_t user_nid)
{
    struct push_decider *decider = ctx;
    audience_note_person(decider->audience, tx, user_nid);
}

static enum rc on_account_data(void *ctx, struct tx *tx, uint64_t user_nid, str type)
{
    struct push_decider *decider = ctx;
    bool bears = str_eq(type, S("m.push_rules")) || str_eq(type, S("m.ignored_user_list"));
    if (!bears || !push_queue_wanted(tx, user_nid))
        return RC_OK;
    audience_note_person(decider->audience, tx, user_nid);
    return push_queue_leave_crowd(tx, user_nid);
}

struct push_decider *push_decider_new(struct store *store)
{
    struct push_decider *decider = xcalloc(1, sizeof *decider);
    decider->audience = audience_new(&bounds);
    decider->crowd_from = CROWD_FROM;
    if (push_rules_new(STR_NONE, &decider->defaults, NULL) != RC_OK)
        abort(); /* the default rules are part of the program */
    struct store_hooks hooks = {decider, on_event, on_pushers, on_account_data};
    store_set_hooks(store, &hooks);
    return decider;
}

void push_decider_set_crowd(struct push_decider *decider, size_t from)
{
    decider->crowd_from = from;
}

void push_decider_free(struct push_decider **decider)
{
    if (!*decider)
        return;
    audience_free(&(*decider)->audience);
    push_rules_free(&(*decider)->defaults);
    free(*decider);
    *decider = NULL;
}
