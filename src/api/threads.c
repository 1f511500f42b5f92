/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "GET /_matrix/client/v1/rooms/{roomId}/threads". */
#include "store/threads.h"

#include "api/history.h"

enum { DEFAULT_LIMIT = 20, MAX_LIMIT = 100 };

static enum rc add_thread(const struct bundle_reader *reader, const struct event *root, bool more, struct strbuf *out)
{
    if (more)
        strbuf_add_char(out, ',');
    /* Spec: the root of somebody the reader ignores is shown redacted. */
    struct event *redacted = NULL;
    if (ignored_users_has(reader->ignored, root->sender))
        TRY(event_redact(reader->room->version, root, &redacted));
    enum rc rc = bundle_add_event(reader, redacted ? redacted : root, true, out);
    const struct event *done = redacted;
    if (done)
        event_unref(&done);
    return rc;
}

/* All that was in it may have been redacted. */
static enum rc has_children(struct call *call, const struct room_view *view, const struct event *root, bool *ret_has)
{
    struct event_list list;
    TRY(events_related(call->tx, view->room, root->event_id, S("m.thread"), STR_NONE, root->pos, view->until, true, 1,
                       &list));
    *ret_has = list.count && visibility_allows(view->visibility, list.items[0]);
    return RC_OK;
}

static enum rc get_threads(struct call *call)
{
    struct room_view view;
    struct bundle_reader reader;
    struct thread_row *rows;
    size_t count;
    int64_t limit, from;
    str include = call_query(call, "include");
    bool participated = str_eq(include, S("participated"));
    if (include.ptr && !participated && !str_eq(include, S("all")))
        return call_fail(call, 400, "M_INVALID_PARAM", "include must be all or participated.");
    TRY(call_query_i64(call, "limit", DEFAULT_LIMIT, 1, INT64_MAX, &limit));
    limit = limit < MAX_LIMIT ? limit : MAX_LIMIT;
    TRY(history_token_param(call, "from", INT64_MAX, &from));
    TRY(room_view_open(call, call->params[0], &view));
    TRY(room_view_reader(call, &view, true, &reader));
    struct threads_query query = {.room_nid = view.room->nid,
                                  .to = from,
                                  .until = view.until,
                                  .participant_nid = participated ? call->who.user_nid : 0,
                                  .limit = (size_t)limit};
    TRY(threads_list(call->tx, &query, &rows, &count));

    struct strbuf *out = &call->out;
    strbuf_add(out, S("{\"chunk\":["));
    size_t start = out->len;
    for (size_t i = 0; i < count; i++) {
        const struct event *root;
        enum rc rc = events_at(call->tx, view.room, rows[i].root_pos, &root);
        if (rc == RC_NOT_FOUND || (rc == RC_OK && !visibility_allows(view.visibility, root)))
            continue;
        TRY(rc);
        bool alive;
        TRY(has_children(call, &view, root, &alive));
        if (!alive)
            continue;
        TRY(add_thread(&reader, root, out->len > start, out));
    }
    strbuf_add_char(out, ']');
    if (count == (size_t)limit) {
        strbuf_add_char(out, ',');
        history_token_add(out, "next_batch", rows[count - 1].latest_pos - 1);
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getThreadRoots",
     .method = HTTP_GET,
     .path = "/_matrix/client/v1/rooms/{roomId}/threads",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_threads},
};

extern const struct endpoint_module threads_module;
const struct endpoint_module threads_module = ENDPOINT_MODULE(endpoints);
