/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Relationships API": GET …/relations/{eventId}[/{relType}[/{eventType}]]. */
#include "api/history.h"

#include <stdlib.h>

enum { DEFAULT_LIMIT = 50, MAX_LIMIT = 200, PIECE = 100, MAX_DEPTH = 3, MAX_DESCENDANTS = 1000 };

struct relations {
    struct call *call;
    struct room_view view;
    struct bundle_reader reader;
    str parent_id, rel_type, event_type;
    bool backwards, recurse;
    int64_t from, to; /* from < pos ≤ to */
    size_t limit;
    const struct event **found;
    size_t count;
    int64_t next;
    bool more;
};

static bool is_shown(const struct relations *relations, const struct event *event)
{
    return !event->redacted && visibility_allows(relations->view.visibility, event)
           && !ignored_users_has(relations->reader.ignored, event->sender);
}

/* ---- direct children: page by page from the store ---- */

static enum rc find_children(struct relations *relations)
{
    int64_t from = relations->from, to = relations->to;
    relations->found = arena_array(relations->call->arena, const struct event *, relations->limit + 1);
    while (!relations->more) {
        struct event_list list;
        TRY(events_related(relations->call->tx, relations->view.room, relations->parent_id, relations->rel_type,
                           relations->event_type, from, to, relations->backwards, PIECE, &list));
        for (size_t i = 0; i < list.count && !relations->more; i++) {
            const struct event *event = list.items[i];
            if (!is_shown(relations, event))
                continue;
            if (relations->count == relations->limit)
                relations->more = true;
            else
                relations->found[relations->count++] = event;
        }
        if (list.count < PIECE)
            return RC_OK;
        int64_t last = list.items[list.count - 1]->pos;
        if (relations->backwards)
            to = last - 1;
        else
            from = last;
    }
    return RC_OK;
}

/* ---- with recurse: all descendants to a depth, then the page out of them ---- */

static int by_position(const void *a, const void *b)
{
    int64_t left = (*(const struct event *const *)a)->pos, right = (*(const struct event *const *)b)->pos;
    return (left > right) - (left < right);
}

static enum rc collect_descendants(struct relations *relations, const struct event **all, size_t *ret_count)
{
    size_t count = 0, level_start = 0;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
        size_t level_end = count;
        for (size_t i = level_start; i < level_end || depth == 0; i++) {
            str parent_id = depth == 0 ? relations->parent_id : all[i]->event_id;
            struct event_list list;
            TRY(events_related(relations->call->tx, relations->view.room, parent_id, STR_NONE, STR_NONE, 0, INT64_MAX,
                               true, MAX_DESCENDANTS - count, &list));
            for (size_t k = 0; k < list.count && count < MAX_DESCENDANTS; k++)
                all[count++] = list.items[k];
            if (depth == 0 || count == MAX_DESCENDANTS)
                break;
        }
        if (count == MAX_DESCENDANTS)
            break;
        level_start = level_end;
    }
    *ret_count = count;
    return RC_OK;
}

static enum rc find_descendants(struct relations *relations)
{
    const struct event **all = arena_array(relations->call->arena, const struct event *, MAX_DESCENDANTS);
    size_t count;
    TRY(collect_descendants(relations, all, &count));
    qsort(all, count, sizeof *all, by_position);
    relations->found = arena_array(relations->call->arena, const struct event *, relations->limit + 1);
    for (size_t i = 0; i < count && !relations->more; i++) {
        const struct event *event = all[relations->backwards ? count - 1 - i : i];
        if (event->pos <= relations->from || event->pos > relations->to || !is_shown(relations, event)
            || (relations->rel_type.len && !str_eq(event->relation_type, relations->rel_type))
            || (relations->event_type.len && !str_eq(event->type, relations->event_type)))
            continue;
        if (relations->count == relations->limit)
            relations->more = true;
        else
            relations->found[relations->count++] = event;
    }
    return RC_OK;
}

/* ---- the request ---- */

static enum rc read_request(struct relations *relations, int64_t *ret_start)
{
    struct call *call = relations->call;
    str dir = call_query(call, "dir");
    int64_t limit, from, to;
    relations->backwards = !str_eq(dir, S("f"));
    if (dir.ptr && relations->backwards && !str_eq(dir, S("b")))
        return call_fail(call, 400, "M_INVALID_PARAM", "dir must be b or f.");
    TRY(call_query_i64(call, "limit", DEFAULT_LIMIT, 1, INT64_MAX, &limit));
    relations->limit = limit < MAX_LIMIT ? (size_t)limit : MAX_LIMIT;
    TRY(call_query_bool(call, "recurse", false, &relations->recurse));
    TRY(history_token_param(call, "from", relations->backwards ? INT64_MAX : 0, &from));
    TRY(history_token_param(call, "to", relations->backwards ? 0 : INT64_MAX, &to));
    relations->from = relations->backwards ? to : from;
    relations->to = relations->backwards ? from : to;
    *ret_start = from;
    return RC_OK;
}

static enum rc get_relations(struct call *call)
{
    struct relations relations = {
        .call = call, .parent_id = call->params[1], .rel_type = call->params[2], .event_type = call->params[3]};
    const struct event *parent;
    int64_t start = 0;
    TRY(read_request(&relations, &start));
    enum rc rc = room_view_open(call, call->params[0], &relations.view);
    if (rc == RC_INVALID)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such event, or you may not see it.");
    TRY(rc);
    TRY(room_view_event(call, &relations.view, relations.parent_id, &parent));
    TRY(room_view_reader(call, &relations.view, true, &relations.reader));
    TRY(relations.recurse ? find_descendants(&relations) : find_children(&relations));

    struct strbuf *out = &call->out;
    strbuf_add(out, S("{\"chunk\":"));
    TRY(bundle_add_events(&relations.reader, relations.found, relations.count, true, out));
    if (relations.more) {
        int64_t last = relations.found[relations.count - 1]->pos;
        strbuf_add_char(out, ',');
        history_token_add(out, "next_batch", relations.backwards ? last - 1 : last);
    }
    if (call_query(call, "from").len) {
        strbuf_add_char(out, ',');
        history_token_add(out, "prev_batch", start);
    }
    if (relations.recurse)
        strbuf_printf(out, ",\"recursion_depth\":%d", MAX_DEPTH);
    strbuf_add_char(out, '}');
    return RC_OK;
}

#define RELATIONS_GET(operation, address)                                                                              \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET,                                                                         \
        .path = "/_matrix/client/v1/rooms/{roomId}/relations/{eventId}" address, .auth = AUTH_USER, .exec = EXEC_READ, \
        .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, .run = get_relations                       \
    }

static const struct endpoint endpoints[] = {
    RELATIONS_GET("getRelatingEvents", ""),
    RELATIONS_GET("getRelatingEventsWithRelType", "/{relType}"),
    RELATIONS_GET("getRelatingEventsWithRelTypeAndEventType", "/{relType}/{eventType}"),
};

extern const struct endpoint_module relations_module;
const struct endpoint_module relations_module = ENDPOINT_MODULE(endpoints);
