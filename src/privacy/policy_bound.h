/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Which text bound whom when (obligations 6.1, 6.5): the newest version in force by then that the person had agreed to
 * by then, by a yes of their own or by going on. A version they did not agree to, or declined, leaves them with the one
 * before. What was agreed to, hash and language included, is the entry of the consent ledger.
 */
#ifndef PRIVACY_POLICY_BOUND_H
#define PRIVACY_POLICY_BOUND_H

#include "privacy/consent.h"
#include "privacy/policy_text.h"

struct policy_bound {
    const struct policy_version *version; /* NULL: by none */
    struct consent entry;                 /* the yes to it */
};

enum rc policy_bound_at(struct tx *tx, const struct policy *policy, uint64_t subject, int64_t at_ms,
                        struct policy_bound *ret_bound) MUST_USE;
/* "2026-12-01": that day to its end, in UTC; or milliseconds since 1970. RC_INVALID. */
enum rc policy_bound_time(str text, int64_t *ret_ms) MUST_USE;

#endif
