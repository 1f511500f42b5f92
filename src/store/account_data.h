/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Account data: what a user keeps for its own clients, per account (room 0) or per room, by type. Contents are sealed
 * under the user's key. Each change takes a position of the stream.
 */
#ifndef STORE_ACCOUNT_DATA_H
#define STORE_ACCOUNT_DATA_H

#include "store/users.h"

enum {
    ACCOUNT_DATA_MAX_TYPES = 1000,  /* per user and room */
    ACCOUNT_DATA_MAX_BYTES = 65536, /* of one content */
};

struct account_data {
    uint64_t room_nid; /* 0: the account's */
    int64_t pos;
    str type;
    str content; /* JSON object text */
};

/* RC_NOT_FOUND. */
enum rc account_data_get(struct tx *tx, uint64_t user_nid, uint64_t room_nid, str type, str *ret_content) MUST_USE;
/* Is there any of that type? */
enum rc account_data_has(struct tx *tx, uint64_t user_nid, uint64_t room_nid, str type, bool *ret_has) MUST_USE;
/* WRITE. Stores, notes the position at the user and tells its syncs. RC_TOO_LARGE; RC_LIMITED: too many types. */
enum rc account_data_set(struct tx *tx, uint64_t user_nid, uint64_t room_nid, str type, str content) MUST_USE;
/* Of the account and all rooms, from < pos ≤ to, in the order of change. */
enum rc account_data_changes(struct tx *tx, uint64_t user_nid, int64_t from, int64_t to,
                             struct account_data **ret_items, size_t *ret_count) MUST_USE;
/* All of one room, or of the account (room 0). */
enum rc account_data_of_room(struct tx *tx, uint64_t user_nid, uint64_t room_nid, struct account_data **ret_items,
                             size_t *ret_count) MUST_USE;

/* Who the user ignores (m.ignored_user_list). */
struct ignored_users;
/* NULL when nobody. Oneself cannot be ignored. */
enum rc ignored_users_load(struct tx *tx, uint64_t user_nid, const struct ignored_users **ret_ignored) MUST_USE;
/* ignored may be NULL. */
bool ignored_users_has(const struct ignored_users *ignored, str user_id);

/* Does the user take no invites at all (m.invite_permission_config)? */
enum rc invites_are_blocked(struct tx *tx, uint64_t user_nid, bool *ret_blocked) MUST_USE;

#endif
