/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From the jobs' notes to one notice per commit: a room once, with its new events in order. */
#include "store/rooms_private.h"
#include "store/writer.h"

void notes_cut(struct tx_private *batch, size_t count)
{
    while (batch->notes.count > count) {
        struct note *note = &batch->notes.items[--batch->notes.count];
        if (note->event)
            event_unref(&note->event);
    }
}

/* How much one allocation must hold. */
struct sizes {
    size_t rooms, events, users;
};

static struct sizes measure(const struct tx_private *batch)
{
    struct sizes sizes = {0};
    for (size_t i = 0; i < batch->notes.count; i++) {
        const struct note *note = &batch->notes.items[i];
        sizes.rooms += note->is_room;
        sizes.events += note->event != NULL;
        sizes.users += !note->is_room;
    }
    return sizes;
}

static void users_fill(const struct tx_private *batch, struct notice_user *users, size_t *ret_count)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->notes.count; i++) {
        const struct note *note = &batch->notes.items[i];
        if (note->is_room)
            continue;
        struct notice_user *last = count ? &users[count - 1] : NULL;
        if (last && last->user_nid == note->nid && last->room_nid == note->room_nid)
            last->what |= note->what;
        else
            users[count++] = (struct notice_user){note->nid, note->what, note->room_nid};
    }
    *ret_count = count;
}

static uint64_t count_key_counts(struct store *store, const struct notice_user *users, size_t count)
{
    bool changed = false;
    for (size_t i = 0; i < count; i++)
        changed |= (users[i].what & NOTICE_KEY_COUNTS) != 0;
    if (changed)
        atomic_fetch_add(&store->key_counts_serial, 1);
    return atomic_load(&store->key_counts_serial);
}

uint64_t store_key_counts_serial(struct store *store)
{
    return atomic_load_explicit(&store->key_counts_serial, memory_order_acquire);
}

/* First pass: one entry per room, counting its events. */
static void rooms_collect(const struct tx_private *batch, struct notice_room *rooms, size_t *ret_count,
                          struct map *index)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->notes.count; i++) {
        const struct note *note = &batch->notes.items[i];
        if (!note->is_room)
            continue;
        struct notice_room *room = map_get(index, note->nid);
        if (!room) {
            const struct room *snapshot = overlay_get(&batch->rooms, note->nid);
            if (!snapshot)
                continue; /* nothing of it changed after all */
            room = &rooms[count++];
            *room = (struct notice_room){.room = room_ref(snapshot)};
            map_put(index, note->nid, room);
        }
        room->what |= note->what;
        room->event_count += note->event != NULL;
    }
    *ret_count = count;
}

/* Second pass: each room's events side by side. The notes' references move into the notice. */
static void events_fill(struct tx_private *batch, struct notice_room *rooms, size_t room_count,
                        const struct event **slots, const struct map *index)
{
    for (size_t i = 0; i < room_count; i++) {
        rooms[i].events = slots;
        slots += rooms[i].event_count;
        rooms[i].event_count = 0;
    }
    for (size_t i = 0; i < batch->notes.count; i++) {
        struct note *note = &batch->notes.items[i];
        struct notice_room *room = note->event ? map_get(index, note->nid) : NULL;
        if (!room)
            continue;
        ((const struct event **)room->events)[room->event_count++] = note->event;
        note->event = NULL;
    }
}

struct notice *notice_build(struct tx_private *batch)
{
    if (!batch->notes.count)
        return NULL;
    struct sizes sizes = measure(batch);
    size_t rooms_at = sizeof(struct notice);
    size_t events_at = rooms_at + sizes.rooms * sizeof(struct notice_room);
    size_t users_at = events_at + sizes.events * sizeof(struct event *);
    char *bytes = xcalloc(1, users_at + sizes.users * sizeof(struct notice_user));
    struct notice *notice = (struct notice *)bytes;
    struct notice_room *rooms = (struct notice_room *)(bytes + rooms_at);
    struct notice_user *users = (struct notice_user *)(bytes + users_at);
    struct map index = MAP_INIT;
    notice->refs = 1;
    notice->pos = batch->pos;
    notice->rooms = rooms;
    notice->users = users;
    rooms_collect(batch, rooms, &notice->room_count, &index);
    events_fill(batch, rooms, notice->room_count, (const struct event **)(bytes + events_at), &index);
    users_fill(batch, users, &notice->user_count);
    notice->key_counts_serial = count_key_counts(batch->store, users, notice->user_count);
    map_fini(&index);
    notes_cut(batch, 0);
    return notice;
}

struct notice *notice_ref(struct notice *notice)
{
    atomic_fetch_add_explicit(&notice->refs, 1, memory_order_relaxed);
    return notice;
}

void notice_unref(struct notice **notice_ptr)
{
    struct notice *notice = *notice_ptr;
    *notice_ptr = NULL;
    if (!notice || atomic_fetch_sub_explicit(&notice->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < notice->room_count; i++) {
        const struct notice_room *room = &notice->rooms[i];
        for (size_t k = 0; k < room->event_count; k++) {
            const struct event *event = room->events[k];
            event_unref(&event);
        }
        const struct room *snapshot = room->room;
        room_unref(&snapshot);
    }
    free(notice);
}
