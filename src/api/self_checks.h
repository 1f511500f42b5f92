/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What the live checks last said of the data folder. They read whole stores, so they are run once an hour at most, when
 * somebody asks, and on a thread of their own: a withdrawal waits for the pool's. Thread-safe.
 */
#ifndef API_SELF_CHECKS_H
#define API_SELF_CHECKS_H

#include "privacy/checks/checks.h"

struct self_checks;

struct self_checks *self_checks_new(str folder);
/* Waits for a moment if they are being run. */
void self_checks_free(struct self_checks **self);
/* Never waits: what is known, in the order of checks[] and owned by the arena. NULL: nothing yet, ask again soon. */
struct check_result *self_checks_look(struct self_checks *self, struct arena *arena, int64_t now_ms);

#endif
