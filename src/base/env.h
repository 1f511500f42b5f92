/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What comes from outside the program: time and randomness. Code asks an env, so that a test can move
 * the clock and repeat the dice.
 */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include "base/rc.h"

#include <stddef.h>
#include <stdint.h>

struct env {
    /* Wall clock, milliseconds since 1970. May jump. */
    int64_t (*now_ms)(struct env *env);
    /* Steady clock, milliseconds; only differences mean something. */
    int64_t (*steady_ms)(struct env *env);
    /* Unpredictable bytes, fit for keys and tokens. */
    void (*random)(struct env *env, void *ret_bytes, size_t len);
};

/* The real machine: one static, immutable instance, usable from every thread. */
struct env *env_system(void);

static inline int64_t env_now_ms(struct env *env)
{
    return env->now_ms(env);
}

static inline int64_t env_steady_ms(struct env *env)
{
    return env->steady_ms(env);
}

static inline void env_random(struct env *env, void *ret_bytes, size_t len)
{
    env->random(env, ret_bytes, len);
}

/* A clock that only tests move, and a repeatable generator. */
struct env_simulated {
    struct env env;
    int64_t now, steady;
    uint64_t seed;
};

void env_simulated_init(struct env_simulated *sim, int64_t now_ms, uint64_t seed);
void env_simulated_advance(struct env_simulated *sim, int64_t ms);

#endif
