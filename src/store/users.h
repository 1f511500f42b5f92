/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * People by number. A `struct user` is an immutable, reference-counted snapshot of what everyone in a room may know
 * of a user anyway (id; display name and avatar behind the gate) plus what the server asks on each request.
 * Everything else personal goes through privacy/personal.h.
 */
#ifndef STORE_USERS_H
#define STORE_USERS_H

#include "base/map.h"
#include "catalogue/personal_value.h"
#include "store/store.h"

enum {
    USER_DEACTIVATED = 1,
    USER_LOCKED = 2,
    USER_SUSPENDED = 4,
    USER_ADMIN = 8,
    USER_GUEST = 16,
    USER_ERASED = 32,   /* an erasure has ended: nothing is left but the number */
    USER_SERVER = 64,   /* the server's own, which notices are from: nobody signs in to it or looks at its rooms */
    USER_MACHINE = 128, /* kept by an application service: nobody is behind it */
};

struct user_room {
    uint64_t room_nid;
    enum membership membership; /* never NONE */
    int64_t pos;                /* of the membership event */
    bool forgotten;
};

/* The user's rooms as of some commit: immutable, reference-counted, sorted by room_nid. */
struct user_rooms {
    _Atomic uint32_t refs;
    size_t count;
    struct user_room rooms[];
};

struct user {
    _Atomic uint32_t refs;
    uint64_t nid;
    str user_id; /* "@name:server" */
    str localpart;
    const struct personal *display_name, *avatar_url; /* NULL: none. privacy/profile.h */
    uint32_t flags;
    str agreed;      /* the version of the policy last agreed to, as of the ledger (obligation 6.5); empty: none */
    uint32_t grants; /* PURPOSE_BIT()s of the optional purposes consented to, as of the ledger (obligation 1.17) */
    int64_t created_ms;
    int64_t account_data_pos; /* newest account data change of any room */
    struct user_rooms *rooms;
};

/* References are held for the life of tx->arena: do not unref. RC_NOT_FOUND. */
enum rc users_get(struct tx *tx, uint64_t nid, const struct user **ret_user) MUST_USE;
enum rc users_find(struct tx *tx, str user_id, const struct user **ret_user) MUST_USE;
/* To keep one beyond the arena. */
struct user *user_ref(const struct user *user);
void user_unref(const struct user **user);
/* By binary search; NULL: no relation. */
const struct user_room *user_rooms_find(const struct user_rooms *rooms, uint64_t room_nid);
/* Is there a room that both have joined? */
bool user_rooms_share(const struct user_rooms *a, const struct user_rooms *b);

/* WRITE. Draws the subject's data key. RC_EXISTS when the localpart is taken (also by an erased user). */
enum rc users_create(struct tx *tx, str localpart, uint32_t flags, uint64_t *ret_nid, struct error *err) MUST_USE;
/* By somebody, or by somebody who was erased. */
enum rc users_name_is_taken(struct tx *tx, str localpart, bool *ret_taken) MUST_USE;
enum rc users_set_flags(struct tx *tx, uint64_t nid, uint32_t set, uint32_t clear) MUST_USE;
/* WRITE. What the consent ledger says now; it is the truth, this the working copy: privacy/consent.c keeps both. */
enum rc users_set_grants(struct tx *tx, uint64_t nid, uint32_t grants) MUST_USE;
/* WRITE. Likewise. */
enum rc users_set_agreed(struct tx *tx, uint64_t nid, str version) MUST_USE;
/* WRITE. field "displayname" or "avatar_url"; empty value removes. Rooms are told by the caller. */
enum rc users_set_profile(struct tx *tx, uint64_t nid, str field, str value) MUST_USE;
/* Guests behind number `after` who were made, and last seen on any device, before a time; by number. */
enum rc users_idle_guests(struct tx *tx, int64_t before_ms, uint64_t after, size_t limit, uint64_t **ret_nids,
                          size_t *ret_count) MUST_USE;
enum rc users_note_account_data(struct tx *tx, uint64_t nid, int64_t pos) MUST_USE;                   /* WRITE */
enum rc users_set_forgotten(struct tx *tx, uint64_t nid, uint64_t room_nid, bool forgotten) MUST_USE; /* WRITE */
/* For the user directory: those whose localpart or display name contains the term, whatever its case; the caller
 * filters by who may see whom. Names are sealed at rest: an in-memory index serves this. */
struct users_query {
    str term; /* UTF-8 */
    size_t limit;
    const struct map *among, *except; /* by number; NULL: everybody, nobody */
};
enum rc users_search(struct tx *tx, const struct users_query *query, const struct user ***ret_users,
                     size_t *ret_count) MUST_USE;

#endif
