/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/noise.h"

#include <stdbool.h>

/* Of 0 … n - 1, uniformly: what would favour the small ones is drawn again. */
static uint64_t below(struct env *env, uint64_t n)
{
    uint64_t value, unfair = -n % n; /* 2^64 mod n */
    do
        env_random(env, &value, sizeof value);
    while (value < unfair);
    return value % n;
}

/* True with probability num / den. */
static bool coin(struct env *env, uint64_t num, uint64_t den)
{
    return below(env, den) < num;
}

/* True with probability e^-(num / den), num ≤ den: von Neumann's way, by the parity of how long a row of ever less
 * probable coins holds. */
static bool coin_exp(struct env *env, uint64_t num, uint64_t den)
{
    uint64_t k = 1;
    while (coin(env, num, den * k))
        k++;
    return k % 2 == 1;
}

int64_t noise_laplace(struct env *env, uint64_t t, uint64_t s)
{
    for (;;) {
        uint64_t u = below(env, t), v = 0;
        if (!coin_exp(env, u, t))
            continue;
        while (coin_exp(env, 1, 1))
            v++;
        int64_t y = (int64_t)((u + t * v) / s);
        bool negative = coin(env, 1, 2);
        if (negative && y == 0)
            continue; /* zero would be drawn twice as often */
        return negative ? -y : y;
    }
}
