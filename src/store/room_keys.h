/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Backups of the keys of encrypted rooms (spec "Server-side key backups"): versions of an account, each with sessions
 * by room. What is in them the client has encrypted; here it is sealed once more, and rooms and sessions are found by
 * keyed hashes, so that the store does not say which rooms anybody was in.
 *
 * Numbers of versions are not given out twice. The newest version that is not deleted is the current one.
 */
#ifndef STORE_ROOM_KEYS_H
#define STORE_ROOM_KEYS_H

#include "store/tx.h"

enum {
    ROOM_KEYS_VERSIONS = 20,        /* of an account, not deleted */
    ROOM_KEYS_SESSIONS = 50000,     /* of a version */
    ROOM_KEYS_SESSION_MAX = 16384,  /* bytes of one, as text */
    ROOM_KEYS_PAGE = 200,           /* handed out at a time by room_keys_read() … */
    ROOM_KEYS_PAGE_BYTES = 1 << 20, /* … or fewer, when they are large */
    ROOM_KEYS_SWEPT = 1000,         /* rows that go at a time, once their version is deleted */
};

struct room_keys_version {
    uint64_t user_nid;
    int64_t version;
    int64_t etag;             /* counts changes */
    int64_t count;            /* of sessions */
    str algorithm, auth_data; /* auth_data: a JSON object */
};

/* WRITE. A new version, of ->user_nid, ->algorithm and ->auth_data; fills the rest. RC_LIMITED: too many. */
enum rc room_keys_version_add(struct tx *tx, struct room_keys_version *version) MUST_USE;
/* RC_NOT_FOUND: there never was one, or it was deleted. */
enum rc room_keys_version_get(struct tx *tx, uint64_t user_nid, int64_t version,
                              struct room_keys_version *ret_version) MUST_USE;
/* RC_NOT_FOUND: there is no backup. */
enum rc room_keys_version_current(struct tx *tx, uint64_t user_nid, struct room_keys_version *ret_version) MUST_USE;
/* All that are not deleted, oldest first. In the arena. */
enum rc room_keys_versions(struct tx *tx, uint64_t user_nid, struct room_keys_version **ret_versions,
                           size_t *ret_count) MUST_USE;
/* WRITE. Stores ->auth_data, ->etag and ->count. */
enum rc room_keys_version_save(struct tx *tx, const struct room_keys_version *version) MUST_USE;
/* WRITE. RC_OK as well when it was deleted before; RC_NOT_FOUND: it never was. Its sessions are unreachable from now
 * on, and gone with room_keys_sweep(). */
enum rc room_keys_version_delete(struct tx *tx, uint64_t user_nid, int64_t version) MUST_USE;
/* WRITE. Removes some sessions of deleted versions. *ret_more: there are further ones. */
enum rc room_keys_sweep(struct tx *tx, uint64_t user_nid, bool *ret_more) MUST_USE;

struct room_key {
    str room_id, session_id;
    bool verified;
    int64_t first_index, forwarded;
    str text;        /* as it is given back: a JSON object */
    int64_t version; /* of room_keys_read() */
};
/* WRITE. Stores the session, or replaces a worse one (spec "Backup algorithm": verified, then the earlier first index,
 * then forwarded less often). Counts in *version, which the caller saves. RC_LIMITED: the version is full. */
enum rc room_keys_put(struct tx *tx, struct room_keys_version *version, const struct room_key *key) MUST_USE;
/* WRITE. All sessions, those of a room, or one (what is not meant has no ptr). */
enum rc room_keys_remove(struct tx *tx, struct room_keys_version *version, str room_id, str session_id) MUST_USE;
/* One of them; room_id, session_id and text are filled, in the arena. RC_NOT_FOUND. */
enum rc room_keys_get(struct tx *tx, const struct room_keys_version *version, str room_id, str session_id,
                      struct room_key *ret_key) MUST_USE;

/* Which of an account's sessions. */
struct room_keys_choice {
    uint64_t user_nid;
    int64_t version; /* 0: of all that are not deleted */
    str room_id;     /* of a version; no ptr: of all rooms */
};
/* In pages: by version, a room's sessions side by side, else in an order of no meaning. In the arena. */
struct room_keys_page {
    struct room_key *keys; /* room_id, session_id, text and version are filled */
    size_t count;
    str next; /* the next page's `from`; empty: this is the last */
};
/* `from`: a page's next, or empty. RC_INVALID: it is none. A version that is deleted has no sessions. */
enum rc room_keys_read(struct tx *tx, const struct room_keys_choice *choice, str from,
                       struct room_keys_page *ret_page) MUST_USE;

#endif
