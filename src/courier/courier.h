/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The courier takes to application services what is theirs to know (spec: Application Service API, "Pushing events"):
 * a thread with a loop of its own and a line to each service, woken by commits and by changes of presence. Without
 * services there is none.
 */
#ifndef COURIER_COURIER_H
#define COURIER_COURIER_H

#include "courier/line.h"

struct courier;

/* parts.loop is the courier's own to make. Starts with what an earlier run left. */
enum rc courier_start(struct env *env, const struct line_parts *parts, struct courier **ret_courier,
                      struct error *err) MUST_USE;
/* Any thread: others see a change of the user's presence. courier may be NULL. */
void courier_presence(struct courier *courier, uint64_t user_nid);
/* Any thread: the service has been reached, or registrations have been read again (NULL). courier may be NULL. */
void courier_retry(struct courier *courier, const struct appservice *service);
/* Ends the thread: after the client has been freed, before the registrations are, and the store is closed. The server
 * may go on until then. NULL is fine. */
void courier_stop(struct courier *courier);
/* After the store is closed. */
void courier_free(struct courier **courier);

#endif
