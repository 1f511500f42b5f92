/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A room's snapshot: what it holds, how the next one is made from it. */
#include "room/lifetime.h"
#include "store/rooms_private.h"

#include <stdlib.h>

/* What never changes in a room's life, shared by its snapshots. */
struct identity {
    _Atomic uint32_t refs;
    size_t len;
    char room_id[];
};

struct snapshot {
    struct room room;
    struct identity *identity;
};

static struct snapshot *snapshot_of(const struct room *room)
{
    return (struct snapshot *)room;
}

static void identity_unref(struct identity *identity)
{
    if (atomic_fetch_sub_explicit(&identity->refs, 1, memory_order_acq_rel) == 1)
        free(identity);
}

static void typing_unref(struct room_typing *typing)
{
    if (typing && atomic_fetch_sub_explicit(&typing->refs, 1, memory_order_acq_rel) == 1)
        free(typing);
}

struct room *room_new(uint64_t nid, str room_id, const struct room_version *version)
{
    struct snapshot *snapshot = xcalloc(1, sizeof *snapshot);
    struct identity *identity = xmalloc(sizeof *identity + room_id.len);
    identity->refs = 1;
    identity->len = room_id.len;
    memcpy(identity->room_id, room_id.ptr, room_id.len);
    snapshot->identity = identity;
    struct room *room = &snapshot->room;
    room->refs = 1;
    room->nid = nid;
    room->room_id = (str){identity->room_id, identity->len};
    room->version = version;
    room->lifetime_asked = LIFETIME_UNSET;
    return room;
}

struct room *room_ref(const struct room *room)
{
    atomic_fetch_add_explicit(&((struct room *)room)->refs, 1, memory_order_relaxed);
    return (struct room *)room;
}

void room_unref(const struct room **room_ptr)
{
    struct room *room = (struct room *)*room_ptr;
    *room_ptr = NULL;
    if (!room || atomic_fetch_sub_explicit(&room->refs, 1, memory_order_acq_rel) != 1)
        return;
    const struct room_state *state = room->state;
    if (state)
        room_state_unref(&state);
    room_chunk_unref(&room->older);
    room_chunk_unref(&room->newer);
    typing_unref(room->typing);
    identity_unref(snapshot_of(room)->identity);
    free(snapshot_of(room));
}

struct room *room_next(const struct room *room)
{
    struct snapshot *next = xmalloc(sizeof *next);
    /* Not the count, which readers are changing. */
    size_t from = offsetof(struct snapshot, room.nid);
    memcpy((char *)next + from, (const char *)snapshot_of(room) + from, sizeof *next - from);
    atomic_init(&next->room.refs, 1);
    atomic_fetch_add_explicit(&next->identity->refs, 1, memory_order_relaxed);
    if (next->room.state)
        room_state_ref(next->room.state);
    room_chunk_ref(next->room.older);
    room_chunk_ref(next->room.newer);
    if (next->room.typing)
        atomic_fetch_add_explicit(&next->room.typing->refs, 1, memory_order_relaxed);
    return &next->room;
}

void room_set_state(struct room *room, struct room_state *state)
{
    const struct room_state *before = room->state;
    room->state = state;
    room->lifetime_asked = lifetime_asked(state);
    if (before)
        room_state_unref(&before);
}

void room_append(struct room *room, const struct event *event)
{
    if (room->newer && room->newer_count == ROOM_CHUNK) {
        room_chunk_unref(&room->older);
        room->older = room->newer;
        room->newer = NULL;
    }
    if (!room->newer) {
        room->newer = room_chunk_new();
        room->newer_count = 0;
    } else if (room->newer->filled != room->newer_count) {
        /* A snapshot that was thrown away has put its event there, and someone may still hold it. */
        struct room_chunk *copy = room_chunk_copy(room->newer, room->newer_count);
        room_chunk_unref(&room->newer);
        room->newer = copy;
    }
    room->newer->events[room->newer->filled++] = event_ref(event);
    room->newer_count++;
    room->last_pos = event->pos;
    room->last_event_id = event->event_id;
    room->depth = event->depth;
}

static bool chunk_replace(struct room_chunk **chunk, size_t count, const struct event *event)
{
    for (size_t i = 0; i < count; i++) {
        if ((*chunk)->events[i]->pos != event->pos)
            continue;
        struct room_chunk *copy = room_chunk_copy(*chunk, count);
        event_unref(&copy->events[i]);
        copy->events[i] = event_ref(event);
        room_chunk_unref(chunk);
        *chunk = copy;
        return true;
    }
    return false;
}

void room_replace_event(struct room *room, const struct event *event)
{
    if (room->newer && chunk_replace(&room->newer, room->newer_count, event)) {
        /* The id's bytes were the old event's. */
        room->last_event_id = room->newer->events[room->newer_count - 1]->event_id;
        return;
    }
    if (room->older)
        chunk_replace(&room->older, ROOM_CHUNK, event);
}

size_t room_timeline_count(const struct room *room)
{
    return (room->older ? ROOM_CHUNK : 0) + room->newer_count;
}

const struct event *room_timeline_at(const struct room *room, size_t i)
{
    if (!room->older)
        return room->newer->events[i];
    return i < ROOM_CHUNK ? room->older->events[i] : room->newer->events[i - ROOM_CHUNK];
}

static void kind_ref(const void *value)
{
    room_ref(value);
}

static void kind_unref(const void *value)
{
    const struct room *room = value;
    room_unref(&room);
}

/* An estimate: events of the usual size, everything shared with earlier snapshots counted once. */
static size_t kind_weight(const void *value)
{
    enum { EVENT_BYTES = 1600, STATE_BYTES = 1400 };
    const struct room *room = value;
    size_t state = room->state ? room_state_count(room->state) : 0;
    return sizeof(struct snapshot) + room_timeline_count(room) * EVENT_BYTES + state * STATE_BYTES;
}

static str kind_name(const void *value)
{
    return ((const struct room *)value)->room_id;
}

const struct cache_kind room_kind = {kind_ref, kind_unref, kind_weight, kind_name};
