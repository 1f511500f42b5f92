/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who is online: in memory only, gone with the process, told to nobody but those who share a room (spec "Presence").
 * Thread-safe. Bounded: people who have been offline for long are forgotten.
 *
 * Each change of what others would see takes the next serial; a sync token remembers the serial it has told.
 * Serials are not kept over restarts: one above presence_serial() means "tell everything".
 */
#ifndef SYNC_PRESENCE_H
#define SYNC_PRESENCE_H

#include "base/arena.h"
#include "base/env.h"
#include "base/strbuf.h"

enum presence_state { PRESENCE_OFFLINE, PRESENCE_UNAVAILABLE, PRESENCE_ONLINE };

enum {
    PRESENCE_STATUS_MAX = 512,      /* bytes of a status message */
    PRESENCE_SYNC_GRACE_MS = 30000, /* without a sync for this long: offline */
    PRESENCE_IDLE_MS = 300000,      /* syncing but nothing done: unavailable */
};

struct presence;

struct presence_view {
    uint64_t user_nid;
    enum presence_state state;
    str status_msg;             /* empty: none */
    int64_t last_active_ago_ms; /* -1: never seen */
    bool currently_active;
    int64_t serial; /* of the newest change */
};

struct presence *presence_new(struct env *env);
void presence_free(struct presence **presence);

str presence_state_name(enum presence_state state);
/* RC_INVALID when it is none of the three. */
enum rc presence_state_parse(str name, enum presence_state *ret_state) MUST_USE;

/* What the user says of itself. status: STR_NONE keeps the message, empty with a pointer removes it. True: others
 * see a change. */
bool presence_set(struct presence *presence, uint64_t user_nid, enum presence_state state, str status_msg);
/* A sync request of the user begins (set_presence=state) or is still parked. True: others see a change. */
bool presence_sync(struct presence *presence, uint64_t user_nid, enum presence_state state);
/* The user did something (sent a message …). */
bool presence_active(struct presence *presence, uint64_t user_nid);

/* Offline when unknown. status_msg is copied into the arena. */
void presence_get(struct presence *presence, struct arena *arena, uint64_t user_nid, struct presence_view *ret_view);
int64_t presence_serial(struct presence *presence);
/* Numbers of those whose newest change has from < serial ≤ to, in the arena. */
void presence_changes(struct presence *presence, struct arena *arena, int64_t from, int64_t to, uint64_t **ret_nids,
                      size_t *ret_count);
/* Lets time pass: idle ones become unavailable, vanished ones offline. Returns who changed. Called now and then. */
void presence_sweep(struct presence *presence, struct arena *arena, uint64_t **ret_nids, size_t *ret_count);

/* Appends the content of an m.presence event. */
void presence_add_json(struct strbuf *buf, const struct presence_view *view);

#endif
