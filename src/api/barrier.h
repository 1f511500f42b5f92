/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The wait of a withdrawal (obligation 1.17): it is acknowledged when nothing that may have read the old grant is still
 * running. What can have read it are handlers on the loops, slow steps on the pool, and small pictures being made; the
 * writer itself runs one job after the other, and asks anew in each.
 *
 * Searches are not waited for: they are for PURPOSE_MESSAGING alone, which no grant is asked for.
 *
 * So, once the commit is published: first both pools finish what was submitted before, then each loop passes one turn.
 * In this order, because a slow step goes on on its loop. Nobody is held up meanwhile, only the acknowledgement.
 */
#ifndef API_BARRIER_H
#define API_BARRIER_H

#include "api/pool.h"
#include "base/arena.h"
#include "net/loop.h"

struct server;

struct barrier {
    struct server *server;
    void (*passed)(struct barrier *barrier, enum rc rc);
    struct pool_fence on_pool, on_picture_pool;
    struct barrier_turn {
        struct loop_task task;
        struct barrier *barrier;
    } * turns; /* one per loop */
    _Atomic int turns_left;
};

/* Any thread, never blocks. passed() is called once, on any thread: RC_OK, or RC_BUSY when the server is stopping and
 * its loops no longer turn. barrier and arena must live until then. */
void barrier_start(struct server *server, struct barrier *barrier, struct arena *arena,
                   void (*passed)(struct barrier *barrier, enum rc rc));

#endif
