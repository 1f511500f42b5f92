/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/guests.h"

#include "api/accounts.h"
#include "api/server.h"
#include "base/vec.h"
#include "privacy/idle_guests.h"
#include "store/sessions.h"

/* ---- coming ---- */

enum rc guests_make(struct call *call, const struct sign_in *sign_in)
{
    uint64_t nid;
    str name = account_random_name(call->tx);
    TRY(users_create(call->tx, name, USER_GUEST, &nid, call_err(call)));
    return sign_in_finish(call, nid, account_user_id(call->tx, name), sign_in);
}

/* ---- becoming a full account ---- */

static enum rc no_such_guest(struct call *call)
{
    return call_fail(call, 403, "M_FORBIDDEN", "guest_access_token and username are not those of one guest.");
}

static bool is_guest(const struct user *user)
{
    return user->flags & USER_GUEST && !(user->flags & (USER_DEACTIVATED | USER_LOCKED));
}

enum rc guests_find(struct call *call, str access_token, str localpart, uint64_t *ret_nid)
{
    const struct session *session;
    const struct user *user;
    enum rc rc = sessions_find(call->tx, access_token, &session);
    if (rc == RC_NOT_FOUND || rc == RC_UNAUTHORIZED || rc == RC_EXPIRED)
        return no_such_guest(call);
    TRY(rc);
    TRY(users_get(call->tx, session->user_nid, &user));
    if (!is_guest(user) || !str_eq(user->localpart, localpart))
        return no_such_guest(call);
    *ret_nid = user->nid;
    return RC_OK;
}

enum rc guests_upgrade(struct call *call, uint64_t nid, str *ret_localpart)
{
    const struct user *user;
    TRY(users_get(call->tx, nid, &user));
    if (!is_guest(user))
        return no_such_guest(call);
    *ret_localpart = user->localpart;
    TRY(users_set_flags(call->tx, nid, 0, USER_GUEST));
    return sign_out_all(call->tx, nid);
}

/* ---- going ---- */

typedef VEC(uint64_t) numbers;

static bool note_joined(const struct event *event, enum membership membership, void *ctx)
{
    if (membership == MEMBERSHIP_JOIN && event->target_nid)
        vec_push((numbers *)ctx, event->target_nid);
    return true;
}

static enum rc turn_out(struct tx *tx, uint64_t nid, uint64_t room_nid)
{
    const struct user *user;
    TRY(users_get(tx, nid, &user));
    return user->flags & USER_GUEST ? account_leave_room(tx, user, room_nid) : RC_OK;
}

enum rc guests_turn_out(struct tx *tx, const struct room **room_in_out, bool admitted_before)
{
    uint64_t room_nid = (*room_in_out)->nid;
    numbers joined = {0};
    enum rc rc = RC_OK;
    if (!admitted_before || room_state_guests_may_join((*room_in_out)->state))
        return RC_OK;
    room_state_each_member((*room_in_out)->state, note_joined, &joined);
    for (size_t i = 0; rc == RC_OK && i < joined.count; i++)
        rc = turn_out(tx, joined.items[i], room_nid);
    vec_fini(&joined);
    return rc == RC_OK ? rooms_get(tx, room_nid, room_in_out) : rc;
}

enum rc guests_job(struct tx *tx, struct server *server)
{
    size_t found;
    TRY(idle_guests_turn(tx, server->config->accounts.guest_idle, &server->guest_seen, &found));
    if (found)
        server->erasure_look_ms = 0;
    return RC_OK;
}
