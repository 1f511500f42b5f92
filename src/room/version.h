/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Room versions as one table of differences (spec: rooms/v1 to v12). What differs only in what servers tell each other
 * (state resolution, signatures, the shape of an event on its way between servers) has no place in it: with one server
 * per room there is nothing to resolve and nobody to tell. Events of all versions are kept in one form, and numbers are
 * held to canonical JSON in all of them, as version 6 demands.
 */
#ifndef ROOM_VERSION_H
#define ROOM_VERSION_H

#include "base/str.h"

enum event_id_form {
    EVENT_ID_OF_SERVER, /* v1, v2: "$" + any text + ":" + server; ours is the hash */
    EVENT_ID_BASE64,    /* v3: "$" + reference hash, in the alphabet that has slashes */
    EVENT_ID_URL_SAFE,  /* v4 */
};

/* Which keys survive a redaction, in the order in which the sets came. */
enum redaction_rules {
    REDACTION_V1,
    REDACTION_V6,
    REDACTION_V8,
    REDACTION_V9,
    REDACTION_V11,
    REDACTION_NEWEST = REDACTION_V11
};

struct room_version {
    str name; /* "12" */
    bool stable;
    enum event_id_form event_ids;
    enum redaction_rules redaction;
    bool
        redaction_power_first; /* to v2: sending m.room.redaction asks for the redact level, or an own server's event */
    bool alias_events;         /* to v5: m.room.aliases has an authorisation rule of its own */
    bool notification_levels;  /* v6: power levels' `notifications` are guarded */
    bool knock;                /* v7 */
    bool restricted;           /* v8 */
    bool create_has_creator;   /* m.room.create carries `creator` (to v10); from v11 the sender is the creator */
    bool redacts_in_content;   /* v11: `redacts` moved into content */
    bool id_is_create_hash;    /* v12: room id is "!" + reference hash of m.room.create, no server name */
    bool privileged_creators;  /* v12: creators outrank every power level; additional_creators */
    bool integer_power_levels; /* v10: power levels must be integers; before, strings of integers are taken for them */
    bool knock_restricted;     /* v10 */
};

/* NULL when unknown. Rows are static. */
const struct room_version *room_version_find(str name);
const struct room_version *room_version_at(size_t index); /* NULL behind the last */

#endif
