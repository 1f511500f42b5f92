/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a room's well-known state says, parsed: shared by all states between two changes of such an event, so that
 * the coming and going of members neither copies nor parses anything of it. Immutable, reference-counted.
 */
#ifndef ROOM_FACTS_H
#define ROOM_FACTS_H

#include "room/state.h"

#define SLOW_MODE_TYPE "org.parley.slow_mode"
/* {"disable": false}: links in the room may be previewed. Clients know it as what their own previews begin with. */
#define PREVIEWS_TYPE "org.matrix.room.preview_urls"
enum { SLOW_MODE_MAX_MS = 12 * 60 * 60 * 1000 };

/* A name with its power: a user, or an event type. */
struct power_entry {
    str name;
    int64_t level;
};

/* Sorted by name. */
struct power_table {
    struct power_entry *entries;
    size_t count;
};

struct room_facts {
    _Atomic uint32_t refs;
    enum join_rule join_rule;
    enum history_visibility history;
    bool guests_may_join, encrypted, has_power_levels, previews;
    int64_t slow_mode_ms; /* 0: off */
    struct room_power power;
    struct power_table user_power, event_power;
    str creator;              /* sender of m.room.create; up to v10 what it names */
    str *additional_creators; /* v12 */
    size_t additional_count;
    str name, topic, avatar, canonical_alias, room_type;
    struct strbuf bytes; /* what all of the above points into */
};

/* The event with an empty state key, or NULL. */
typedef const struct event *(*facts_lookup)(void *ctx, str type);

/* Whether an event of this type and key is one that facts are made of. */
bool room_facts_concern(str type, str state_key);
struct room_facts *room_facts_new(const struct room_version *version, facts_lookup lookup, void *ctx);
struct room_facts *room_facts_ref(struct room_facts *facts);
void room_facts_unref(struct room_facts *facts);

/* false when the name is not listed. */
bool power_table_find(const struct power_table *table, str name, int64_t *ret_level);

#endif
