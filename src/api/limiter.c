/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/limiter.h"

#include "base/arena.h"
#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 16, SHARD_SLOTS = 4096, PROBES = 16 };

struct slot {
    uint64_t key;    /* 0: free */
    int64_t full_at; /* µs, steady: when the bucket is full again (the algorithm's theoretical arrival time) */
};

struct shard {
    pthread_mutex_t lock;
    struct slot *slots;
};

struct limiter {
    struct env *env;
    struct limiter_rule rules[RATE_MEDIA + 1];
    struct shard shards[SHARDS];
};

struct limiter *limiter_new(struct env *env, const struct limiter_rule rules[RATE_MEDIA + 1])
{
    struct limiter *limiter = xcalloc(1, sizeof *limiter);
    limiter->env = env;
    memcpy(limiter->rules, rules, sizeof limiter->rules);
    for (size_t i = 0; i < SHARDS; i++)
        pthread_mutex_init(&limiter->shards[i].lock, NULL);
    return limiter;
}

void limiter_free(struct limiter **limiter)
{
    if (!*limiter)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_destroy(&(*limiter)->shards[i].lock);
        free((*limiter)->shards[i].slots);
    }
    free(*limiter);
    *limiter = NULL;
}

/* The key's slot; else a free or rested one near its place; else the one that rests soonest: its owner gets a fresh
 * bucket, which errs towards letting through, never towards growing. */
static struct slot *slot_for(struct shard *shard, uint64_t key, int64_t now)
{
    struct slot *best = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        struct slot *slot = &shard->slots[(key + i) % SHARD_SLOTS];
        if (slot->key == key)
            return slot;
        if (!best || slot->full_at < best->full_at)
            best = slot;
    }
    *best = (struct slot){key, now};
    return best;
}

bool limiter_take(struct limiter *limiter, enum endpoint_rate rate, uint64_t who, int64_t *ret_retry_ms)
{
    const struct limiter_rule *rule = &limiter->rules[rate];
    if (rate == RATE_NONE || rule->per_second <= 0)
        return true;
    int64_t now = env_steady_ms(limiter->env) * 1000;
    int64_t interval = (int64_t)(1e6 / rule->per_second);
    int64_t tolerance = interval * rule->burst;
    uint64_t key = hash_u64(who ^ (uint64_t)rate << 56) | 1;
    struct shard *shard = &limiter->shards[key >> 60];
    bool allowed;

    pthread_mutex_lock(&shard->lock);
    if (!shard->slots)
        shard->slots = xcalloc(SHARD_SLOTS, sizeof *shard->slots);
    struct slot *slot = slot_for(shard, key, now);
    int64_t base = slot->full_at > now ? slot->full_at : now;
    allowed = base + interval - now <= tolerance;
    if (allowed)
        slot->full_at = base + interval;
    else
        *ret_retry_ms = (base + interval - now - tolerance + 999) / 1000;
    pthread_mutex_unlock(&shard->lock);
    return allowed;
}

uint64_t limiter_who_address(const struct net_address *address)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    bool v4 = memcmp(address->ip, mapped, sizeof mapped) == 0;
    return hash_bytes(address->ip, v4 ? 16 : 8);
}
