/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_bound.h"

enum rc policy_bound_at(struct tx *tx, const struct policy *policy, uint64_t subject, int64_t at_ms,
                        struct policy_bound *ret_bound)
{
    struct consent *consents;
    size_t count;
    TRY(consent_list(tx, subject, &consents, &count));
    *ret_bound = (struct policy_bound){0};
    for (size_t i = 0; i < count; i++) {
        const struct consent *entry = &consents[i];
        if (!entry->granted || entry->given_ms > at_ms || !str_eq(entry->purpose, S(CONSENT_SERVICE)))
            continue;
        const struct policy_version *version = policy_version_find(&policy->main, entry->version);
        bool held = version && (version->effective_ms <= at_ms || version == policy->main.versions);
        if (held && (!ret_bound->version || version >= ret_bound->version))
            *ret_bound = (struct policy_bound){version, *entry};
    }
    return RC_OK;
}

enum rc policy_bound_time(str text, int64_t *ret_ms)
{
    if (policy_day_ms(text, ret_ms) != RC_OK)
        return str_to_i64(text, ret_ms);
    *ret_ms += INT64_C(24) * 3600 * 1000 - 1;
    return RC_OK;
}
