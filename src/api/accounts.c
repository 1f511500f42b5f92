/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/accounts.h"

#include "api/sign_in.h"
#include "crypto/crypto.h"
#include "privacy/personal.h"
#include "store/delayed_events.h"
#include "store/devices.h"
#include "store/rooms.h"
#include "store/sessions.h"

str account_user_id(struct tx *tx, str localpart)
{
    str name = store_server_name(tx->store);
    return arena_printf(tx->arena, "@%.*s:%.*s", STR_ARG(localpart), STR_ARG(name));
}

str account_random_name(struct tx *tx)
{
    str name = crypto_random_name(tx->env, tx->arena, 12);
    for (size_t i = 0; i < name.len; i++)
        ((char *)name.ptr)[i] |= 0x20; /* lower case */
    return name;
}

/* ---- closing ---- */

enum rc account_leave_room(struct tx *tx, const struct user *user, uint64_t room_nid)
{
    const struct room *room;
    const struct event *event;
    str event_id;
    TRY(rooms_get(tx, room_nid, &room));
    struct room_send send = {
        .draft = {.type = S("m.room.member"),
                  .sender = user->user_id,
                  .state_key = user->user_id,
                  .content = S("{\"membership\":\"leave\"}")},
        .sender_nid = user->nid,
    };
    enum rc rc = rooms_send(tx, &room, &send, &event, &event_id, NULL);
    /* A room's rules must keep nobody in. */
    return rc == RC_FORBIDDEN ? RC_OK : rc;
}

static bool is_in(enum membership membership)
{
    return membership == MEMBERSHIP_JOIN || membership == MEMBERSHIP_INVITE || membership == MEMBERSHIP_KNOCK;
}

static enum rc leave_rooms(struct tx *tx, const struct user *user)
{
    for (size_t i = 0; user->rooms && i < user->rooms->count; i++) {
        if (is_in(user->rooms->rooms[i].membership))
            TRY(account_leave_room(tx, user, user->rooms->rooms[i].room_nid));
    }
    return RC_OK;
}

struct search {
    uint64_t nid;
    const struct event *found;
};

static bool is_theirs(const struct event *event, enum membership membership, void *ctx)
{
    (void)membership;
    struct search *search = ctx;
    if (event->target_nid == search->nid)
        search->found = event;
    return search->found == NULL;
}

/* By the server, under its own key: the person has none. */
static enum rc take_out(struct tx *tx, uint64_t nid, uint64_t room_nid)
{
    const struct room *room;
    const struct event *event;
    struct search search = {.nid = nid};
    str event_id;
    TRY(rooms_get(tx, room_nid, &room));
    room_state_each_member(room->state, is_theirs, &search);
    if (!search.found)
        return RC_OK;
    struct room_send send = {.draft = {.type = S("m.room.member"),
                                       .sender = search.found->state_key,
                                       .state_key = search.found->state_key,
                                       .content = S("{\"membership\":\"leave\"}")},
                             .skip_auth = true};
    return rooms_send(tx, &room, &send, &event, &event_id, NULL);
}

static enum rc remove_field(struct tx *tx, uint64_t subject, enum personal_field field)
{
    enum rc rc = personal_remove(tx, subject, field, 0);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc account_stop(struct tx *tx, uint64_t user_nid, bool held)
{
    struct device *devices;
    size_t count;
    if (!held)
        return sign_out_all(tx, user_nid);
    TRY(devices_list(tx, user_nid, &devices, &count));
    for (size_t i = 0; i < count; i++)
        TRY(sessions_end_device(tx, user_nid, devices[i].nid));
    return RC_OK;
}

enum rc account_shut_out(struct tx *tx, const struct user *user)
{
    for (size_t i = 0; user->rooms && i < user->rooms->count; i++)
        if (is_in(user->rooms->rooms[i].membership))
            TRY(take_out(tx, user->nid, user->rooms->rooms[i].room_nid));
    TRY(account_stop(tx, user->nid, false));
    return users_set_flags(tx, user->nid, USER_DEACTIVATED, USER_ADMIN);
}

static enum rc remove_fields(struct tx *tx, uint64_t subject)
{
    TRY(remove_field(tx, subject, FIELD_PASSWORD_HASH));
    TRY(remove_field(tx, subject, FIELD_PHONE));
    TRY(remove_field(tx, subject, FIELD_EMAIL));
    TRY(delayed_drop_all(tx, subject));
    TRY(remove_field(tx, subject, FIELD_PROFILE_FIELDS));
    TRY(users_set_profile(tx, subject, S("displayname"), STR_NONE));
    return users_set_profile(tx, subject, S("avatar_url"), STR_NONE);
}

enum rc account_close(struct tx *tx, const struct consent_issuer *issuer, const struct user *user, bool held)
{
    TRY(consent_withdraw_all(tx, issuer, user->nid));
    TRY(leave_rooms(tx, user));
    TRY(account_stop(tx, user->nid, held));
    if (!held)
        TRY(remove_fields(tx, user->nid));
    return users_set_flags(tx, user->nid, USER_DEACTIVATED, USER_ADMIN);
}
