/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A request for news that waits for it: answered at once when there is something, else parked in the index of who waits
 * for what until there is, its time is over, its session ends or the server drains. Embed it; lives in the call's
 * arena.
 */
#ifndef API_LONG_POLL_H
#define API_LONG_POLL_H

#include "api/call.h"
#include "sync/live.h"

enum { LONG_POLL_MAX_MS = 10 * 60 * 1000 };

struct long_poll {
    struct call *call;
    struct live *live; /* of the call's loop */
    /* Writes the answer into call->out, from the start. *ret_empty: nothing new in it. Called again at each waking. */
    enum rc (*build)(struct long_poll *poll, bool *ret_empty);
    struct live_wait wait;
    struct loop_timer timer;
};

/* call, live and build are set. prompt: the first look is due at once even under load. */
enum rc long_poll_run(struct long_poll *poll, int64_t timeout_ms, bool prompt) MUST_USE;

#endif
