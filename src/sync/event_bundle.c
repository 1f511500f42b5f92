/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/event_bundle.h"

#include "store/delayed_events.h"

enum {
    FEW_CHILDREN = 64,    /* looked at in one query; more are asked by kind */
    MAX_REFERENCES = 100, /* in one m.reference chunk */
    MAX_EDITS = 100,      /* looked at for the newest */
};

/* How much of its relations an event carries: those inside a bundle carry less, which also ends the recursion. */
enum depth { DEPTH_ALL, DEPTH_EDITS, DEPTH_NONE };

static enum rc add_event(const struct bundle_reader *reader, const struct event *event, bool with_room_id,
                         enum depth depth, struct strbuf *buf) MUST_USE;

static bool in_timeline(const struct room *room, const struct event *event)
{
    return room_timeline_count(room) && event->pos >= room_timeline_at(room, 0)->pos;
}

static bool child_counts(const struct bundle_reader *reader, const struct event *child)
{
    return !child->redacted && !ignored_users_has(reader->ignored, child->sender)
           && (!reader->visibility || visibility_allows(reader->visibility, child));
}

/* ---- finding the children: newest first ---- */

static void timeline_children(const struct bundle_reader *reader, const struct event *event, struct event_list *ret)
{
    *ret = (struct event_list){NULL, 0};
    const struct room *room = reader->room;
    for (size_t i = room_timeline_count(room); i-- > 0;) {
        const struct event *child = room_timeline_at(room, i);
        if (child->pos <= event->pos)
            break;
        if (child->relation == REL_NONE || !str_eq(child->relates_to, event->event_id))
            continue;
        if (!ret->items)
            ret->items = arena_array(reader->tx->arena, const struct event *, i + 1);
        ret->items[ret->count++] = child;
    }
}

static enum rc stored_children(const struct bundle_reader *reader, const struct event *event, str rel_type,
                               size_t limit, struct event_list *ret)
{
    return events_related(reader->tx, reader->room, event->event_id, rel_type, STR_NONE, event->pos, INT64_MAX, true,
                          limit, ret);
}

/* Children of each kind; the lists may be the same one, holding children of all kinds. */
struct children {
    struct event_list edits, thread, references;
};

static enum rc children_find(const struct bundle_reader *reader, const struct event *event, struct children *ret)
{
    struct event_list all;
    if (in_timeline(reader->room, event)) {
        timeline_children(reader, event, &all);
    } else {
        TRY(stored_children(reader, event, STR_NONE, FEW_CHILDREN, &all));
        if (all.count == FEW_CHILDREN) {
            TRY(stored_children(reader, event, S("m.replace"), MAX_EDITS, &ret->edits));
            TRY(stored_children(reader, event, S("m.thread"), 1, &ret->thread));
            return stored_children(reader, event, S("m.reference"), MAX_REFERENCES, &ret->references);
        }
    }
    *ret = (struct children){all, all, all};
    return RC_OK;
}

/* ---- m.replace (spec "Server-side aggregation of m.replace relationships") ---- */

static bool is_valid_edit(const struct bundle_reader *reader, const struct event *event, const struct event *child)
{
    if (child->relation != REL_REPLACE || child->is_state || !str_eq(child->sender, event->sender)
        || !str_eq(child->type, event->type) || !child_counts(reader, child))
        return false;
    if (str_eq(child->type, S("m.room.encrypted")))
        return true;
    yyjson_val *content;
    return event_content(child, reader->tx->arena, &content) == RC_OK
           && yyjson_is_obj(yyjson_obj_get(content, "m.new_content"));
}

/* The newest by origin_server_ts, then event id. */
static const struct event *newest_edit(const struct bundle_reader *reader, const struct event *event,
                                       const struct event_list *children)
{
    const struct event *best = NULL;
    for (size_t i = 0; i < children->count; i++) {
        const struct event *child = children->items[i];
        if (!is_valid_edit(reader, event, child))
            continue;
        if (!best || child->origin_server_ts > best->origin_server_ts
            || (child->origin_server_ts == best->origin_server_ts && str_cmp(child->event_id, best->event_id) > 0))
            best = child;
    }
    return best;
}

/* ---- m.thread (spec "Server-side aggregation of m.thread relationships") ---- */

struct thread {
    const struct event *latest;
    int64_t count;
    bool participated;
};

static enum rc thread_summary(const struct bundle_reader *reader, const struct event *event,
                              const struct event_list *children, struct thread *ret)
{
    *ret = (struct thread){.participated = str_eq(event->sender, reader->user_id)};
    struct event_list list = *children;
    /* A long thread: count it whole, piece by piece. */
    enum { PIECE = 200 };
    bool pieces = !in_timeline(reader->room, event) && list.count == 1 && list.items[0]->relation == REL_THREAD;
    int64_t to = INT64_MAX;
    for (;;) {
        if (pieces)
            TRY(events_related(reader->tx, reader->room, event->event_id, S("m.thread"), STR_NONE, event->pos, to, true,
                               PIECE, &list));
        for (size_t i = 0; i < list.count; i++) {
            const struct event *child = list.items[i];
            if (child->relation != REL_THREAD || !child_counts(reader, child))
                continue;
            if (!ret->latest)
                ret->latest = child;
            ret->count++;
            ret->participated |= str_eq(child->sender, reader->user_id);
        }
        if (!pieces || list.count < PIECE)
            return RC_OK;
        to = list.items[list.count - 1]->pos - 1;
    }
}

static enum rc add_thread(const struct bundle_reader *reader, const struct thread *thread, struct strbuf *buf)
{
    strbuf_add(buf, S("\"m.thread\":{\"latest_event\":"));
    TRY(add_event(reader, thread->latest, true, DEPTH_EDITS, buf));
    strbuf_add(buf, S(",\"count\":"));
    strbuf_add_i64(buf, thread->count);
    strbuf_printf(buf, ",\"current_user_participated\":%s}", thread->participated ? "true" : "false");
    return RC_OK;
}

/* ---- m.reference (spec "Server-side aggregation of m.reference") ---- */

static void add_references(const struct bundle_reader *reader, const struct event_list *children, bool *more,
                           struct strbuf *buf)
{
    size_t count = 0;
    for (size_t i = 0; i < children->count && count < MAX_REFERENCES; i++) {
        const struct event *child = children->items[i];
        if (child->relation != REL_REFERENCE || !child_counts(reader, child))
            continue;
        if (!count++) {
            strbuf_add(buf, *more ? S(",\"m.reference\":{\"chunk\":[") : S("\"m.reference\":{\"chunk\":["));
            *more = true;
        } else {
            strbuf_add_char(buf, ',');
        }
        strbuf_add(buf, S("{\"event_id\":"));
        strbuf_add_json(buf, child->event_id);
        strbuf_add_char(buf, '}');
    }
    if (count)
        strbuf_add(buf, S("]}"));
}

static enum rc add_relations(const struct bundle_reader *reader, const struct event *event, enum depth depth,
                             struct strbuf *buf)
{
    /* The newest event of all can have no children yet: what most wake-ups are about. */
    if (depth == DEPTH_NONE || event->pos >= reader->room->last_pos)
        return RC_OK;
    struct children children;
    TRY(children_find(reader, event, &children));
    if (!children.edits.count && !children.thread.count && !children.references.count)
        return RC_OK;

    size_t start = buf->len;
    strbuf_add(buf, S(",\"m.relations\":{"));
    size_t empty = buf->len;
    bool more = false;
    /* Neither state events nor edits can be edited. */
    if (!event->is_state && !event->redacted && event->relation != REL_REPLACE) {
        const struct event *edit = newest_edit(reader, event, &children.edits);
        if (edit) {
            strbuf_add(buf, S("\"m.replace\":"));
            TRY(add_event(reader, edit, true, DEPTH_NONE, buf));
            more = true;
        }
    }
    if (depth == DEPTH_ALL && event->relation == REL_NONE) {
        struct thread thread;
        TRY(thread_summary(reader, event, &children.thread, &thread));
        if (thread.latest) {
            if (more)
                strbuf_add_char(buf, ',');
            TRY(add_thread(reader, &thread, buf));
            more = true;
        }
    }
    add_references(reader, &children.references, &more, buf);
    if (buf->len == empty)
        buf->len = start;
    else
        strbuf_add_char(buf, '}');
    return RC_OK;
}

/* ---- the rest of unsigned ---- */

/* The redaction that stripped the event: it comes after it. */
static enum rc add_redacted_because(const struct bundle_reader *reader, const struct event *event, struct strbuf *buf)
{
    const struct event *redaction = NULL;
    if (in_timeline(reader->room, event)) {
        for (size_t i = room_timeline_count(reader->room); i-- > 0 && !redaction;) {
            const struct event *later = room_timeline_at(reader->room, i);
            if (later->redacts.len && str_eq(later->redacts, event->event_id))
                redaction = later;
        }
    } else {
        enum rc rc = events_redaction_of(reader->tx, reader->room, event, &redaction);
        if (rc != RC_NOT_FOUND)
            TRY(rc);
    }
    if (!redaction)
        return RC_OK;
    strbuf_add(buf, S(",\"redacted_because\":"));
    return add_event(reader, redaction, true, DEPTH_NONE, buf);
}

static enum rc add_prev_content(const struct bundle_reader *reader, const struct event *event, struct strbuf *buf)
{
    const struct event *before;
    enum rc rc = events_state_at(reader->tx, reader->room, event->type, event->state_key, event->pos - 1, &before);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    strbuf_add(buf, S(",\"prev_content\":"));
    strbuf_add(buf, before->content);
    return RC_OK;
}

static enum rc add_unsigned(const struct bundle_reader *reader, const struct event *event, enum depth depth,
                            struct strbuf *buf)
{
    strbuf_add(buf, S("{\"age\":"));
    int64_t age = reader->now_ms - event->origin_server_ts;
    strbuf_add_i64(buf, age > 0 ? age : 0);

    /* "leave" also stands for "had never been here" (spec "UnsignedData"). */
    if (reader->user_id.len) {
        enum membership membership =
            reader->visibility ? visibility_membership_at(reader->visibility, event->pos) : MEMBERSHIP_JOIN;
        strbuf_add(buf, S(",\"membership\":"));
        strbuf_add_json(buf, membership_name(membership == MEMBERSHIP_NONE ? MEMBERSHIP_LEAVE : membership));
    }
    if (reader->device_nid && event->sender_nid == reader->user_nid) {
        str txn_id = event_txn_id(event, reader->device_nid);
        if (txn_id.len) {
            strbuf_add(buf, S(",\"transaction_id\":"));
            strbuf_add_json(buf, txn_id);
        }
    }
    if (reader->user_nid && event->sender_nid == reader->user_nid) {
        str delay_id = event_txn_id(event, DELAYED_DEVICE);
        if (delay_id.len) {
            strbuf_add(buf, S(",\"org.matrix.msc4140.delay_id\":"));
            strbuf_add_json(buf, delay_id);
        }
    }
    if (event->is_state)
        TRY(add_prev_content(reader, event, buf));
    if (event->redacted)
        TRY(add_redacted_because(reader, event, buf));
    TRY(add_relations(reader, event, depth, buf));
    strbuf_add_char(buf, '}');
    return RC_OK;
}

static enum rc add_event(const struct bundle_reader *reader, const struct event *event, bool with_room_id,
                         enum depth depth, struct strbuf *buf)
{
    strbuf_add_char(buf, '{');
    strbuf_add(buf, event->client);
    if (with_room_id) {
        strbuf_add(buf, S(",\"room_id\":"));
        strbuf_add_json(buf, event->room_id);
    }
    strbuf_add(buf, S(",\"unsigned\":"));
    TRY(add_unsigned(reader, event, depth, buf));
    strbuf_add_char(buf, '}');
    return RC_OK;
}

enum rc bundle_add_unsigned(const struct bundle_reader *reader, const struct event *event, struct strbuf *buf)
{
    return add_unsigned(reader, event, DEPTH_ALL, buf);
}

enum rc bundle_add_event(const struct bundle_reader *reader, const struct event *event, bool with_room_id,
                         struct strbuf *buf)
{
    return add_event(reader, event, with_room_id, DEPTH_ALL, buf);
}

enum rc bundle_add_events(const struct bundle_reader *reader, const struct event *const *events, size_t count,
                          bool with_room_id, struct strbuf *buf)
{
    strbuf_add_char(buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add_char(buf, ',');
        TRY(bundle_add_event(reader, events[i], with_room_id, buf));
    }
    strbuf_add_char(buf, ']');
    return RC_OK;
}
