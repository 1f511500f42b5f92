/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "courier/body.h"

#include "store/events.h"
#include "store/gate.h"
#include "store/lifetimes.h"
#include "store/stream.h"

/* What a state event has replaced is asked for by everything that follows memberships. No age: it would be another with
 * each attempt. */
static enum rc add_event(struct tx *tx, const struct room *room, const struct event *event, struct strbuf *out)
{
    const struct event *before;
    str content = STR_NONE;
    TRY(gate_check(tx, event->sender_nid, FIELD_EVENT, PURPOSE_MESSAGING));
    if (event->is_state) {
        enum rc rc = events_state_at(tx, room, event->type, event->state_key, event->pos - 1, &before);
        if (rc == RC_OK)
            rc = gate_check(tx, before->sender_nid, FIELD_EVENT, PURPOSE_MESSAGING);
        if (rc == RC_OK)
            content = arena_concat(tx->arena, S("{\"prev_content\":"), before->content, S("}"));
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    event_add_client_json(out, event, true, content);
    return RC_OK;
}

static enum rc add_at(struct tx *tx, int64_t pos, bool first, struct strbuf *out)
{
    struct stream_item item;
    size_t count;
    const struct room *room;
    const struct event *event;
    TRY(stream_scan(tx, pos - 1, pos, 1, &item, &count));
    if (!count)
        return RC_OK; /* removed since */
    TRY(rooms_get(tx, item.room_nid, &room));
    enum rc rc = events_at(tx, room, pos, &event);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* likewise */
    TRY(rc);
    if (lifetime_is_over(lifetimes_alive_from(tx, room), event))
        return RC_OK;
    if (!first)
        strbuf_add_char(out, ',');
    return add_event(tx, room, event, out);
}

enum rc body_add(struct tx *tx, const int64_t *positions, size_t count, str ephemeral, struct strbuf *out)
{
    strbuf_add(out, S("{\"events\":["));
    size_t empty = out->len;
    for (size_t i = 0; i < count; i++)
        TRY(add_at(tx, positions[i], out->len == empty, out));
    strbuf_add_char(out, ']');
    if (ephemeral.len) {
        strbuf_add(out, S(",\"ephemeral\":["));
        strbuf_add(out, ephemeral);
        strbuf_add_char(out, ']');
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}
