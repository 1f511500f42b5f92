/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * GET /events, what clients listened to before there was /sync: the rooms' events behind a token, or the next ones to
 * come. With room_id of that room alone, which one need not have joined (spec "peekEvents").
 */
#include "api/auth.h"
#include "api/history.h"
#include "api/server.h"
#include "base/container.h"
#include "base/vec.h"
#include "store/gate.h"
#include "sync/live.h"

#include <stdlib.h>

enum {
    PAGE = 100,
    TIMEOUT_MS = 30 * 1000,
    TIMEOUT_MAX_MS = 10 * 60 * 1000,
};

/* One request, and its place in the index while it waits. Lives in the call's arena. */
struct listen {
    struct call *call;
    struct live *live;
    str peek; /* the one room, or STR_NONE */
    int64_t from;
    struct live_wait wait;
    struct loop_timer timer;
};

/* ---- what there is ---- */

struct item {
    const struct event *event;
    const struct bundle_reader *reader;
};

struct gathering {
    struct call *call;
    int64_t from, reach; /* everything in from < pos ≤ reach is among the items */
    VEC(struct item) items;
};

static enum rc gather_room(struct gathering *gathering, str room_id)
{
    struct call *call = gathering->call;
    struct room_view *view = arena_new(call->arena, struct room_view);
    struct bundle_reader *reader = arena_new(call->arena, struct bundle_reader);
    struct history_page page;
    TRY(room_view_open(call, room_id, view));
    TRY(room_view_reader(call, view, true, reader));
    struct history_query query = {
        .view = view, .reader = reader, .from = gathering->from, .to = gathering->reach, .limit = PAGE};
    TRY(history_read(call, &query, &page));
    for (size_t i = 0; i < page.count; i++)
        vec_push(&gathering->items, ((struct item){page.events[i], reader}));
    if (!page.ended && page.next < gathering->reach)
        gathering->reach = page.next;
    return RC_OK;
}

static enum rc gather_invite(struct gathering *gathering, const struct room *room)
{
    struct call *call = gathering->call;
    const struct event *invite = room_state_get(room->state, S("m.room.member"), call->who.user_id);
    struct bundle_reader *reader = arena_new(call->arena, struct bundle_reader);
    struct visibility *visibility;
    bool hidden;
    TRY(room_invite_is_hidden(call, room, &hidden));
    if (!invite || hidden)
        return RC_OK;
    TRY(visibility_new(call->tx, room, call->who.user_id, &visibility));
    struct room_view view = {.room = room, .visibility = visibility, .until = invite->pos};
    TRY(room_view_reader(call, &view, false, reader));
    vec_push(&gathering->items, ((struct item){invite, reader}));
    return RC_OK;
}

static enum rc gather_mine(struct gathering *gathering, const struct user_room *mine)
{
    const struct room *room;
    bool moved = mine->pos > gathering->from;
    if (mine->membership == MEMBERSHIP_KNOCK || mine->forgotten || (mine->membership != MEMBERSHIP_JOIN && !moved))
        return RC_OK;
    TRY(rooms_get(gathering->call->tx, mine->room_nid, &room));
    if (mine->membership == MEMBERSHIP_INVITE)
        return gather_invite(gathering, room);
    if (room->last_pos <= gathering->from)
        return RC_OK;
    enum rc rc = gather_room(gathering, room->room_id);
    /* A room one was never in has nothing to tell when an invitation to it ends. */
    return rc == RC_INVALID && mine->membership != MEMBERSHIP_JOIN ? RC_OK : rc;
}

static int by_position(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    return (a->event->pos > b->event->pos) - (a->event->pos < b->event->pos);
}

/* In order, no more than a page, and nothing beyond what is complete. */
static void settle(struct gathering *gathering)
{
    size_t count = 0;
    if (gathering->items.count)
        qsort(gathering->items.items, gathering->items.count, sizeof *gathering->items.items, by_position);
    while (count < gathering->items.count && count < PAGE
           && gathering->items.items[count].event->pos <= gathering->reach)
        count++;
    if (count == PAGE && count < gathering->items.count)
        gathering->reach = gathering->items.items[count - 1].event->pos;
    gathering->items.count = count;
}

static enum rc add_answer(const struct gathering *gathering, struct strbuf *out)
{
    strbuf_clear(out);
    strbuf_add(out, S("{\"chunk\":["));
    for (size_t i = 0; i < gathering->items.count; i++) {
        if (i)
            strbuf_add_char(out, ',');
        TRY(bundle_add_event(gathering->items.items[i].reader, gathering->items.items[i].event, true, out));
    }
    strbuf_add(out, S("],"));
    history_token_add(out, "start", gathering->from);
    strbuf_add_char(out, ',');
    history_token_add(out, "end", gathering->reach);
    strbuf_add_char(out, '}');
    return RC_OK;
}

static enum rc gather(struct listen *listen, struct gathering *gathering)
{
    struct call *call = listen->call;
    if (listen->peek.ptr)
        return gather_room(gathering, listen->peek);
    TRY(gate_check(call->tx, call->who.user_nid, FIELD_EVENT, call->tx->act->purpose));
    const struct user_rooms *rooms = call->who.user->rooms;
    for (size_t i = 0; rooms && i < rooms->count; i++)
        TRY(gather_mine(gathering, &rooms->rooms[i]));
    return RC_OK;
}

static enum rc build(struct listen *listen, bool *ret_empty)
{
    struct call *call = listen->call;
    int64_t newest = tx_pos(call->tx);
    struct gathering gathering = {.call = call, .from = listen->from, .reach = newest};
    enum rc rc = gather(listen, &gathering);
    settle(&gathering);
    *ret_empty = gathering.items.count == 0;
    if (rc == RC_OK)
        rc = add_answer(&gathering, &call->out);
    vec_fini(&gathering.items);
    return rc;
}

/* As of now, in a scratch arena, so that waking often does not pile up memory. */
static enum rc build_anew(struct listen *listen, bool *ret_empty)
{
    struct call *call = listen->call;
    struct call before = *call;
    struct arena scratch = ARENA_INIT;
    struct tx tx;
    store_read(call->server->store, loop_index(call->http->loop), call->tx->act, &scratch, &tx);
    call->arena = &scratch;
    call->tx = &tx;
    enum rc rc = users_get(&tx, call->who.user_nid, &call->who.user);
    if (rc == RC_OK)
        rc = build(listen, ret_empty);
    call->arena = before.arena;
    call->tx = before.tx;
    call->who.user = before.who.user;
    arena_fini(&scratch);
    return rc;
}

/* ---- waiting ---- */

static void unpark(struct listen *listen)
{
    loop_timer_cancel(listen->call->http->loop, &listen->timer);
    live_unpark(listen->live, &listen->wait);
}

static void answer(struct listen *listen, enum rc rc)
{
    unpark(listen);
    call_resume(listen->call, rc);
}

static void wait_wake(struct live_wait *wait)
{
    struct listen *listen = CONTAINER_OF(wait, struct listen, wait);
    bool empty;
    enum rc rc = build_anew(listen, &empty);
    if (rc == RC_OK && empty && !listen->call->server->draining)
        strbuf_fini(&listen->call->out);
    else
        answer(listen, rc);
}

static void wait_timeout(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    struct listen *listen = CONTAINER_OF(timer, struct listen, timer);
    bool empty;
    answer(listen, build_anew(listen, &empty));
}

/* One of the user's sessions has ended: if it was this one, it hears no more. */
static void wait_ended(struct live_wait *wait)
{
    struct listen *listen = CONTAINER_OF(wait, struct listen, wait);
    enum rc rc = call_authenticate(listen->call);
    if (rc != RC_OK)
        answer(listen, rc);
}

static void wait_gone(struct call *call, void *ctx)
{
    unpark(ctx);
    call_abandon(call);
}

/* ---- the request ---- */

static enum rc park(struct listen *listen, int64_t timeout_ms)
{
    struct call *call = listen->call;
    const struct room *room = NULL;
    if (listen->peek.ptr)
        TRY(rooms_find(call->tx, listen->peek, &room));
    strbuf_fini(&call->out);
    listen->wait = (struct live_wait){.session_nid = call->who.session_nid, .wake = wait_wake, .ended = wait_ended};
    listen->timer.fire = wait_timeout;
    live_park(live_user_get(listen->live, call->who.user), &listen->wait);
    if (room)
        live_watch(listen->live, &listen->wait, room->nid);
    loop_timer_set(call->http->loop, &listen->timer, timeout_ms);
    return call_park(call, wait_gone, listen);
}

static enum rc get_events(struct call *call)
{
    struct listen *listen = arena_new(call->arena, struct listen);
    str peek = call_query(call, "room_id");
    int64_t timeout_ms;
    bool empty;
    listen->call = call;
    listen->live = call->server->lives[loop_index(call->http->loop)];
    listen->peek = peek.len ? peek : STR_NONE;
    TRY(call_query_i64(call, "timeout", TIMEOUT_MS, 0, INT64_MAX, &timeout_ms));
    TRY(history_token_param(call, "from", tx_pos(call->tx), &listen->from));
    /* A token from the future is a restored backup's: on from here. */
    if (listen->from > tx_pos(call->tx))
        listen->from = tx_pos(call->tx);
    (void)call_err(call); /* made now: a scratch arena must not hold what is answered when it is gone */
    TRY(build(listen, &empty));
    if (!empty || timeout_ms == 0 || call->server->draining)
        return RC_OK;
    return park(listen, timeout_ms < TIMEOUT_MAX_MS ? timeout_ms : TIMEOUT_MAX_MS);
}

static const struct endpoint endpoints[] = {
    {.name = "getEvents", /* and peekEvents */
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/events",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_PARK,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .service = SERVICE_NAMED,
     .purpose = PURPOSE_MESSAGING,
     .run = get_events},
};

extern const struct endpoint_module event_stream_module;
const struct endpoint_module event_stream_module = ENDPOINT_MODULE(endpoints);
