/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The bell of one pusher: one notice after the other, each until it is taken, or too old.
 *
 *     idle ── something is due ─→ ringing ─ taken ─→ idle
 *              ↑      ↑              ├── will never be taken: left out ──┐
 *              │    queued           └── anything else ─→ resting ←──────┘
 *              └─────────────────────────────────────────────┘
 *
 * How far a pusher has been told is written down after it was: what a crash comes between is told again. A bell is
 * there as long as there is something for it to do.
 *
 * Used by the waker's thread only.
 */
#ifndef WAKER_BELL_H
#define WAKER_BELL_H

#include "net/loop.h"
#include "outgoing/client.h"
#include "store/pushers.h"
#include "waker/waker.h"

enum bell_state { BELL_IDLE, BELL_QUEUED, BELL_RINGING, BELL_RESTING };

struct bell {
    struct waker *waker;
    uint64_t user_nid, pusher_nid;
    enum bell_state state;
    int64_t told_pos;        /* as far as it knows */
    int64_t written_pos;     /* what of that is on disk, or with the writer */
    bool gone;               /* the pusher is of no use any more */
    bool unwritten, writing; /* the waker's: something of it is still to be written, or with the writer */
    int64_t ringing_pos;
    unsigned failures; /* in a row */
    struct loop_timer rest;
    struct bell *next_queued;

    enum pusher_kind kind; /* of what is under way, like the next two */
    char pushkey[PUSHER_PUSHKEY_MAX];
    size_t pushkey_len;
    struct outgoing_answer answer; /* without its bytes */
    bool rejected;
    struct loop_task back; /* from the client */
};

struct bell *bell_new(struct waker *waker, uint64_t user_nid, uint64_t pusher_nid);
/* Looks whether something is to be done, and does it. False: nothing is. */
bool bell_look(struct bell *bell);
void bell_free(struct bell **bell);

#endif
