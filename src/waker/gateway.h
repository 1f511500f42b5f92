/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a push gateway is sent, and what it answers (spec: Push Gateway API, "POST /notify"). Pure. */
#ifndef WAKER_GATEWAY_H
#define WAKER_GATEWAY_H

#include "waker/said.h"

/* The body of a request, in the arena. */
enum rc gateway_body(struct arena *arena, const struct pusher *pusher, const struct said *said, str *ret_body) MUST_USE;
/* Whether the answer names the pushkey among those that are no use any more. */
bool gateway_rejects(str answer, str pushkey);

#endif
