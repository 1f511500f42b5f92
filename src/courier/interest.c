/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "courier/interest.h"

#include "base/map.h"
#include "base/vec.h"
#include "store/aliases.h"
#include "store/events.h"
#include "store/users.h"

enum { REMEMBERED = 1 << 16 };

struct member {
    str user_id;
    enum membership membership;
    int64_t pos; /* of the event that says so: the newest about them */
};

/* In the turn's arena. */
struct known_room {
    const struct room *room; /* NULL: there is none */
    bool all;                /* in the namespaces itself */
    struct member *members;  /* the service's, whatever their membership */
    size_t count;
};

struct interest {
    const struct appservice *service;
    struct map people; /* number → one of the two below */
    struct map rooms;  /* number → struct known_room */
};

static char owned, foreign;

struct interest *interest_new(void)
{
    return xcalloc(1, sizeof(struct interest));
}

void interest_free(struct interest **interest)
{
    if (!*interest)
        return;
    map_fini(&(*interest)->people);
    map_fini(&(*interest)->rooms);
    free(*interest);
    *interest = NULL;
}

void interest_turn(struct interest *interest, const struct appservice *service)
{
    if (interest->service != service || interest->people.count > REMEMBERED)
        map_clear(&interest->people);
    interest->service = service;
    map_clear(&interest->rooms);
}

/* ---- people ---- */

static bool owns_named(struct interest *interest, uint64_t user_nid, str user_id)
{
    bool owns = appservice_owns_user(interest->service, user_id);
    map_put(&interest->people, user_nid, owns ? &owned : &foreign);
    return owns;
}

bool interest_owns(struct interest *interest, struct tx *tx, uint64_t user_nid)
{
    const void *known = user_nid ? map_get(&interest->people, user_nid) : &foreign;
    const struct user *user;
    if (known)
        return known == &owned;
    /* Whoever cannot be read now may be read later: not remembered. */
    return users_get(tx, user_nid, &user) == RC_OK && owns_named(interest, user_nid, user->user_id);
}

/* ---- rooms ---- */

struct gathering {
    struct interest *interest;
    VEC(struct member) members;
};

static bool gather(const struct event *event, enum membership membership, void *ctx)
{
    struct gathering *gathering = ctx;
    const void *known = map_get(&gathering->interest->people, event->target_nid);
    if (known ? known == &owned : owns_named(gathering->interest, event->target_nid, event->state_key))
        vec_push(&gathering->members, ((struct member){event->state_key, membership, event->pos}));
    return true;
}

static enum rc has_address(struct interest *interest, struct tx *tx, uint64_t room_nid, bool *ret_has)
{
    str *aliases;
    size_t count;
    *ret_has = false;
    if (!interest->service->aliases.count)
        return RC_OK;
    TRY(aliases_of_room(tx, room_nid, &aliases, &count));
    for (size_t i = 0; i < count && !*ret_has; i++)
        *ret_has = appservice_owns_alias(interest->service, aliases[i]);
    return RC_OK;
}

static enum rc look_at(struct interest *interest, struct tx *tx, uint64_t room_nid, struct known_room *known)
{
    enum rc rc = rooms_get(tx, room_nid, &known->room);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    known->all = appservice_owns_room(interest->service, known->room->room_id);
    if (!known->all)
        TRY(has_address(interest, tx, room_nid, &known->all));
    if (known->all)
        return RC_OK;
    struct gathering gathering = {.interest = interest};
    room_state_each_member(known->room->state, gather, &gathering);
    known->count = gathering.members.count;
    known->members = arena_array(tx->arena, struct member, known->count);
    if (known->count)
        memcpy(known->members, gathering.members.items, known->count * sizeof *known->members);
    vec_fini(&gathering.members);
    return RC_OK;
}

static enum rc known_room(struct interest *interest, struct tx *tx, uint64_t room_nid, struct known_room **ret_known)
{
    *ret_known = map_get(&interest->rooms, room_nid);
    if (*ret_known)
        return RC_OK;
    *ret_known = arena_new(tx->arena, struct known_room);
    TRY(look_at(interest, tx, room_nid, *ret_known));
    map_put(&interest->rooms, room_nid, *ret_known);
    return RC_OK;
}

/* Somebody whose membership has changed since. */
static enum rc was_joined(struct tx *tx, const struct room *room, const struct member *member, int64_t pos,
                          bool *ret_joined)
{
    const struct event *event;
    enum rc rc = events_state_at(tx, room, S("m.room.member"), member->user_id, pos, &event);
    *ret_joined = rc == RC_OK && event_membership(event) == MEMBERSHIP_JOIN;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc interest_in_room(struct interest *interest, struct tx *tx, uint64_t room_nid, int64_t pos, bool *ret_interested)
{
    struct known_room *known;
    TRY(known_room(interest, tx, room_nid, &known));
    *ret_interested = known->all;
    for (size_t i = 0; i < known->count && !*ret_interested; i++)
        *ret_interested = known->members[i].pos <= pos && known->members[i].membership == MEMBERSHIP_JOIN;
    for (size_t i = 0; i < known->count && !*ret_interested; i++)
        if (known->members[i].pos > pos)
            TRY(was_joined(tx, known->room, &known->members[i], pos, ret_interested));
    return RC_OK;
}

enum rc interest_in_event(struct interest *interest, struct tx *tx, const struct stream_item *item,
                          bool *ret_interested)
{
    *ret_interested = interest_owns(interest, tx, item->sender_nid) || interest_owns(interest, tx, item->target_nid);
    return *ret_interested ? RC_OK : interest_in_room(interest, tx, item->room_nid, item->pos, ret_interested);
}
