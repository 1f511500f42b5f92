/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef API_EXECUTE_H
#define API_EXECUTE_H

#include "api/call.h"

/* Runs an admitted call: its slow step on the pool, then run() where the endpoint says. Answers by itself. */
void call_execute(struct call *call);

#endif
