/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The three stores (chat, vault, keys), the index made of them (search), the one writer, and what is kept in memory of
 * them.
 *
 * chat: rooms, events, devices, by internal numbers, never by name or phone. vault: personal fields sealed under
 * their subject's key, found by blind index. keys: one data key per subject, wrapped by the operator's key, which is
 * the file `operator.key` beside the stores (0600) and nowhere else.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "room/lifetime.h"
#include "store/tx.h"

struct store_config {
    const char *folder;               /* created 0700 if missing */
    str server_name;                  /* fixed at first start; RC_INVALID if it differs later */
    size_t cache_bytes;               /* budget for hot rooms, users, keys */
    int readers;                      /* read connections: one per loop and pool thread */
    struct lifetime_bounds lifetimes; /* of messages */
};

enum rc store_open(struct env *env, const struct store_config *config, struct store **ret_store,
                   struct error *err) MUST_USE;
/* Stops the writer (what is queued is finished first) and closes. */
void store_close(struct store **store);
str store_server_name(const struct store *store);
struct env *store_env(const struct store *store);
/* Operator-keyed secrets, derived from the operator's key: for blind indexes, receipts' signatures … */
const struct crypto_key *store_secret(const struct store *store); /* master: derive, never use directly */

/* A read tx on reader number `reader` (0 …): one thread at a time per number. act outlives the tx. */
void store_read(struct store *store, int reader, const struct act *act, struct arena *arena, struct tx *ret_tx);

/* ---- the writer ---- */

/* A job: run() on the writer's thread inside the group commit, then done() on the writer's thread after the commit
 * is durable (rc: what run() returned, or RC_STORE when the commit failed: then nothing of it happened). run() may
 * be called again if the transaction has to be repeated: it starts from the same input each time. */
struct write_job {
    struct write_job *next;
    struct arena *arena;   /* becomes tx->arena */
    const struct act *act; /* becomes tx->act; outlives the job */
    enum rc (*run)(struct write_job *job, struct tx *tx);
    void (*done)(struct write_job *job, enum rc rc);
    enum rc rc;
};
/* Thread-safe, never blocks; the queue is bounded by the callers' own limits. */
void store_write(struct store *store, struct write_job *job);
/* Submits and waits: for start-up, commands and tests. Not on the loop threads. */
enum rc store_write_wait(struct store *store, const struct act *act, struct arena *arena,
                         enum rc (*run)(struct tx *tx, void *arg), void *arg) MUST_USE;

/* WRITE. Lets go of the pages the writer keeps in memory: there is little to do. */
void store_let_go(struct tx *tx);

/* Whether all that was asked of tx_empty_logs() by commits so far, also by those of a process that died, is done. */
bool store_logs_are_emptied(const struct store *store);

struct store_stats {
    uint64_t commits, jobs, jobs_failed, queue_now, largest_batch, commit_us_total, run_us_total;
};
void store_stats(const struct store *store, struct store_stats *ret_stats);

/* ---- what a commit changed ---- */

enum { ROOM_CHANGED_EVENTS = 1, ROOM_CHANGED_RECEIPTS = 2, ROOM_CHANGED_TYPING = 4 };

struct notice_room {
    const struct room *room;           /* the snapshot as of this commit */
    uint32_t what;                     /* ROOM_CHANGED_ bits */
    const struct event *const *events; /* new events, oldest first */
    size_t event_count;
};
struct notice_user {
    uint64_t user_nid;
    uint32_t what;
    uint64_t room_nid;
};
/* Immutable, reference-counted. */
struct notice {
    _Atomic uint32_t refs;
    int64_t pos; /* the stream's position after this commit */
    const struct notice_room *rooms;
    size_t room_count;
    const struct notice_user *users;
    size_t user_count;
    uint64_t key_counts_serial; /* with this commit */
};
/* Counts commits of this process with a NOTICE_KEY_COUNTS. */
uint64_t store_key_counts_serial(struct store *store);
struct notice *notice_ref(struct notice *notice);
void notice_unref(struct notice **notice);
/* fn is called on the writer's thread after each commit that changed something, after publishing, before replies. */
void store_observe(struct store *store, void (*fn)(void *ctx, struct notice *notice), void *ctx);

#endif
