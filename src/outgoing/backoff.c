/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outgoing/backoff.h"

int64_t backoff_ms(struct env *env, const struct backoff *backoff, unsigned failures)
{
    int64_t most = backoff->first_ms;
    uint32_t dice;
    for (unsigned i = 0; i < failures && most < backoff->longest_ms; i++)
        most *= 2;
    if (most > backoff->longest_ms)
        most = backoff->longest_ms;
    env_random(env, &dice, sizeof dice);
    return most / 2 + (int64_t)(dice % (uint64_t)(most / 2));
}
