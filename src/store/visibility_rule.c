/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/visibility_rule.h"

enum membership facts_membership_at(const struct visibility_facts *facts, int64_t pos)
{
    for (size_t i = facts->membership_count; i-- > 0;)
        if (facts->memberships[i].pos <= pos)
            return facts->memberships[i].membership;
    return MEMBERSHIP_NONE;
}

enum history_visibility facts_setting_at(const struct visibility_facts *facts, int64_t pos)
{
    for (size_t i = facts->setting_count; i-- > 0;)
        if (facts->settings[i].pos <= pos)
            return facts->settings[i].visibility;
    return HISTORY_SHARED;
}

static bool joins_after(const struct visibility_facts *facts, int64_t pos)
{
    for (size_t i = facts->membership_count; i-- > 0 && facts->memberships[i].pos > pos;)
        if (facts->memberships[i].membership == MEMBERSHIP_JOIN)
            return true;
    return false;
}

/* Rules 1 to 5, in their order. */
static bool rules(const struct visibility_facts *facts, int64_t pos, enum membership membership,
                  enum history_visibility setting)
{
    if (setting == HISTORY_WORLD_READABLE || membership == MEMBERSHIP_JOIN)
        return true;
    if (setting == HISTORY_SHARED && joins_after(facts, pos))
        return true;
    return setting == HISTORY_INVITED && membership == MEMBERSHIP_INVITE;
}

bool facts_allow(const struct visibility_facts *facts, int64_t pos, bool own_member, bool setting)
{
    /* For these two kinds either side of the change will do; for all others both sides are the same. */
    const enum membership memberships[] = {facts_membership_at(facts, pos), facts_membership_at(facts, pos - 1)};
    const enum history_visibility settings[] = {facts_setting_at(facts, pos), facts_setting_at(facts, pos - 1)};
    for (int i = 0; i <= own_member; i++)
        for (int k = 0; k <= setting; k++)
            if (rules(facts, pos, memberships[i], settings[k]))
                return true;
    return false;
}
