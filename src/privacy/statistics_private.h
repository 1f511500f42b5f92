/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Behind privacy/statistics.h. What is here is exact: it must not leave without noise. */
#ifndef PRIVACY_STATISTICS_PRIVATE_H
#define PRIVACY_STATISTICS_PRIVATE_H

#include "privacy/statistics.h"

#include "catalogue/catalogue.h"

enum { STATISTICS_NUMBERS_MAX = 16 };

struct statistics_number {
    str label;
    int64_t exact;
};

struct statistics_numbers {
    struct statistics_number numbers[STATISTICS_NUMBERS_MAX];
    size_t count;
};

struct statistics_query {
    const char *name, *title;
    enum personal_field fields[2]; /* what is looked at; FIELD_NONE: nothing more */
    int64_t most;                  /* one account more changes all numbers together by at most this */
    int64_t most_each;             /* … and any one of them by at most this */
    /* Counts, each account within its bounds. Which numbers there are depends on the time only. */
    enum rc (*count)(struct tx *tx, struct statistics_numbers *ret_numbers);
};

extern const struct statistics_query statistics_queries[];
extern const size_t statistics_query_count;

/* An exact number with its noise; *ret_shown: false when it may be of too few people to be told. */
int64_t statistics_noisy(struct env *env, const struct statistics_query *query, int64_t exact, bool *ret_shown);

/* ---- the ledger ---- */

/* Spent in the period that ends now, and when the oldest of it was. */
enum rc statistics_spent(struct tx *tx, int64_t *ret_spent, int64_t *ret_oldest_ms) MUST_USE;
/* WRITE. */
enum rc statistics_spend(struct tx *tx, const struct statistics_query *query, str result) MUST_USE;
/* The last answer of that or a later time. RC_NOT_FOUND. */
enum rc statistics_answered(struct tx *tx, str query, int64_t since_ms, str *ret_result) MUST_USE;

#endif
