/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Room aliases: found by blind index, their text sealed under the key of whoever made them. */
#ifndef STORE_ALIASES_H
#define STORE_ALIASES_H

#include "store/rooms.h"

enum { ALIASES_MAX_PER_ROOM = 200 };

/* RC_NOT_FOUND. ret_creator may be NULL. */
enum rc aliases_find(struct tx *tx, str alias, uint64_t *ret_room_nid, uint64_t *ret_creator_nid) MUST_USE;
/* WRITE. RC_EXISTS when it is taken; RC_LIMITED beyond ALIASES_MAX_PER_ROOM. */
enum rc aliases_add(struct tx *tx, str alias, uint64_t room_nid, uint64_t creator_nid) MUST_USE;
enum rc aliases_remove(struct tx *tx, str alias) MUST_USE; /* WRITE. RC_NOT_FOUND */
/* Those of one room, oldest first; those of erased makers are left out. */
enum rc aliases_of_room(struct tx *tx, uint64_t room_nid, str **ret_aliases, size_t *ret_count) MUST_USE;

#endif
