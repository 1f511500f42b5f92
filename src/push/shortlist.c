/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Judging one event for many users: everything that does not depend on the user is asked once. Conditions that do are
 * the user's id and the display name; only override and underride rules have them.
 */
#include "push/rules_private.h"

#include <stdlib.h>

enum answer { FOR_NOBODY, FOR_SOME, FOR_ALL };

static enum answer holds_for(const struct rule *rule, enum push_kind kind, const struct push_event *event)
{
    if (kind != PUSH_OVERRIDE && kind != PUSH_UNDERRIDE)
        return rule_matches(rule, kind, event, STR_NONE) ? FOR_ALL : FOR_NOBODY;
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

struct push_verdict push_shortlist_judge(const struct push_shortlist *shortlist, str user_id)
{
    if (str_eq(shortlist->event->event->sender, user_id))
        return push_no_verdict;
    for (size_t i = 0; i < shortlist->count; i++)
        if (conditions_hold(shortlist->rules[i], shortlist->event, user_id))
            return rule_verdict(shortlist->rules[i]);
    return shortlist->otherwise;
}

/* ---- whom the event names ---- */

struct names {
    struct arena *arena;
    str *ids;
    size_t count, capacity;
};

static void name_add(struct names *names, yyjson_val *id)
{
    if (yyjson_is_str(id) && names->count < names->capacity)
        names->ids[names->count++] = json_str_of(id);
}

/* What stands where the condition looks for the user's id. */
static void names_add(struct names *names, const struct push_event *event, const struct condition *condition)
{
    yyjson_val *found = property_at(event->root, condition->path, condition->path_count), *item;
    size_t more = names->count + (yyjson_is_arr(found) ? yyjson_arr_size(found) : 1);
    if (more > names->capacity) {
        str *ids = arena_array(names->arena, str, more);
        if (names->count)
            memcpy(ids, names->ids, names->count * sizeof *ids);
        names->ids = ids;
        names->capacity = more;
    }
    if (condition->kind != CONDITION_CONTAINS) {
        name_add(names, found);
        return;
    }
    yyjson_arr_iter iter = yyjson_arr_iter_with(found);
    while ((item = yyjson_arr_iter_next(&iter)))
        name_add(names, item);
}

static int by_id(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static void names_unite(struct names *names)
{
    size_t kept = 0;
    if (names->count)
        qsort(names->ids, names->count, sizeof *names->ids, by_id);
    for (size_t i = 0; i < names->count; i++)
        if (!kept || !str_eq(names->ids[kept - 1], names->ids[i]))
            names->ids[kept++] = names->ids[i];
    names->count = kept;
}

bool push_shortlist_named(const struct push_shortlist *shortlist, str **ret_user_ids, size_t *ret_count)
{
    struct names names = {.arena = shortlist->event->arena};
    for (size_t i = 0; i < shortlist->count; i++) {
        const struct rule *rule = shortlist->rules[i];
        size_t at = 0;
        while (at < rule->condition_count && !rule->conditions[at].user_id)
            at++;
        if (at == rule->condition_count)
            return false;
        names_add(&names, shortlist->event, &rule->conditions[at]);
    }
    names_unite(&names);
    *ret_user_ids = names.ids;
    *ret_count = names.count;
    return true;
}
