/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Random row numbers, for rows whose number must never be given out a second time: 62 bits, never 0. */
#ifndef STORE_NID_H
#define STORE_NID_H

#include "base/env.h"

static inline uint64_t nid_new(struct env *env)
{
    uint64_t nid;
    do {
        env_random(env, &nid, sizeof nid);
        nid >>= 2;
    } while (nid == 0);
    return nid;
}

#endif
