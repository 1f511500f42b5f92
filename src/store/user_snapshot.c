/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A user's snapshot: one allocation with its strings behind it; the room list is shared between snapshots. */
#include "base/arena.h"
#include "catalogue/personal_private.h"
#include "store/users_private.h"

#include <stdlib.h>

struct user *user_ref(const struct user *user)
{
    atomic_fetch_add_explicit(&((struct user *)user)->refs, 1, memory_order_relaxed);
    return (struct user *)user;
}

void user_unref(const struct user **user_ptr)
{
    struct user *user = (struct user *)*user_ptr;
    *user_ptr = NULL;
    if (!user || atomic_fetch_sub_explicit(&user->refs, 1, memory_order_acq_rel) != 1)
        return;
    user_rooms_unref(&user->rooms);
    free(user);
}

/* The values behind the gate lie in the same allocation. */
struct with_values {
    struct user user;
    struct personal display_name, avatar_url;
};

static str put(char **at, str s)
{
    if (s.len)
        memcpy(*at, s.ptr, s.len);
    str copy = {*at, s.len};
    *at += s.len;
    return copy;
}

static size_t value_len(const struct personal *value)
{
    return value ? value->value.len : 0;
}

static const struct personal *put_value(char **at, const struct personal *value, struct personal *copy)
{
    if (!value)
        return NULL;
    copy->value = put(at, value->value);
    return copy;
}

struct user *user_new(str server_name, const struct user_parts *parts)
{
    size_t id_len = 1 + parts->localpart.len + 1 + server_name.len;
    struct with_values *whole = xmalloc(sizeof *whole + id_len + value_len(parts->display_name)
                                        + value_len(parts->avatar_url) + parts->agreed.len);
    struct user *user = &whole->user;
    *user = (struct user){.refs = 1,
                          .nid = parts->nid,
                          .flags = parts->flags,
                          .grants = parts->grants,
                          .created_ms = parts->created_ms,
                          .account_data_pos = parts->account_data_pos,
                          .rooms = parts->rooms};
    char *at = (char *)(whole + 1);
    user->user_id = (str){at, id_len};
    *at++ = '@';
    user->localpart = put(&at, parts->localpart);
    *at++ = ':';
    put(&at, server_name);
    user->display_name = put_value(&at, parts->display_name, &whole->display_name);
    user->avatar_url = put_value(&at, parts->avatar_url, &whole->avatar_url);
    user->agreed = put(&at, parts->agreed);
    atomic_fetch_add_explicit(&user->rooms->refs, 1, memory_order_relaxed);
    return user;
}

struct user_parts user_parts_of(const struct user *user)
{
    return (struct user_parts){.nid = user->nid,
                               .localpart = user->localpart,
                               .display_name = user->display_name,
                               .avatar_url = user->avatar_url,
                               .agreed = user->agreed,
                               .flags = user->flags,
                               .grants = user->grants,
                               .created_ms = user->created_ms,
                               .account_data_pos = user->account_data_pos,
                               .rooms = user->rooms};
}

struct user_rooms *user_rooms_alloc(size_t count)
{
    struct user_rooms *rooms = xcalloc(1, sizeof *rooms + count * sizeof *rooms->rooms);
    rooms->refs = 1;
    rooms->count = count;
    return rooms;
}

void user_rooms_unref(struct user_rooms **rooms_ptr)
{
    struct user_rooms *rooms = *rooms_ptr;
    *rooms_ptr = NULL;
    if (rooms && atomic_fetch_sub_explicit(&rooms->refs, 1, memory_order_acq_rel) == 1)
        free(rooms);
}

/* The first entry whose number is not below. */
static size_t lower_bound(const struct user_rooms *rooms, uint64_t room_nid)
{
    size_t low = 0, high = rooms->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rooms->rooms[middle].room_nid < room_nid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct user_room *user_rooms_find(const struct user_rooms *rooms, uint64_t room_nid)
{
    size_t i = lower_bound(rooms, room_nid);
    return i < rooms->count && rooms->rooms[i].room_nid == room_nid ? &rooms->rooms[i] : NULL;
}

/* Both lists are sorted by room number: one walk tells. */
bool user_rooms_share(const struct user_rooms *a, const struct user_rooms *b)
{
    for (size_t i = 0, j = 0; a && b && i < a->count && j < b->count;) {
        if (a->rooms[i].room_nid < b->rooms[j].room_nid)
            i++;
        else if (a->rooms[i].room_nid > b->rooms[j].room_nid)
            j++;
        else if (a->rooms[i].membership == MEMBERSHIP_JOIN && b->rooms[j].membership == MEMBERSHIP_JOIN)
            return true;
        else
            i++, j++;
    }
    return false;
}

struct user_rooms *user_rooms_with(const struct user_rooms *rooms, const struct user_room *room)
{
    size_t i = lower_bound(rooms, room->room_nid);
    bool replaces = i < rooms->count && rooms->rooms[i].room_nid == room->room_nid;
    struct user_rooms *next = user_rooms_alloc(rooms->count + !replaces);
    memcpy(next->rooms, rooms->rooms, i * sizeof *room);
    next->rooms[i] = *room;
    size_t rest = i + replaces;
    memcpy(&next->rooms[i + 1], &rooms->rooms[rest], (rooms->count - rest) * sizeof *room);
    return next;
}

static void kind_ref(const void *value)
{
    user_ref(value);
}

static void kind_unref(const void *value)
{
    const struct user *user = value;
    user_unref(&user);
}

static size_t kind_weight(const void *value)
{
    const struct user *user = value;
    return sizeof *user + user->user_id.len * 2 + value_len(user->display_name) + value_len(user->avatar_url)
           + user->agreed.len + user->rooms->count * sizeof *user->rooms->rooms;
}

static str kind_name(const void *value)
{
    return ((const struct user *)value)->user_id;
}

const struct cache_kind user_kind = {kind_ref, kind_unref, kind_weight, kind_name};
