/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Changing a set of rules (spec: push module, "Push Rules: API"). */
#include "push/rules_private.h"

static enum rc not_found(struct error *err)
{
    return error_set(err, RC_NOT_FOUND, "the push rule was not found");
}

static size_t index_of(const struct rule_list *list, const struct rule *rule)
{
    size_t i = 0;
    while (list->items[i] != rule)
        i++;
    return i;
}

static void list_take(struct rule_list *list, size_t index)
{
    list->count--;
    memmove(list->items + index, list->items + index + 1, (list->count - index) * sizeof *list->items);
}

static void list_insert(struct rule_list *list, size_t index, struct rule *rule)
{
    vec_push(list, rule);
    memmove(list->items + index + 1, list->items + index, (list->count - 1 - index) * sizeof *list->items);
    list->items[index] = rule;
}

static enum rc check_id(str id, struct error *err)
{
    if (!id.len || id.len > PUSH_MAX_ID_BYTES || !str_is_utf8(id))
        return error_set(err, RC_INVALID, "a rule id has 1 to %d bytes", PUSH_MAX_ID_BYTES);
    if (id.ptr[0] == '.')
        return error_set(err, RC_INVALID, "rule ids that start with a dot are the server's");
    if (str_find_char(id, '/') != id.len || str_find_char(id, '\\') != id.len)
        return error_set(err, RC_INVALID, "rule ids have no slashes");
    return RC_OK;
}

static size_t own_rules(const struct push_rules *rules)
{
    size_t count = 0;
    for (int kind = 0; kind < PUSH_KINDS; kind++)
        for (size_t i = 0; i < rules->kinds[kind].count; i++)
            count += !rules->kinds[kind].items[i]->is_default;
    return count;
}

/* The most important place of the user's own rules: the first, but behind the master rule. */
static size_t first_own_place(const struct rule_list *list)
{
    return list->count && str_eq(list->items[0]->id, S(PUSH_MASTER_RULE)) ? 1 : 0;
}

/* The user's own rule that the new one is to stand next to; `before` counts if both are given. NULL: none asked for. */
static enum rc find_neighbour(const struct push_rules *rules, enum push_kind kind, str rule_id, str before, str after,
                              struct rule **ret_neighbour, struct error *err)
{
    str wanted = before.len ? before : after;
    *ret_neighbour = NULL;
    if (!wanted.len)
        return RC_OK;
    struct rule *found = rule_find(rules, kind, wanted);
    if (!found || found->is_default || str_eq(wanted, rule_id))
        return error_set(err, RC_INVALID, "the rule of before or after was not found among the user's own");
    *ret_neighbour = found;
    return RC_OK;
}

enum rc push_rules_put(struct push_rules *rules, enum push_kind kind, str rule_id, yyjson_val *body, str before,
                       str after, struct error *err)
{
    struct rule_list *list = &rules->kinds[kind];
    struct rule *neighbour, *present = rule_find(rules, kind, rule_id);
    struct rule *rule = arena_new(&rules->arena, struct rule);
    TRY(check_id(rule_id, err));
    TRY(find_neighbour(rules, kind, rule_id, before, after, &neighbour, err));
    TRY(rule_read_body(&rules->arena, kind, body, rule, err));
    if (!present && own_rules(rules) >= PUSH_MAX_RULES)
        return error_set(err, RC_LIMITED, "there are too many push rules");
    rule->id = arena_dup(&rules->arena, rule_id);
    rule->enabled = present ? present->enabled : true;
    size_t place = present ? index_of(list, present) : first_own_place(list);
    if (present)
        list_take(list, place);
    if (neighbour)
        place = index_of(list, neighbour) + (before.len ? 0 : 1);
    list_insert(list, place, rule);
    return RC_OK;
}

enum rc push_rules_remove(struct push_rules *rules, enum push_kind kind, str rule_id, struct error *err)
{
    struct rule *rule = rule_find(rules, kind, rule_id);
    if (!rule || rule->is_default)
        return not_found(err);
    list_take(&rules->kinds[kind], index_of(&rules->kinds[kind], rule));
    return RC_OK;
}

enum rc push_rules_set_enabled(struct push_rules *rules, enum push_kind kind, str rule_id, bool enabled,
                               struct error *err)
{
    struct rule *rule = rule_find(rules, kind, rule_id);
    if (!rule)
        return not_found(err);
    rule->enabled = enabled;
    return RC_OK;
}

enum rc push_rules_set_actions(struct push_rules *rules, enum push_kind kind, str rule_id, yyjson_val *actions,
                               struct error *err)
{
    struct rule *rule = rule_find(rules, kind, rule_id);
    if (!rule)
        return not_found(err);
    return actions_read(&rules->arena, actions, &rule->actions, err);
}
