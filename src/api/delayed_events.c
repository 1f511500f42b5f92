/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* MSC4140, the operations of its own: scheduling in one body, managing by the id alone, and looking at one's own. */
#include "api/delayed.h"
#include "api/server.h"
#include "store/events.h"

#define PREFIX "/_matrix/client/unstable/org.matrix.msc4140"

/* ---- scheduling ---- */

static enum rc put_delayed_event(struct call *call)
{
    str state_key = STR_NONE;
    yyjson_val *delay = yyjson_obj_get(call->body, "delay"), *content = yyjson_obj_get(call->body, "content");
    if (!yyjson_is_int(delay))
        return call_fail(call, 400, "M_BAD_JSON", "delay must be a number of milliseconds.");
    if (!yyjson_is_obj(content))
        return call_fail(call, 400, "M_BAD_JSON", "content must be an object.");
    if (yyjson_obj_get(call->body, "state_key"))
        TRY(json_need_str(call->body, "state_key", &state_key, call_err(call)));
    return delayed_schedule(call, call->params[0], call->params[1], state_key, call->params[2], content,
                            yyjson_get_sint(delay));
}

/* ---- managing: whoever knows the id may ---- */

static enum rc no_such_event(struct call *call)
{
    return call_fail(call, 404, "M_NOT_FOUND", "There is no delayed event of that id.");
}

static enum rc conflict(struct call *call)
{
    return call_fail(call, 409, "M_UNKNOWN", "That event has been finalised already, with another outcome.");
}

static enum rc find(struct call *call, struct delayed_event *ret_event)
{
    enum rc rc = delayed_find(call->tx, call->params[0], ret_event);
    return rc == RC_NOT_FOUND ? no_such_event(call) : rc;
}

static enum rc restart_event(struct call *call)
{
    struct delayed_event event;
    TRY(find(call, &event));
    if (event.done_ms)
        return conflict(call);
    TRY(delayed_restart(call->tx, &event));
    delayed_expect(call->server, event.due_ms);
    return RC_OK;
}

static enum rc cancel_event(struct call *call)
{
    struct delayed_event event;
    TRY(find(call, &event));
    if (event.done_ms)
        return event.outcome == DELAYED_SENT ? conflict(call) : RC_OK;
    event.outcome = DELAYED_CANCELLED;
    event.by_action = true;
    return delayed_finalise(call->tx, &event);
}

/* What it was refused with goes out as it is; the event stays scheduled. */
static enum rc send_event(struct call *call)
{
    struct delayed_event event;
    struct delayed_result result;
    TRY(find(call, &event));
    if (event.done_ms)
        return event.outcome == DELAYED_SENT ? RC_OK : conflict(call);
    TRY(delayed_send(call->tx, call->server, &event, &result));
    if (!result.event_id.len) {
        call->status = result.status;
        strbuf_add(&call->out, result.error);
        return RC_OK;
    }
    event.outcome = DELAYED_SENT;
    event.by_action = true;
    event.event_id = result.event_id;
    return delayed_finalise(call->tx, &event);
}

/* The form of an earlier text of the proposal. */
static enum rc act_on_event(struct call *call)
{
    str action;
    TRY(json_need_str(call->body, "action", &action, call_err(call)));
    if (str_eq(action, S("send")))
        return send_event(call);
    if (str_eq(action, S("cancel")))
        return cancel_event(call);
    if (str_eq(action, S("restart")))
        return restart_event(call);
    return call_fail(call, 400, "M_INVALID_PARAM", "action must be send, cancel or restart.");
}

/* ---- looking ---- */

static void put_str(struct call *call, str key, str value)
{
    strbuf_add(&call->out, key);
    strbuf_add_json(&call->out, value);
}

static void put_i64(struct call *call, str key, int64_t value)
{
    strbuf_add(&call->out, key);
    strbuf_add_i64(&call->out, value);
}

/* Of one that was sent: as the room shows it to its author now. */
static enum rc content_of(struct call *call, const struct delayed_event *event, const struct room *room,
                          str *ret_content)
{
    const struct event *sent;
    *ret_content = event->content.len ? event->content : S("{}");
    if (event->outcome != DELAYED_SENT)
        return RC_OK;
    enum rc rc = events_find(call->tx, room, event->event_id, &sent);
    if (rc == RC_OK)
        *ret_content = sent->content;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc put_event(struct call *call, const struct delayed_event *event)
{
    const struct room *room;
    str content;
    TRY(rooms_get(call->tx, event->room_nid, &room));
    TRY(content_of(call, event, room, &content));
    put_str(call, S("{\"delay_id\":"), event->id);
    put_str(call, S(",\"room_id\":"), room->room_id);
    put_str(call, S(",\"type\":"), event->type);
    if (event->state_key.ptr)
        put_str(call, S(",\"state_key\":"), event->state_key);
    put_i64(call, S(",\"delay\":"), event->delay_ms);
    put_i64(call, S(",\"running_since\":"), event->since_ms);
    strbuf_add(&call->out, S(",\"content\":"));
    strbuf_add(&call->out, content);
    if (event->error.len) {
        strbuf_add(&call->out, S(",\"error\":"));
        strbuf_add(&call->out, event->error);
    }
    if (event->event_id.len)
        put_str(call, S(",\"event_id\":"), event->event_id);
    if (event->done_ms)
        put_i64(call, S(",\"origin_server_ts\":"), event->done_ms);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static enum rc get_delayed_event(struct call *call)
{
    struct delayed_event event;
    TRY(find(call, &event));
    if (event.user_nid != call->who.user_nid)
        return no_such_event(call);
    return put_event(call, &event);
}

/* ---- listing ---- */

enum { PAGE = 10 };

/* The index of a parameter's word; -1 when it is not given. */
static enum rc read_word(struct call *call, const char *name, const char *const *words, int count, int *ret_index)
{
    str word = call_query(call, name);
    *ret_index = -1;
    if (!word.ptr)
        return RC_OK;
    for (int i = 0; i < count; i++)
        if (words[i] && str_eq(word, str_of(words[i])))
            *ret_index = i;
    return *ret_index >= 0 ? RC_OK
                           : call_fail(call, 400, "M_INVALID_PARAM", "A parameter has a value that is none of its.");
}

/* "1721732853284_17": behind which place to go on. */
static enum rc read_from(struct call *call, struct delayed_question *question)
{
    str from = call_query(call, "from"), since = call_query(call, "since_ts"), ms;
    question->from_nid = question->backwards ? INT64_MAX : 0;
    if (from.ptr) {
        str nid = str_split(from, '_', &ms);
        if (str_to_i64(ms, &question->from_ms) != RC_OK || str_to_i64(nid, &question->from_nid) != RC_OK)
            return call_fail(call, 400, "M_INVALID_PARAM", "from is not a token of this list.");
        return RC_OK;
    }
    if (str_eq(since, S("end"))) {
        question->from_ms = INT64_MAX;
        return RC_OK;
    }
    return call_query_i64(call, "since_ts", call_now_ms(call), 0, INT64_MAX, &question->from_ms);
}

static enum rc read_room(struct call *call, struct delayed_question *question)
{
    str room_id = call_query(call, "room_id");
    const struct room *room;
    if (!room_id.ptr)
        return RC_OK;
    enum rc rc = rooms_find(call->tx, room_id, &room);
    /* In a room that is none nothing was scheduled: no room has this number. */
    question->room_nid = rc == RC_OK ? room->nid : (uint64_t)INT64_MAX;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_question(struct call *call, struct delayed_question *question)
{
    static const char *const orders[] = {"send_ts", "origin_server_ts", "running_since"};
    static const char *const directions[] = {"f", "b"};
    static const char *const states[] = {"finalised", "scheduled"};
    static const char *const outcomes[] = {
        [DELAYED_SENT] = "send", [DELAYED_CANCELLED] = "cancel", [DELAYED_FAILED] = "error"};
    static const char *const reasons[] = {"delay", "action"};
    int order, direction;
    TRY(read_word(call, "order_by", orders, 3, &order));
    TRY(read_word(call, "dir", directions, 2, &direction));
    TRY(read_word(call, "status", states, 2, &question->scheduled));
    TRY(read_word(call, "outcome", outcomes, 4, &question->outcome));
    TRY(read_word(call, "reason", reasons, 2, &question->by_action));
    question->user_nid = call->who.user_nid;
    question->order = order < 0 ? DELAYED_BY_DUE : (enum delayed_order)order;
    question->backwards = direction == 1;
    question->type = call_query(call, "type");
    TRY(read_room(call, question));
    return read_from(call, question);
}

static enum rc get_delayed_events(struct call *call)
{
    struct delayed_question question = {0};
    struct delayed_event *events;
    size_t count;
    bool more;
    TRY(read_question(call, &question));
    TRY(delayed_list(call->tx, &question, PAGE, &events, &count, &more));
    strbuf_add(&call->out, S("{\"delayed_events\":["));
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add_char(&call->out, ',');
        TRY(put_event(call, &events[i]));
    }
    strbuf_add_char(&call->out, ']');
    if (more) {
        const struct delayed_event *last = &events[count - 1];
        strbuf_printf(&call->out, ",\"%s\":\"%lld_%llu\"", question.backwards ? "prev_batch" : "next_batch",
                      (long long)delayed_order_ms(last, question.order), (unsigned long long)last->nid);
    }
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

/* By the id alone, which nobody guesses: it may have been handed to a service that looks after a call. */
#define MANAGE(operation, address, kind, handler)                                                                      \
    {                                                                                                                  \
        .name = operation, .method = HTTP_POST, .path = PREFIX "/delayed_events/{delay_id}" address,                   \
        .auth = AUTH_NONE, .exec = EXEC_WRITE, .rate = RATE_WRITE, .body = kind, .purpose = PURPOSE_MESSAGING,         \
        .run = handler                                                                                                 \
    }
#define LOOK(operation, address, handler)                                                                              \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = PREFIX "/delayed_events" address, .auth = AUTH_GUEST_TOO,       \
        .exec = EXEC_READ, .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, .run = handler          \
    }

static const struct endpoint endpoints[] = {
    {.name = "msc4140ScheduleEvent",
     .method = HTTP_PUT,
     .path = PREFIX "/rooms/{roomId}/delayed_event/{eventType}/{txnId}",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_MESSAGE,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = put_delayed_event},
    MANAGE("msc4140UpdateEvent", "", BODY_JSON, act_on_event),
    MANAGE("msc4140SendEvent", "/send", BODY_JSON_OPTIONAL, send_event),
    MANAGE("msc4140CancelEvent", "/cancel", BODY_JSON_OPTIONAL, cancel_event),
    MANAGE("msc4140RestartEvent", "/restart", BODY_JSON_OPTIONAL, restart_event),
    LOOK("msc4140GetEvents", "", get_delayed_events),
    LOOK("msc4140GetEvent", "/{delay_id}", get_delayed_event),
};

extern const struct endpoint_module delayed_events_module;
const struct endpoint_module delayed_events_module = ENDPOINT_MODULE(endpoints);
