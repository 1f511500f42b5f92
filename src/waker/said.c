/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/said.h"

#include "store/events.h"
#include "store/gate.h"
#include "store/lifetimes.h"
#include "store/receipts.h"

/* What stands in a thread has been read when the thread has, which nobody asks here: it is told of. */
static enum rc was_read(struct tx *tx, const struct room *room, uint64_t user_nid, const struct event *event,
                        bool *ret_read)
{
    int64_t read_pos;
    *ret_read = false;
    if (event->relation == REL_THREAD)
        return RC_OK;
    TRY(receipts_read_pos(tx, room, user_nid, &read_pos));
    *ret_read = read_pos >= event->pos;
    return RC_OK;
}

static enum rc find_event(struct tx *tx, const struct push_due *due, struct said *said, bool *ret_worth)
{
    const struct room *room;
    const struct event *event;
    bool read = false;
    *ret_worth = false;
    enum rc rc = rooms_get(tx, due->room_nid, &room);
    if (rc == RC_OK)
        rc = events_at(tx, room, due->pos, &event);
    if (rc == RC_OK)
        rc = gate_check(tx, due->user_nid, FIELD_PUSH_DUE, PURPOSE_MESSAGING);
    if (rc == RC_OK)
        rc = was_read(tx, room, due->user_nid, event, &read);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    if (read || event->redacted || lifetime_is_over(lifetimes_alive_from(tx, room), event))
        return RC_OK;
    said->event_id = arena_dup(tx->arena, event->event_id);
    said->room_id = arena_dup(tx->arena, room->room_id);
    said->hurried = due->flags & (PUSH_HIGHLIGHT | PUSH_SOUND) || str_eq(event->type, S("m.room.encrypted"));
    *ret_worth = true;
    return RC_OK;
}

enum rc said_make(struct tx *tx, struct badges *badges, const struct push_due *due, struct said *ret_said,
                  bool *ret_worth)
{
    *ret_said = (struct said){.highlight = due->flags & PUSH_HIGHLIGHT,
                              .sound = due->flags & PUSH_SOUND,
                              .ring = due->flags & PUSH_SOUND_RING};
    *ret_worth = true;
    if (!(due->flags & PUSH_COUNTS))
        TRY(find_event(tx, due, ret_said, ret_worth));
    return *ret_worth ? badges_unread(badges, tx, due->user_nid, &ret_said->unread) : RC_OK;
}
