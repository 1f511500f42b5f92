/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Users who listen by sync, each acknowledging what it got by asking on from the next token, and what they heard of the
 * marked messages (load/scan.h).
 */
#ifndef BENCH_LISTEN_H
#define BENCH_LISTEN_H

#include "base/map.h"
#include "load/histogram.h"
#include "load/population.h"

struct hearing {
    struct population *population;
    struct listener *listeners; /* of all users, or none */
    size_t count, ready;
    bool once;         /* each stamp is one message to one listener: what is lost or doubled is told apart */
    struct map wanted; /* with `once`: stamps of what was sent and not heard yet */
    uint64_t delivered, doubled, syncs, limited, errors;
    struct histogram delivery;
};

/* Opens a sync for each user, a few hundred at a time, and waits until each has had its first answer. */
bool hearing_begin(struct hearing *hearing, struct population *population);
void hearing_reset(struct hearing *hearing);
/* Prints the first few. */
void hearing_complain(struct hearing *hearing, const char *what, int status, str body);
void hearing_end(struct hearing *hearing);

#endif
