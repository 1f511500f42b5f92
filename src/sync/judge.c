/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/judge.h"

#include <stdlib.h>

/* A power of two. In fan-out each listener is told of some tens of events, one listener after another. */
enum { JUDGED_KEPT = 128 };

/* An event in parsed form, and what the default rules make of it. */
struct judged {
    const struct event *event; /* a reference; NULL: nothing is kept here */
    struct room_state *state;
    struct arena arena;
    struct push_event parsed;
    struct push_shortlist by_default;
    bool usable;
};

struct judge {
    struct push_rules *defaults;
    struct judged kept[JUDGED_KEPT];
};

struct judge *judge_new(void)
{
    struct judge *judge = xcalloc(1, sizeof *judge);
    if (push_rules_new(STR_NONE, &judge->defaults, NULL) != RC_OK)
        abort(); /* the default rules are part of the program */
    return judge;
}

static void judged_clear(struct judged *judged)
{
    if (judged->event)
        event_unref(&judged->event);
    if (judged->state)
        room_state_unref((const struct room_state **)&judged->state);
    judged->event = NULL;
    judged->state = NULL;
}

void judge_forget(struct judge *judge)
{
    for (size_t i = 0; i < JUDGED_KEPT; i++) {
        judged_clear(&judge->kept[i]);
        arena_fini(&judge->kept[i].arena);
    }
}

void judge_free(struct judge **judge)
{
    if (!*judge)
        return;
    judge_forget(*judge);
    push_rules_free(&(*judge)->defaults);
    free(*judge);
    *judge = NULL;
}

enum rc judge_load_rules(struct sync_request *request)
{
    struct push_rules *rules = NULL;
    str stored;
    if (request->reckoning->rules_known)
        return RC_OK;
    enum rc rc = account_data_get(request->tx, request->user->nid, 0, S("m.push_rules"), &stored);
    if (rc == RC_OK)
        rc = push_rules_new(stored, &rules, NULL);
    else if (rc == RC_NOT_FOUND)
        rc = RC_OK;
    if (rc == RC_OK)
        reckoning_set_rules(request->reckoning, rules);
    return rc;
}

static const struct judged *judged_get(struct judge *judge, const struct room *room, const struct event *event)
{
    struct judged *judged = &judge->kept[(uint64_t)event->pos % JUDGED_KEPT];
    if (judged->event == event && judged->state == room->state)
        return judged;
    judged_clear(judged);
    arena_reset(&judged->arena);
    judged->event = event_ref(event);
    judged->state = room_state_ref(room->state);
    judged->usable = push_event_init(event, room->state, &judged->arena, &judged->parsed) == RC_OK;
    if (judged->usable)
        push_rules_shortlist(judge->defaults, &judged->parsed, &judged->by_default);
    return judged;
}

struct push_verdict judge_event(struct sync_request *request, const struct room *room, const struct event *event)
{
    const struct judged *judged = judged_get(request->judge, room, event);
    const struct user *user = request->user;
    const struct push_rules *own = request->reckoning->rules;
    if (!judged->usable || ignored_users_has(request->ignored, event->sender))
        return (struct push_verdict){0};
    return own ? push_rules_judge(own, &judged->parsed, user->user_id)
               : push_shortlist_judge(&judged->by_default, user->user_id);
}
