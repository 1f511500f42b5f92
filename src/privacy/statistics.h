/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Statistics that tell nothing of anybody (obligation 1.23): a few fixed questions, answered with differential privacy.
 *
 * Neighbours are two servers that differ by one account and everything it did. How much one account can change an
 * answer is bounded before anything is counted (`most`); noise for that much is added to every number, exactly
 * (privacy/noise.h), so that one answer is STATISTICS_EPSILON-differentially private. The numbers there are do not
 * depend on the data; those too small to be of STATISTICS_GROUP_MIN people for sure are left out, judged with their
 * noise in.
 *
 * Every answer costs of a budget: STATISTICS_BUDGET in any STATISTICS_PERIOD_DAYS. The cost is on disk before a number
 * leaves this module, which a crash cannot undo; the ledger is only ever added to. The same question on the same day
 * (UTC) gets the same answer, for nothing. What the operator sees in the database is not covered, nor is a clock set
 * forward or a ledger restored from an older backup.
 */
#ifndef PRIVACY_STATISTICS_H
#define PRIVACY_STATISTICS_H

#include "store/store.h"

/* Millionths. */
#define STATISTICS_EPSILON INT64_C(500000)
#define STATISTICS_BUDGET INT64_C(12000000)

enum { STATISTICS_PERIOD_DAYS = 365, STATISTICS_GROUP_MIN = 5 };

/* Answers as JSON: {"query", "title", "at_ms", "epsilon_micro", "margin", "numbers": [{"label", "count"}]}. A count
 * left out is null; 95 % of the others are within the margin of the truth (before contributions were bounded). */

/* Asks `query` for the operator, or repeats today's answer, and waits until what it cost is durable; only then is
 * *ret_answer set, in the arena. RC_NOT_FOUND: no such question. RC_LIMITED: it is more than is left of the budget.
 * Not on the loop threads. */
enum rc statistics_ask(struct store *store, struct arena *arena, str query, str *ret_answer,
                       struct error *err) MUST_USE;

struct statistics_standing {
    int64_t left;       /* of the budget now, millionths */
    int64_t renewed_ms; /* when the oldest cost that counts now no longer does; 0: nothing is spent */
};
enum rc statistics_standing(struct tx *tx, struct statistics_standing *ret_standing) MUST_USE;
/* The last answer to a question. RC_NOT_FOUND: there is none. */
enum rc statistics_last(struct tx *tx, str query, str *ret_answer) MUST_USE;

/* The questions there are: name and what it asks; NULL behind the last. */
const char *statistics_query_name(size_t i);
const char *statistics_query_title(size_t i);

#endif
