/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/judge.h"

#include <stdlib.h>

struct judge {
    struct push_rules *defaults;
    struct arena arena;
    const struct event *event; /* a reference: the one in `parsed` */
    struct room_state *state;
    struct push_event parsed;
    bool usable;
};

struct judge *judge_new(void)
{
    struct judge *judge = xcalloc(1, sizeof *judge);
    if (push_rules_new(STR_NONE, &judge->defaults, NULL) != RC_OK)
        abort(); /* the default rules are part of the program */
    return judge;
}

static void forget_event(struct judge *judge)
{
    if (judge->event)
        event_unref(&judge->event);
    if (judge->state)
        room_state_unref((const struct room_state **)&judge->state);
    judge->event = NULL;
    judge->state = NULL;
    arena_reset(&judge->arena);
}

void judge_free(struct judge **judge)
{
    if (!*judge)
        return;
    forget_event(*judge);
    arena_fini(&(*judge)->arena);
    push_rules_free(&(*judge)->defaults);
    free(*judge);
    *judge = NULL;
}

enum rc judge_load_rules(struct sync_request *request)
{
    const struct push_rules *known;
    struct push_rules *rules = NULL;
    str stored;
    if (live_rules(request->live, &known))
        return RC_OK;
    enum rc rc = account_data_get(request->tx, request->user->nid, 0, S("m.push_rules"), &stored);
    if (rc == RC_OK)
        rc = push_rules_new(stored, &rules, NULL);
    else if (rc == RC_NOT_FOUND)
        rc = RC_OK;
    if (rc == RC_OK)
        live_set_rules(request->live, rules);
    return rc;
}

struct push_verdict judge_event(struct sync_request *request, const struct room *room, const struct event *event)
{
    struct judge *judge = request->judge;
    if (judge->event != event || judge->state != room->state) {
        forget_event(judge);
        judge->event = event_ref(event);
        judge->state = room_state_ref(room->state);
        judge->usable = push_event_init(event, room->state, &judge->arena, &judge->parsed) == RC_OK;
    }
    if (!judge->usable)
        return (struct push_verdict){0};
    const struct push_rules *rules = NULL;
    live_rules(request->live, &rules);
    return push_rules_judge(rules ? rules : judge->defaults, &judge->parsed, request->user->user_id,
                            request->user->display_name);
}
