/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How long to leave alone who does not take what is sent to them. */
#ifndef OUTGOING_BACKOFF_H
#define OUTGOING_BACKOFF_H

#include "base/env.h"

struct backoff {
    int64_t first_ms, longest_ms; /* first is at least 2 */
};

/* After so many failures in a row (0: the one before was not one): doubled with each. Half of it is chance, so that
 * many who broke together do not come back together. */
int64_t backoff_ms(struct env *env, const struct backoff *backoff, unsigned failures);

#endif
