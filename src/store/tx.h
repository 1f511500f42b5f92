/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A unit of work on the stores. READ: a loop's own read connections, each statement sees what is committed when it
 * starts. WRITE: the one writer's connections inside the running group commit; everything a handler did is undone
 * if it fails, nothing is visible to others before the commit.
 *
 * Functions of store/ take a tx for both; those that write say so and demand tx->writable.
 * All memory they return lives in tx->arena (the request's) unless it is reference-counted.
 */
#ifndef STORE_TX_H
#define STORE_TX_H

#include "base/env.h"
#include "db/db.h"
#include "room/state.h"

struct act;
struct gate_seen;
struct store;
struct room;

struct tx {
    struct store *store;
    struct env *env;
    struct arena *arena;
    const struct act *act;                   /* who does what for which purpose (store/act.h) */
    struct gate_seen *gate_seen;             /* the gate's: entries this tx has written */
    struct db *chat, *vault, *keys, *search; /* in a writable tx only through tx_chat() and so on */
    bool writable;
    struct tx_view {
        uint64_t rooms, users, data_keys; /* tickets of the caches */
    } view;
    struct tx_private *p;
};

/* READ: one consistent view of chat over several statements, which also saves each of them its locks. Not for long:
 * the log cannot be reused meanwhile. Begun after the position up to which is read was taken, so that everything up to
 * there is in it. In a write tx there always is one. *ret_began: for tx_view_end(). */
enum rc tx_view_begin(struct tx *tx, bool *ret_began) MUST_USE;
void tx_view_end(struct tx *tx, bool began);

/* The connection for writing: opens transaction and savepoint on first use. In a read tx the read connection. */
struct db *tx_chat(struct tx *tx);
struct db *tx_vault(struct tx *tx);
struct db *tx_keys(struct tx *tx);
struct db *tx_search(struct tx *tx);

/* WRITE: the next position of the stream: gapless, in commit order, given back if the handler fails. */
int64_t tx_next_pos(struct tx *tx);
/* The newest committed position (READ), or the newest given out (WRITE). */
int64_t tx_pos(const struct tx *tx);

/* WRITE: something to do once the commit is durable, on the writer's thread, in order, before replies leave: swap
 * published data. Must not fail. If the handler fails or the commit does, drop() is called instead (may be NULL). */
void tx_after_commit(struct tx *tx, void (*publish)(struct store *store, void *arg), void (*drop)(void *arg),
                     void *arg);

/* WRITE: once committed, the write-ahead logs are emptied: they hold what was removed as it was before
 * (obligation 5.4). store_logs_are_emptied() says when that is done. */
void tx_empty_logs(struct tx *tx);

/* WRITE: who must be told. `what` are NOTICE_ bits; room_nid 0: not about a room. */
enum {
    NOTICE_ACCOUNT_DATA = 1,
    NOTICE_MEMBERSHIP = 2, /* the user's membership in room_nid changed */
    NOTICE_TO_DEVICE = 4,
    NOTICE_DEVICES = 8, /* the user's device list or keys changed */
    NOTICE_PROFILE = 32,
    NOTICE_READ = 128,        /* the user's read position in room_nid moved (receipts, also private and threaded) */
    NOTICE_SESSION_END = 64,  /* a session of the user ended: parked requests of it must be let go */
    NOTICE_PUSH = 256,        /* something is due to the user's pushers; user 0: to a room's crowd (push_queue.h) */
    NOTICE_KEYS = 512,        /* keys the user publishes changed: who shares a room with them is told */
    NOTICE_KEY_COUNTS = 1024, /* one-time keys of a device of the user came or went */
    NOTICE_PUSHERS = 2048,    /* pushers of the user came or went */
};
void tx_notify_user(struct tx *tx, uint64_t user_nid, uint32_t what, uint64_t room_nid);

#endif
