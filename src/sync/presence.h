/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who is online: in memory only, gone with the process, told to nobody but those who share a room (spec "Presence").
 * Thread-safe. Bounded: people who have been offline for long are forgotten.
 *
 * Each device has a state of its own: what it said last (presence_set), and what its syncs say. Of several the
 * strongest shows: a computer left alone does not make somebody unavailable who has the phone in their hand. What a
 * device said holds until it is gone; that it is offline, until it says otherwise.
 *
 * Each change of what others would see takes the next serial; a sync token remembers the serial it has told. Who
 * changes all the time is told of with the next presence_sweep() only. Serials are not kept over restarts: one above
 * presence_serial() means "tell everything".
 */
#ifndef SYNC_PRESENCE_H
#define SYNC_PRESENCE_H

#include "base/arena.h"
#include "base/env.h"
#include "base/strbuf.h"

/* The stronger of two is the larger. Busy is MSC3026's: there, whatever is done or not done. */
enum presence_state { PRESENCE_OFFLINE, PRESENCE_UNAVAILABLE, PRESENCE_ONLINE, PRESENCE_BUSY };

enum {
    PRESENCE_STATUS_MAX = 512,      /* bytes of a status message */
    PRESENCE_SYNC_GRACE_MS = 30000, /* without a sync for this long: offline */
    PRESENCE_WAIT_MAX_MS = 120000,  /* a sync that may wait for longer counts for this long */
    PRESENCE_IDLE_MS = 300000,      /* syncing but nothing done: unavailable */
    PRESENCE_CURRENT_MS = 60000,    /* "currently active": did something within this time */
    PRESENCE_BURST = 8,             /* changes told at once … */
    PRESENCE_BURST_MS = 10000,      /* … within this time */
    PRESENCE_DEVICES_MAX = 16,      /* of a person that count; a further one takes the place of the one longest gone */
};

struct presence;

struct presence_view {
    uint64_t user_nid;
    enum presence_state state;
    str status_msg;             /* empty: none */
    int64_t last_active_ago_ms; /* -1: never seen */
    bool currently_active;      /* while online */
    int64_t serial;             /* of the newest change */
};

/* Whose device does something. */
struct presence_device {
    uint64_t user_nid, device_nid;
};

struct presence *presence_new(struct env *env);
void presence_free(struct presence **presence);

str presence_state_name(enum presence_state state);
/* RC_INVALID when it is none. */
enum rc presence_state_parse(str name, enum presence_state *ret_state) MUST_USE;

/* What the device says of the user. status: STR_NONE keeps the message, empty with a pointer removes it. True: others
 * see a change. */
bool presence_set(struct presence *presence, struct presence_device device, enum presence_state state, str status_msg);
/* A sync request of the device begins (set_presence=state), which may wait for so long. True: others see a change. */
bool presence_sync(struct presence *presence, struct presence_device device, enum presence_state state,
                   int64_t wait_ms);
/* The device did something (sent a message …): it is online again, unless it said that it is offline or busy. */
bool presence_active(struct presence *presence, struct presence_device device);
/* Others see the user who did not before (a room was joined): who is not offline is told of again. */
void presence_tell_again(struct presence *presence, uint64_t user_nid);

/* Offline when unknown. status_msg is copied into the arena. */
void presence_get(struct presence *presence, struct arena *arena, uint64_t user_nid, struct presence_view *ret_view);
int64_t presence_serial(struct presence *presence);
/* Numbers of those whose newest change has from < serial ≤ to, in the arena. */
void presence_changes(struct presence *presence, struct arena *arena, int64_t from, int64_t to, uint64_t **ret_nids,
                      size_t *ret_count);
/* Lets time pass: idle ones become unavailable, vanished ones offline. Returns who changed. Called now and then. */
void presence_sweep(struct presence *presence, struct arena *arena, uint64_t **ret_nids, size_t *ret_count);

/* Appends an m.presence event, its content. */
void presence_add_event(struct strbuf *buf, str user_id, const struct presence_view *view);
void presence_add_json(struct strbuf *buf, const struct presence_view *view);

#endif
