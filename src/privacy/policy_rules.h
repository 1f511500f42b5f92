/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a series of versions must satisfy (obligations 6.1 to 6.4). The build asks it of the texts built in, the start
 * of those of policy.root:
 *
 * - a text is the one its version was pinned with (SHA-256 of the file): a changed text is a new version;
 * - both languages have the same clauses, each once, and the policy has its nine sections;
 * - a version takes effect no earlier than its notice period after it was announced, and after the version before;
 *   from the second on the period is POLICY_NOTICE_DAYS, or POLICY_NOTICE_DAYS_ASKS when people must say yes;
 * - each clause that is new or has other words than in the version before is named: under the kind of major change it
 *   is, as another change, or as editorial. What stands in sections 1, 2, 3, 5 and 8 is never just another change.
 *   Words that differ in one language only are editorial. Nothing else is named;
 * - a clause that is gone is named, and then the version lessens rights.
 */
#ifndef PRIVACY_POLICY_RULES_H
#define PRIVACY_POLICY_RULES_H

#include "privacy/policy_manifest.h"

enum { POLICY_NOTICE_DAYS = 7, POLICY_NOTICE_DAYS_ASKS = 30 };

/* Version i of the series, after those before it. RC_INVALID. */
enum rc policy_rules_check(const struct policy_series *series, size_t i, const struct policy_declared *declared,
                           struct error *err) MUST_USE;

#endif
