/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Where somebody wants to be told that something is new while their app is closed (spec: client-server API, "Push
 * notifications"): a push gateway, or the push service of a browser. What an app says of itself is sealed under its
 * user's key. A pusher lives with the device whose access token set it, and is told nothing while that is signed out.
 */
#ifndef STORE_PUSHERS_H
#define STORE_PUSHERS_H

#include "store/tx.h"

enum {
    PUSHERS_MAX_PER_USER = 50,
    PUSHER_APP_ID_MAX = 64,
    PUSHER_PUSHKEY_MAX = 512,
    PUSHER_TEXT_MAX = 256, /* each of the names, the language and the tag */
    PUSHER_DATA_MAX = 4096,
};

enum pusher_kind { PUSHER_HTTP = 1, PUSHER_WEB = 2 };

struct pusher {
    uint64_t nid, user_nid, device_nid;
    enum pusher_kind kind;
    int64_t set_ms;   /* when the app last said so */
    int64_t sent_pos; /* what is due up to here has been sent, or given up */
    str app_id, pushkey;
    str app_name, device_name, profile_tag, lang;
    str data; /* a JSON object, as the app gave it */
};

/* WRITE. By app_id and pushkey: adds it, or replaces what the user's pusher of that kind of name said before. Fills in
 * nid, set_ms and sent_pos: what was due before is not sent to it. Of other users with the same app_id and pushkey
 * theirs are removed, unless `append`. RC_LIMITED beyond PUSHERS_MAX_PER_USER. */
enum rc pushers_set(struct tx *tx, struct pusher *pusher, bool append) MUST_USE;
/* WRITE. RC_NOT_FOUND. */
enum rc pushers_remove_named(struct tx *tx, uint64_t user_nid, str app_id, str pushkey) MUST_USE;
/* WRITE. By its number; RC_OK if it is gone already. */
enum rc pushers_remove(struct tx *tx, uint64_t user_nid, uint64_t nid) MUST_USE;
/* WRITE. Those a device has set. */
enum rc pushers_drop_device(struct tx *tx, uint64_t user_nid, uint64_t device_nid) MUST_USE;
/* All of the user's, oldest first, in the arena. */
enum rc pushers_list(struct tx *tx, uint64_t user_nid, struct pusher **ret_pushers, size_t *ret_count) MUST_USE;
/* Numbers of all. */
enum rc pushers_numbers(struct tx *tx, uint64_t user_nid, uint64_t ret_nids[PUSHERS_MAX_PER_USER],
                        size_t *ret_count) MUST_USE;
/* Numbers of those that may be told something: their device is signed in. At most PUSHERS_MAX_PER_USER. */
enum rc pushers_live(struct tx *tx, uint64_t user_nid, uint64_t ret_nids[PUSHERS_MAX_PER_USER],
                     size_t *ret_count) MUST_USE;
/* One of them. RC_NOT_FOUND. */
enum rc pushers_get_live(struct tx *tx, uint64_t user_nid, uint64_t nid, struct pusher *ret_pusher) MUST_USE;

#endif
