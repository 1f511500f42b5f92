/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Judging one event for many users: everything that does not depend on the user is asked once. Conditions that do are
 * the user's id and the display name; only override and underride rules have them.
 */
#include "push/rules_private.h"

enum answer { FOR_NOBODY, FOR_SOME, FOR_ALL };

static enum answer holds_for(const struct rule *rule, enum push_kind kind, const struct push_event *event)
{
    if (kind != PUSH_OVERRIDE && kind != PUSH_UNDERRIDE)
        return rule_matches(rule, kind, event, STR_NONE, STR_NONE) ? FOR_ALL : FOR_NOBODY;
    enum answer answer = FOR_ALL;
    for (size_t i = 0; i < rule->condition_count; i++) {
        bool for_all;
        if (!condition_may_hold(&rule->conditions[i], event, &for_all))
            return FOR_NOBODY;
        if (!for_all)
            answer = FOR_SOME;
    }
    return answer;
}

static size_t count_rules(const struct push_rules *rules)
{
    size_t count = 0;
    for (int kind = 0; kind < PUSH_KINDS; kind++)
        count += rules->kinds[kind].count;
    return count;
}

void push_rules_shortlist(const struct push_rules *rules, const struct push_event *event,
                          struct push_shortlist *ret_shortlist)
{
    struct push_shortlist list = {.event = event, .otherwise = push_no_verdict};
    for (int kind = 0; kind < PUSH_KINDS; kind++)
        for (size_t i = 0; i < rules->kinds[kind].count; i++) {
            const struct rule *rule = rules->kinds[kind].items[i];
            enum answer answer = rule->enabled ? holds_for(rule, (enum push_kind)kind, event) : FOR_NOBODY;
            if (answer == FOR_ALL) {
                list.otherwise = rule_verdict(rule);
                *ret_shortlist = list;
                return;
            }
            if (answer == FOR_NOBODY)
                continue;
            if (!list.rules)
                list.rules = arena_array(event->arena, const struct rule *, count_rules(rules));
            list.rules[list.count++] = rule;
        }
    *ret_shortlist = list;
}

struct push_verdict push_shortlist_judge(const struct push_shortlist *shortlist, str user_id, str display_name)
{
    if (str_eq(shortlist->event->event->sender, user_id))
        return push_no_verdict;
    for (size_t i = 0; i < shortlist->count; i++)
        if (conditions_hold(shortlist->rules[i], shortlist->event, user_id, display_name))
            return rule_verdict(shortlist->rules[i]);
    return shortlist->otherwise;
}
