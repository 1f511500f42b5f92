/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The waker tells apps that are closed that something is new (spec: client-server API, "Push notifications"): a thread
 * with a loop of its own and a bell for each pusher with something due, woken by commits. Starts with what an earlier
 * run left.
 */
#ifndef WAKER_WAKER_H
#define WAKER_WAKER_H

#include "config/config.h"
#include "store/store.h"

struct outgoing_client;
struct vapid;
struct waker;

enum { WAKER_UNDER_WAY = 256 }; /* requests at a time; further ones queue */

struct waker_parts {
    struct store *store;
    const struct config *config;
    int reader;                       /* number of the waker's read connection */
    struct outgoing_client *anywhere; /* REACH_PUBLIC: to what people and apps name */
    struct outgoing_client *vouched;  /* REACH_CONFIGURED: to what the operator vouches for */
    const struct vapid *vapid;
};

enum rc waker_start(struct env *env, const struct waker_parts *parts, struct waker **ret_waker,
                    struct error *err) MUST_USE;
/* The clients have been stopped. Nothing is with the writer any more once the store is closed: only then free it. */
void waker_stop(struct waker *waker);
void waker_free(struct waker **waker);

#endif
