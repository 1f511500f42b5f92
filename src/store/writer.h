/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The writer's state: one thread, one batch of jobs at a time, one commit for the batch.
 *
 * Everything a job does is undone by cutting lists back to where they stood when it began: savepoints in the stores,
 * positions, working copies, callbacks, notes.
 */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "store/merge.h"
#include "store/store_private.h"

#include <pthread.h>

enum { WRITER_BATCH_MAX = 512 };

struct callback {
    void (*publish)(struct store *store, void *arg);
    void (*drop)(void *arg);
    void *arg;
};

/* Who must be told of what; turned into a struct notice after the commit. */
struct note {
    uint64_t nid; /* a room's when is_room, else a user's */
    bool is_room;
    uint32_t what;
    uint64_t room_nid;         /* of a user's note */
    const struct event *event; /* of a room's; one reference */
};

struct tx_private {
    struct store *store;
    struct part {
        struct db *db;
        bool begun, saved; /* in this batch, in this job */
    } parts[PART_COUNT];
    bool part_failed; /* in this job */
    int64_t pos, pos_before_job, pos_committed;
    struct overlay rooms, users, data_keys;
    VEC(struct callback) callbacks;
    VEC(struct note) notes;
    size_t callbacks_before_job, notes_before_job;
    struct merge *merge;
    uint32_t empty_logs; /* PART_BIT()s: something was removed there whose last copy must leave the log */
};

struct observer {
    void (*fn)(void *ctx, struct notice *notice);
    void *ctx;
};

struct writer {
    struct tx_private batch;
    pthread_t thread;
    pthread_mutex_t lock; /* queue, stop, stats, observers */
    pthread_cond_t wake;
    struct write_job *first, **last;
    uint64_t queued;
    bool stop;
    struct store_stats stats;
    VEC(struct observer) observers;
};

/* batch.c */
enum rc batch_init(struct tx_private *batch, struct store *store, struct error *err) MUST_USE;
void batch_fini(struct tx_private *batch);
void batch_job_begin(struct tx_private *batch);
void batch_job_keep(struct tx_private *batch);
void batch_job_undo(struct tx_private *batch);
/* False when SQLite gave up the whole transaction by itself (disk full, I/O error). */
bool batch_is_alive(const struct tx_private *batch);
bool batch_touches_disk(const struct tx_private *batch);
enum rc batch_commit(struct tx_private *batch, struct error *err) MUST_USE;
/* Makes it visible: working copies, callbacks, position. *ret_notice: NULL when nobody needs telling. */
void batch_publish(struct tx_private *batch, struct notice **ret_notice);
void batch_drop(struct tx_private *batch);
/* Ends a job's savepoints; RC_STORE when that fails. */
enum rc batch_job_release(struct tx_private *batch) MUST_USE;

/* notice.c */
struct notice *notice_build(struct tx_private *batch);
/* Takes over the caller's reference to the event. */
void tx_note_room(struct tx *tx, uint64_t room_nid, uint32_t what, const struct event *event);
void notes_cut(struct tx_private *batch, size_t count);

enum rc writer_start(struct store *store, struct error *err) MUST_USE;
void writer_stop(struct store *store);

/* checkpoint.c */
enum rc checkpointer_start(struct store *store, struct error *err) MUST_USE;
void checkpointer_stop(struct store *store);
/* The writer, between commits: tells how long the logs have grown, and does what only it can. */
void checkpointer_note(struct store *store, uint32_t empty_logs);

#endif
