/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Rate limits by the generic cell rate algorithm: one timestamp per (class, who). `who` is a user's number or a hash of
 * the client's network (IPv6: its /64). Thread-safe. Memory is bounded: entries at rest are dropped when a shard fills.
 */
#ifndef API_LIMITER_H
#define API_LIMITER_H

#include "api/endpoint.h"

struct limiter;
struct limiter_rule {
    double per_second;
    int burst;
};

struct limiter *limiter_new(struct env *env, const struct limiter_rule rules[RATE_MEDIA + 1]);
void limiter_free(struct limiter **limiter);
/* True: go ahead. False: *ret_retry_ms says when. */
bool limiter_take(struct limiter *limiter, enum endpoint_rate rate, uint64_t who, int64_t *ret_retry_ms);
uint64_t limiter_who_address(const struct net_address *address);

#endif
