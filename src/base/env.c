/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/env.h"

#include "base/random.h"

#include <string.h>
#include <time.h>

static int64_t clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_now(struct env *env)
{
    (void)env;
    return clock_ms(CLOCK_REALTIME);
}

static int64_t system_steady(struct env *env)
{
    (void)env;
    return clock_ms(CLOCK_MONOTONIC);
}

static void system_random(struct env *env, void *ret_bytes, size_t len)
{
    (void)env;
    random_bytes(ret_bytes, len);
}

struct env *env_system(void)
{
    static struct env machine = {system_now, system_steady, system_random};
    return &machine;
}

static int64_t simulated_now(struct env *env)
{
    return ((struct env_simulated *)env)->now;
}

static int64_t simulated_steady(struct env *env)
{
    return ((struct env_simulated *)env)->steady;
}

/* splitmix64 */
static void simulated_random(struct env *env, void *ret_bytes, size_t len)
{
    struct env_simulated *sim = (struct env_simulated *)env;
    for (char *at = ret_bytes; len;) {
        uint64_t z = sim->seed += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
        size_t n = len < sizeof z ? len : sizeof z;
        memcpy(at, &z, n);
        at += n;
        len -= n;
    }
}

void env_simulated_init(struct env_simulated *sim, int64_t now_ms, uint64_t seed)
{
    *sim = (struct env_simulated){{simulated_now, simulated_steady, simulated_random}, now_ms, 0, seed};
}

void env_simulated_advance(struct env_simulated *sim, int64_t ms)
{
    sim->now += ms;
    sim->steady += ms;
}
