/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From the writer's commits to the loops: every loop gets every notice, in order, on its own thread. */
#ifndef API_LIVES_H
#define API_LIVES_H

#include "api/call.h"
#include "api/server.h"
#include "store/users.h"
#include "sync/presence.h"

/* One `struct live` per loop, fed by the store. Before the loops run. */
void lives_start(struct server *server);
/* After the loops have stopped. */
void lives_stop(struct server *server);
/* Any thread: a user's presence changed; those who see it are woken. */
void lives_presence(struct server *server, const struct user *user);
/* On the loop of the call, before its answer: a device begins anew, so what other loops have sent it counts no more
 * (lazy loading, sync/live.h). */
void lives_begin_anew(struct call *call);
/* Any thread: answers every parked request. */
void lives_drain(struct server *server);

/* What the query's set_presence says of who syncs and may wait for so long (spec "Syncing"): 400 for what is no
 * state. */
enum rc sync_tell_presence(struct call *call, int64_t timeout_ms) MUST_USE;
/* WRITE: the caller does something others see (spec "Presence", last active ago). */
void lives_note_active(struct call *call);
struct presence_device caller_device(const struct call *call);

#endif
