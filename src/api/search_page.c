/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From candidates of the index to a page of events the caller may read, all of which answer. */
#include "api/search_private.h"
#include "api/search_seek.h"
#include "store/gate.h"
#include "store/search_rows.h"
#include "sync/filter_related.h"

#include <stdlib.h>

struct paging {
    struct call *call;
    const struct search_asked *asked;
    struct event_filter filter; /* but for the rooms, which are the scope's business */
    const struct ignored_users *ignored;
    struct map views;   /* room number → struct room_view, or &no_view */
    struct map senders; /* of the filter, by number; empty: no such list */
    size_t opened;
};

static const struct room_view no_view;

/* ---- what of the candidates is the caller's to know of ---- */

/* NULL: nothing of the room is for this search. Spec: rooms that are encrypted are not searched. */
static enum rc view_for(struct paging *paging, uint64_t room_nid, const struct room_view **ret_view)
{
    const struct room_view *known = map_get(&paging->views, room_nid);
    *ret_view = known == &no_view ? NULL : known;
    if (known)
        return RC_OK;
    struct room_view *view = arena_new(paging->call->arena, struct room_view);
    const struct room *room;
    enum rc rc = rooms_get(paging->call->tx, room_nid, &room);
    if (rc == RC_OK && !room_state_is_encrypted(room->state)
        && event_filter_allows_room(&paging->filter, room->room_id))
        rc = room_view_of(paging->call, room, view);
    else if (rc == RC_OK)
        rc = RC_FORBIDDEN;
    if (rc != RC_OK && rc != RC_FORBIDDEN && rc != RC_NOT_FOUND)
        return rc;
    *ret_view = rc == RC_OK ? view : NULL;
    map_put(&paging->views, room_nid, rc == RC_OK ? view : (void *)&no_view);
    return RC_OK;
}

/* What the server said to the caller alone is under the caller's key. */
static bool sender_may_fit(const struct paging *paging, uint64_t subject)
{
    return !paging->filter.senders || subject == paging->call->who.user_nid || map_get(&paging->senders, subject);
}

static bool is_in_group(const struct search_token *from, const struct search_candidate *candidate)
{
    switch (from->group) {
    case 'r': return candidate->room == from->group_nid;
    case 's': return candidate->subject == from->group_nid;
    default: return true;
    }
}

static enum rc keep_readable(struct paging *paging, struct search_found *found)
{
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        const struct search_candidate *candidate = &found->items[i];
        const struct room_view *view;
        if (!sender_may_fit(paging, candidate->subject)
            || (paging->asked->continued && !is_in_group(&paging->asked->from, candidate)))
            continue;
        TRY(view_for(paging, candidate->room, &view));
        if (view && candidate->pos <= view->until && visibility_allows_at(view->visibility, candidate->pos))
            found->items[kept++] = *candidate;
    }
    found->count = kept;
    return RC_OK;
}

/* ---- order ---- */

static int newest_first(const void *a, const void *b)
{
    const struct search_candidate *x = a, *y = b;
    return (x->pos < y->pos) - (x->pos > y->pos);
}

static int best_first(const void *a, const void *b)
{
    const struct search_candidate *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return newest_first(a, b);
}

/* The first one behind the token. */
static size_t begin_at(const struct search_asked *asked, const struct search_found *found)
{
    const struct search_candidate from = {.pos = asked->from.pos, .score = asked->from.score};
    size_t at = 0;
    if (!asked->continued)
        return 0;
    while (at < found->count && (asked->by_rank ? best_first : newest_first)(&found->items[at], &from) <= 0)
        at++;
    return at;
}

/* ---- looking at the events ---- */

static enum rc answers(struct paging *paging, const struct search_candidate *candidate, const struct room_view *view,
                       struct query_places *places, const struct event **ret_event)
{
    struct call *call = paging->call;
    const struct event *event;
    struct search_text text;
    enum rc rc = events_at(call->tx, view->room, candidate->pos, &event);
    *ret_event = NULL;
    paging->opened++;
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND || rc == RC_CRYPTO ? RC_OK : rc;
    if (!visibility_allows(view->visibility, event)
        || (!event->is_state && ignored_users_has(paging->ignored, event->sender)))
        return RC_OK;
    if (!search_text_of(call->arena, event, &text) || !event_filter_allows(&paging->filter, event))
        return RC_OK;
    bool related;
    TRY(filter_related_allows(call->tx, view->room, view->visibility, &paging->filter, event, &related));
    if (related && query_matches(call->arena, &paging->asked->query, text.text, places))
        *ret_event = event;
    return RC_OK;
}

static void highlights_begin(struct paging *paging, struct query_places *places)
{
    places->max = SEARCH_MAX_HIGHLIGHTS;
    places->items = arena_array(paging->call->arena, str, places->max);
}

static enum rc take_page(struct paging *paging, const struct search_found *found, struct search_page *page)
{
    size_t at = begin_at(paging->asked, found);
    page->hits = arena_array(paging->call->arena, struct search_hit, paging->asked->limit + 1);
    highlights_begin(paging, &page->highlights);
    for (; at < found->count && paging->opened < SEARCH_MAX_OPENED; at++) {
        struct search_candidate *candidate = &found->items[at];
        const struct room_view *view;
        const struct event *event;
        bool full = page->count == paging->asked->limit;
        TRY(view_for(paging, candidate->room, &view));
        TRY(answers(paging, candidate, view, full ? NULL : &page->highlights, &event));
        if (event && full)
            break;
        page->last = candidate;
        if (event)
            page->hits[page->count++] = (struct search_hit){view, event, candidate->score, candidate->subject};
    }
    page->rest = found->items + at;
    page->rest_count = found->count - at;
    page->more = page->rest_count > 0;
    page->total = found->count;
    return RC_OK;
}

/* ---- all ---- */

static enum rc senders_load(struct paging *paging)
{
    const struct filter_list *senders = paging->filter.senders;
    for (size_t i = 0; senders && i < senders->count; i++) {
        const struct user *user;
        enum rc rc = users_find(paging->call->tx, senders->items[i], &user);
        if (rc == RC_OK)
            map_put(&paging->senders, user->nid, (void *)user);
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

enum rc search_page_seek(struct call *call, struct search_asked *asked,
                         enum rc (*then)(struct call *call, struct search_found *found, void *asked))
{
    struct search_question *question = arena_new(call->arena, struct search_question);
    uint64_t *rooms;
    /* Rooms' events lie open in memory, and the thread looks at those that are not indexed yet. */
    TRY(gate_check(call->tx, call->who.user_nid, FIELD_EVENT, PURPOSE_MESSAGING));
    int64_t now = tx_pos(call->tx);
    asked->upto = asked->continued && asked->from.upto < now ? asked->from.upto : now;
    *question = (struct search_question){.query = &asked->query, .keys = asked->keys, .upto = asked->upto};
    TRY(search_scope(call, asked, &rooms, &question->room_count));
    question->rooms = rooms;
    return search_seek(call, question, asked->by_rank ? best_first : newest_first, then, asked);
}

static enum rc read_page(struct paging *paging, struct search_found *found, struct search_page *page)
{
    /* Anew: a moment has gone by. */
    TRY(gate_check(paging->call->tx, paging->call->who.user_nid, FIELD_EVENT, PURPOSE_MESSAGING));
    TRY(ignored_users_load(paging->call->tx, paging->call->who.user_nid, &paging->ignored));
    TRY(senders_load(paging));
    TRY(keep_readable(paging, found));
    return take_page(paging, found, page);
}

enum rc search_page_read(struct call *call, const struct search_asked *asked, struct search_found *found,
                         struct search_page *ret_page)
{
    struct paging paging = {.call = call, .asked = asked, .filter = asked->filter};
    paging.filter.rooms = NULL;
    *ret_page = (struct search_page){.upto = asked->upto, .bounded = found->bounded};
    enum rc rc = read_page(&paging, found, ret_page);
    map_fini(&paging.views);
    map_fini(&paging.senders);
    return rc;
}
