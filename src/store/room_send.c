/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The way of an event into a room. */
#include "room/auth.h"
#include "search/query.h"
#include "store/event_index.h"
#include "store/event_row.h"
#include "store/lifetimes.h"
#include "store/media_use.h"
#include "store/notifies.h"
#include "store/rooms_private.h"
#include "store/search_forget.h"
#include "store/search_rows.h"
#include "store/slow_mode.h"
#include "store/users_private.h"
#include "store/writer.h"

#include <stdlib.h>

/* ---- Storing: position, row, indexes, working snapshot, notice ---- */

/* Somebody who was erased is nobody by name any more, but the room knows whom it meant. */
static uint64_t known_member(const struct room *room, str user_id)
{
    const struct event *before = room_state_get(room->state, S("m.room.member"), user_id);
    return before ? before->target_nid : 0;
}

static enum rc numbers_give(struct tx *tx, const struct room *room, struct event *event, uint64_t sender_nid,
                            uint64_t recipient_nid)
{
    event->pos = tx_next_pos(tx);
    event->room_nid = room->nid;
    event->sender_nid = sender_nid;
    if (event->membership == MEMBERSHIP_NONE) {
        event->target_nid = recipient_nid;
        event->for_target = recipient_nid != 0;
        return RC_OK;
    }
    const struct user *target;
    enum rc rc = users_find(tx, event->state_key, &target);
    event->target_nid = rc == RC_OK ? target->nid : known_member(room, event->state_key);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool has_left(enum membership membership)
{
    return membership == MEMBERSHIP_LEAVE || membership == MEMBERSHIP_BAN;
}

/* Who has forgotten a room stays so while others move them about outside of it. */
static enum rc membership_note(struct tx *tx, const struct event *event)
{
    const struct user *target;
    TRY(users_get(tx, event->target_nid, &target));
    const struct user_room *before = user_rooms_find(target->rooms, event->room_nid);
    bool forgotten = before && before->forgotten && has_left(event->membership);
    struct user_room room = {event->room_nid, event->membership, event->pos, forgotten};
    return users_note_membership(tx, event->target_nid, &room);
}

static enum rc event_store(struct tx *tx, const struct room **room_in_out, struct event *event, uint64_t sender_nid,
                           uint64_t recipient_nid)
{
    const struct room *room = *room_in_out;
    TRY(numbers_give(tx, room, event, sender_nid, recipient_nid));
    int64_t notify_total = room->notify_total + event->notifies;
    struct event_keys keys;
    TRY(event_keys_of(tx, room, event, &keys));
    TRY(event_row_add(tx, room, event, &keys, notify_total));
    TRY(event_index_add(tx, room, event, &keys));
    TRY(media_use_note(tx, event));
    if (event->target_nid && !event->for_target)
        TRY(membership_note(tx, event));
    struct room *next = room_next(room);
    if (event->is_state)
        room_set_state(next, room_state_put(next->state, event));
    if (next->lifetime_asked != room->lifetime_asked)
        TRY(lifetimes_note(tx, room->nid));
    room_append(next, event);
    next->notify_total = notify_total;
    rooms_put(tx, room_in_out, next);
    tx_note_room(tx, next->nid, ROOM_CHANGED_EVENTS, event_ref(event));
    const struct store_hooks *hooks = &tx->store->hooks;
    return hooks->event_stored ? hooks->event_stored(hooks->ctx, tx, next, event) : RC_OK;
}

/* ---- The first event ---- */

static enum rc room_row_add(struct tx *tx, const struct event *create_event, const struct room_version *version,
                            uint64_t *ret_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT INTO room(id, version, created_pos) VALUES(?1, ?2, ?3)", NULL));
    db_bind_text(&q, 1, create_event->room_id);
    db_bind_text(&q, 2, version->name);
    db_bind_i64(&q, 3, tx_pos(tx) + 1);
    TRY(db_run(&q, NULL));
    *ret_nid = (uint64_t)db_last_id(tx_chat(tx));
    return RC_OK;
}

enum rc rooms_create(struct tx *tx, const struct room_version *version, struct event *create_event, uint64_t sender_nid,
                     const struct room **ret_room, struct error *err)
{
    uint64_t nid;
    enum rc rc = room_row_add(tx, create_event, version, &nid);
    if (rc != RC_OK)
        return error_set(err, rc, rc == RC_EXISTS ? "a room of this id exists" : "cannot store the room");
    struct room *empty = room_new(nid, create_event->room_id, version);
    empty->state = room_state_new(version);
    empty->created_pos = tx_pos(tx) + 1;
    rooms_hold(tx, empty);
    struct room_auth_facts facts = {.server_name = store_server_name(tx->store)};
    TRY(room_auth_check(empty->state, create_event, &facts, err));
    const struct room *room = empty;
    rc = event_store(tx, &room, create_event, sender_nid, 0);
    if (rc != RC_OK)
        return error_set(err, rc, "cannot store the room's first event");
    *ret_room = room;
    return RC_OK;
}

/* ---- Later ones ---- */

static void origin_set(struct event *event, uint64_t device_nid, str txn_id)
{
    if (!device_nid || !txn_id.len)
        return;
    struct event_origin *origin = xmalloc(sizeof *origin + txn_id.len);
    origin->device_nid = device_nid;
    origin->txn_len = txn_id.len;
    memcpy(origin->txn_id, txn_id.ptr, txn_id.len);
    event->origin = origin;
}

/* The room's own members of the draft. */
static enum rc draft_complete(struct tx *tx, const struct room *room, const struct room_send *send,
                              struct event_draft *draft, struct error *err)
{
    if (!draft->content_value)
        TRY(json_parse_object(tx->arena, draft->content, false, &draft->content_value, err));
    str *auth_events;
    room_auth_events(room->state, draft->type, draft->state_key, draft->sender, draft->content_value, tx->arena,
                     &auth_events, &draft->auth_count);
    draft->auth_events = auth_events;
    draft->prev_events = &room->last_event_id;
    draft->prev_count = 1;
    draft->room_id = room->room_id;
    draft->depth = room->depth < JSON_MAX_INTEGER ? room->depth + 1 : JSON_MAX_INTEGER;
    if (!send->keeps_time)
        draft->origin_server_ts = env_now_ms(tx->env);
    return RC_OK;
}

static enum rc authorise(struct tx *tx, const struct room *room, const struct room_send *send,
                         const struct event *event, struct error *err)
{
    if (send->skip_auth)
        return RC_OK;
    struct room_auth_facts facts = {send->restricted_condition_met, store_server_name(tx->store)};
    return room_auth_check(room->state, event, &facts, err);
}

static enum rc event_make(struct tx *tx, const struct room *room, const struct room_send *send,
                          struct event **ret_event, struct error *err)
{
    struct event_draft draft = send->draft;
    struct event *event;
    TRY(draft_complete(tx, room, send, &draft, err));
    TRY(event_build(room->version, &draft, &event, err));
    events_hold(tx, event);
    TRY(authorise(tx, room, send, event, err));
    event->notifies = event_notifies_by_default(event, draft.content_value);
    event->taken_ms = send->keeps_time ? env_now_ms(tx->env) : 0;
    origin_set(event, send->device_nid, send->txn_id);
    *ret_event = event;
    return RC_OK;
}

enum rc rooms_send(struct tx *tx, const struct room **room_in_out, const struct room_send *send,
                   const struct event **ret_event, str *ret_event_id, struct error *err)
{
    if (send->txn_id.len > UINT16_MAX)
        return error_set(err, RC_TOO_LARGE, "the transaction id is too long");
    if (send->device_nid && send->txn_id.len) {
        struct txn_place place = {send->device_nid, send->draft.type, send->draft.redacts};
        enum rc rc = event_index_txn(tx, *room_in_out, &place, send->txn_id, ret_event_id);
        if (rc == RC_OK)
            *ret_event = NULL;
        if (rc != RC_NOT_FOUND)
            return rc == RC_OK ? rc : error_set(err, rc, "cannot look up the transaction");
    }
    struct event *event;
    TRY(event_make(tx, *room_in_out, send, &event, err));
    enum rc rc = send->skip_auth ? RC_OK : slow_mode_take(tx, *room_in_out, event, send->sender_nid);
    if (rc != RC_OK)
        return error_set(err, rc, rc == RC_LIMITED ? "slow mode" : "cannot look at the room's slow mode");
    rc = event_store(tx, room_in_out, event, send->sender_nid, send->recipient_nid);
    if (rc != RC_OK)
        return error_set(err, rc, "cannot store the event");
    *ret_event = event;
    *ret_event_id = event->event_id;
    return RC_OK;
}

/* ---- Redaction ---- */

static enum rc forget_in_index(struct tx *tx, const struct room *room, const struct event *target)
{
    struct search_text text;
    struct search_place place = {search_subject_of(target), target->pos};
    return search_text_of(tx->arena, target, &text) ? search_forget(tx, room->nid, &place, 1) : RC_OK;
}

enum rc rooms_apply_redaction(struct tx *tx, const struct room **room_in_out, const struct event *target)
{
    const struct room *room = *room_in_out;
    struct event *redacted;
    if (target->redacted)
        return RC_OK;
    TRY(event_redact(room->version, target, &redacted));
    events_hold(tx, redacted);
    TRY(event_row_redact(tx, redacted));
    TRY(event_index_unrelate(tx, room, target));
    TRY(media_use_forget(tx, target->pos));
    TRY(forget_in_index(tx, room, target));
    struct room *next = room_next(room);
    const struct event *current =
        target->is_state ? room_state_get(next->state, target->type, target->state_key) : NULL;
    if (current && current->pos == target->pos)
        room_set_state(next, room_state_put(next->state, redacted));
    room_replace_event(next, redacted);
    rooms_put(tx, room_in_out, next);
    return RC_OK;
}
