/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who is to be thought of when something happens in a room: those of its members who have pushers, and of each whether
 * the default rules speak for them.
 *
 * In memory, for the rooms something happened in of late; made of the room's state at the first event and kept as
 * people come and go, so that a message costs nothing for the members who have no pushers. The writer's thread only.
 * What a job that is undone has changed here is dropped, and made anew of what holds. The tx is of an act of the
 * service itself: people's settings are read for what they ask of it, not for whoever sends.
 */
#ifndef PUSH_AUDIENCE_H
#define PUSH_AUDIENCE_H

#include "base/map.h"
#include "base/vec.h"
#include "push/rules.h"
#include "store/account_data.h"
#include "store/rooms.h"

/* Beyond any of these, all that is kept is dropped and begins anew. */
struct audience_bounds {
    size_t rooms, places; /* a place is one person's in one room */
    size_t rules;         /* sets of a person's own */
};

struct listener {
    uint64_t nid;
    str user_id;
    struct push_rules *rules;            /* of their own; NULL: the defaults */
    const struct ignored_users *ignored; /* NULL: nobody */
    bool in_crowd;                       /* what the default rules say holds for them: store/push_queue.h */
    struct arena arena;                  /* of whom they ignore */
    char id[];                           /* the bytes of user_id */
};
struct audience_room {
    struct map people;          /* nid → struct listener */
    VEC(struct listener *) own; /* those of them who are not in the crowd */
};

struct audience;

struct audience *audience_new(const struct audience_bounds *bounds);
void audience_free(struct audience **audience);
size_t audience_rooms_kept(const struct audience *audience);

/* Of the room's members, as the tx has it. Valid until something is noted, or the next audience_in(). */
enum rc audience_in(struct audience *audience, struct tx *tx, const struct room *room,
                    const struct audience_room **ret_room) MUST_USE;
/* Anybody. Valid likewise. RC_NOT_FOUND: there is nobody to be told. */
enum rc audience_person(struct audience *audience, struct tx *tx, uint64_t user_nid,
                        const struct listener **ret_listener) MUST_USE;

/* A member event was stored. */
enum rc audience_note_member(struct audience *audience, struct tx *tx, const struct event *event) MUST_USE;
/* The person's pushers, push rules, or whom they ignore, have changed. */
void audience_note_person(struct audience *audience, struct tx *tx, uint64_t user_nid);

#endif
