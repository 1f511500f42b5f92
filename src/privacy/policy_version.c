/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which version holds when (obligations 6.1, 6.2, 6.5). */
#include "privacy/policy_text.h"

const struct policy_version *policy_in_force(const struct policy_series *series, int64_t at_ms)
{
    size_t i = series->count;
    while (i > 1 && series->versions[i - 1].effective_ms > at_ms)
        i--;
    return &series->versions[i - 1];
}

const struct policy_version *policy_to_come(const struct policy_series *series, int64_t at_ms)
{
    const struct policy_version *next = policy_in_force(series, at_ms) + 1;
    bool is_one = next < series->versions + series->count && next->announced_ms <= at_ms;
    return is_one ? next : NULL;
}

const struct policy_version *policy_version_find(const struct policy_series *series, str version)
{
    for (size_t i = 0; i < series->count; i++)
        if (str_eq(series->versions[i].version, version))
            return &series->versions[i];
    return NULL;
}

bool policy_asks_between(const struct policy_version *agreed, const struct policy_version *to)
{
    if (!agreed)
        return true;
    for (const struct policy_version *version = agreed + 1; version <= to; version++)
        if (policy_version_asks(version))
            return true;
    return false;
}
