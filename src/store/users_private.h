/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef STORE_USERS_PRIVATE_H
#define STORE_USERS_PRIVATE_H

#include "store/store_private.h"
#include "store/users.h"

extern const struct cache_kind user_kind;

/* The makings of a snapshot. Strings are copied, rooms referenced. */
struct user_parts {
    uint64_t nid;
    str localpart, agreed;
    const struct personal *display_name, *avatar_url;
    uint32_t flags, grants;
    int64_t created_ms, account_data_pos;
    struct user_rooms *rooms;
};
struct user_parts user_parts_of(const struct user *user);
/* With one reference. */
struct user *user_new(str server_name, const struct user_parts *parts);

struct user_rooms *user_rooms_alloc(size_t count);
void user_rooms_unref(struct user_rooms **rooms);
/* A new list in which `room` replaces the entry of its number, or is added. */
struct user_rooms *user_rooms_with(const struct user_rooms *rooms, const struct user_room *room);

/* From disk, with one reference. */
enum rc user_load(struct tx *tx, uint64_t nid, const struct user **ret_user) MUST_USE;

/* WRITE. A member event about this user was stored: keeps the row and the snapshot's list. */
enum rc users_note_membership(struct tx *tx, uint64_t nid, const struct user_room *room) MUST_USE;

#endif
