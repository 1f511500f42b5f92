/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Room versions as one table of differences (spec: rooms/v10, v11, v12). Older versions can be added as rows.
 */
#ifndef ROOM_VERSION_H
#define ROOM_VERSION_H

#include "base/str.h"

struct room_version {
    str name; /* "12" */
    bool stable;
    bool create_has_creator;      /* m.room.create carries `creator` (to v10); from v11 the sender is the creator */
    bool redacts_in_content;      /* v11: `redacts` moved into content */
    bool updated_redaction_rules; /* v11: which keys survive a redaction */
    bool id_is_create_hash;       /* v12: room id is "!" + reference hash of m.room.create, no server name */
    bool privileged_creators;     /* v12: creators outrank every power level; additional_creators */
    bool integer_power_levels;    /* v10: power levels must be integers */
    bool knock_restricted;        /* v10 */
};

/* NULL when unknown. Rows are static. */
const struct room_version *room_version_find(str name);
const struct room_version *room_version_at(size_t index); /* NULL behind the last */

#endif
