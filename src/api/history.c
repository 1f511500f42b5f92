/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/history.h"

#include "api/server.h"
#include "base/map.h"
#include "sync/filter_related.h"
#include "sync/token.h"

enum {
    PIECE = 100,
    /* Looked at for one page: a filter that lets hardly anything through yields short pages, not long requests. */
    MAX_LOOKED_AT = 2000,
};

static enum rc event_is_shown(struct call *call, const struct history_query *query, const struct event *event,
                              bool *ret_shown)
{
    *ret_shown = false;
    if (!visibility_allows(query->view->visibility, event)
        || (!event->is_state && ignored_users_has(query->reader->ignored, event->sender)))
        return RC_OK;
    *ret_shown = true;
    if (!query->filter || query->filter->plain)
        return RC_OK;
    if (!event_filter_allows(query->filter, event)) {
        *ret_shown = false;
        return RC_OK;
    }
    return filter_related_allows(call->tx, query->view->room, query->view->visibility, query->filter, event, ret_shown);
}

/* ---- pages ---- */

enum rc history_read(struct call *call, const struct history_query *query, struct history_page *ret_page)
{
    int64_t from = query->from, to = query->to < query->view->until ? query->to : query->view->until;
    struct history_page page = {.events = arena_array(call->arena, const struct event *, query->limit + 1),
                                .next = query->backwards ? to : from};
    size_t looked_at = 0;
    while (page.count < query->limit && looked_at < MAX_LOOKED_AT && !page.ended) {
        size_t want = query->limit - page.count;
        want = want < PIECE ? want : PIECE;
        struct event_list list;
        TRY(events_range(call->tx, query->view->room, from, to, query->backwards, want, &list));
        for (size_t i = 0; i < list.count; i++) {
            bool shown;
            TRY(event_is_shown(call, query, list.items[i], &shown));
            if (shown)
                page.events[page.count++] = list.items[i];
        }
        looked_at += list.count;
        page.ended = list.count < want;
        if (!list.count)
            break;
        int64_t last = list.items[list.count - 1]->pos;
        if (query->backwards)
            page.next = to = last - 1;
        else
            page.next = from = last;
    }
    if (from >= to)
        page.ended = true;
    *ret_page = page;
    return RC_OK;
}

enum rc history_token_param(struct call *call, const char *name, int64_t fallback, int64_t *ret_pos)
{
    str text = call_query(call, name);
    struct sync_token token = {.pos = fallback};
    if (text.len && sync_token_parse(text, call->server->boot, &token) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", "A pagination token is not one of this server's.");
    *ret_pos = token.pos;
    return RC_OK;
}

void history_token_add(struct strbuf *buf, const char *name, int64_t pos)
{
    strbuf_printf(buf, "\"%s\":\"t%lld\"", name, (long long)pos);
}

enum rc history_filter_param(struct call *call, struct event_filter *ret_filter)
{
    str text = call_query(call, "filter");
    yyjson_val *object = NULL;
    if (text.len > FILTER_MAX_BYTES)
        return call_fail(call, 400, "M_INVALID_PARAM", "The filter is too long.");
    if (text.len && json_parse_object(call->arena, text, false, &object, NULL) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", "filter must be a JSON object.");
    return event_filter_parse(call->arena, object, ret_filter, call_err(call));
}

/* ---- writing ---- */

static void map_drop(void *arg)
{
    map_fini(arg);
}

void history_add_senders(const struct room_state *state, struct arena *arena, const struct event *const *events,
                         size_t count, struct strbuf *buf)
{
    struct map *seen = arena_new(arena, struct map);
    arena_on_reset(arena, map_drop, seen);
    bool more = false;
    strbuf_add_char(buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (map_get_str(seen, events[i]->sender))
            continue;
        map_put_str(seen, events[i]->sender, seen);
        const struct event *member = room_state_get(state, S("m.room.member"), events[i]->sender);
        if (!member)
            continue;
        if (more)
            strbuf_add_char(buf, ',');
        event_add_client_json(buf, member, true, STR_NONE);
        more = true;
    }
    strbuf_add_char(buf, ']');
}

struct state_adding {
    struct strbuf *buf;
    bool but_members, any;
};

static bool add_state_event(const struct event *event, void *ctx)
{
    struct state_adding *adding = ctx;
    if (adding->but_members && str_eq(event->type, S("m.room.member")))
        return true;
    if (adding->any)
        strbuf_add_char(adding->buf, ',');
    event_add_client_json(adding->buf, event, true, STR_NONE);
    adding->any = true;
    return true;
}

bool history_add_state(const struct room_state *state, bool but_members, struct strbuf *buf)
{
    struct state_adding adding = {buf, but_members, false};
    room_state_each(state, add_state_event, &adding);
    return adding.any;
}
