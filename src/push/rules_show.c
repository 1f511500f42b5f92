/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules as JSON. */
#include "push/rules_private.h"

static void add_replaced(struct strbuf *buf, str json, str user_id)
{
    const str mark = S("\"" PUSH_USER_ID "\"");
    for (const char *found; json.len && (found = memmem(json.ptr, json.len, mark.ptr, mark.len));) {
        size_t before = (size_t)(found - json.ptr);
        strbuf_add(buf, str_head(json, before));
        strbuf_add_json(buf, user_id);
        json = str_skip(json, before + mark.len);
    }
    strbuf_add(buf, json);
}

static void add_rule(struct strbuf *buf, enum push_kind kind, const struct rule *rule, str user_id)
{
    strbuf_add(buf, S("{\"actions\":"));
    strbuf_add(buf, rule->actions.json);
    if (kind == PUSH_OVERRIDE || kind == PUSH_UNDERRIDE) {
        strbuf_add(buf, S(",\"conditions\":"));
        if (rule->is_default)
            add_replaced(buf, rule->conditions_json, user_id);
        else
            strbuf_add(buf, rule->conditions_json);
    }
    strbuf_add(buf, rule->is_default ? S(",\"default\":true") : S(",\"default\":false"));
    strbuf_add(buf, rule->enabled ? S(",\"enabled\":true") : S(",\"enabled\":false"));
    if (kind == PUSH_CONTENT) {
        strbuf_add(buf, S(",\"pattern\":"));
        strbuf_add_json(buf, rule->pattern);
    }
    strbuf_add(buf, S(",\"rule_id\":"));
    strbuf_add_json(buf, rule->id);
    strbuf_add_char(buf, '}');
}

void push_rules_add_global(struct strbuf *buf, const struct push_rules *rules, str user_id)
{
    strbuf_add_char(buf, '{');
    for (int kind = 0; kind < PUSH_KINDS; kind++) {
        const struct rule_list *list = &rules->kinds[kind];
        if (kind > 0)
            strbuf_add_char(buf, ',');
        strbuf_add_json(buf, push_kind_names[kind]);
        strbuf_add(buf, S(":["));
        for (size_t i = 0; i < list->count; i++) {
            if (i > 0)
                strbuf_add_char(buf, ',');
            add_rule(buf, (enum push_kind)kind, list->items[i], user_id);
        }
        strbuf_add_char(buf, ']');
    }
    strbuf_add_char(buf, '}');
}

void push_rules_add_content(struct strbuf *buf, const struct push_rules *rules, str user_id)
{
    strbuf_add(buf, S("{\"global\":"));
    push_rules_add_global(buf, rules, user_id);
    strbuf_add_char(buf, '}');
}

enum rc push_rules_add_rule(struct strbuf *buf, const struct push_rules *rules, enum push_kind kind, str rule_id,
                            str user_id)
{
    const struct rule *rule = rule_find(rules, kind, rule_id);
    if (!rule)
        return RC_NOT_FOUND;
    add_rule(buf, kind, rule, user_id);
    return RC_OK;
}

enum rc push_rules_is_enabled(const struct push_rules *rules, enum push_kind kind, str rule_id, bool *ret_enabled)
{
    const struct rule *rule = rule_find(rules, kind, rule_id);
    if (!rule)
        return RC_NOT_FOUND;
    *ret_enabled = rule->enabled;
    return RC_OK;
}

enum rc push_rules_actions(const struct push_rules *rules, enum push_kind kind, str rule_id, str *ret_actions)
{
    const struct rule *rule = rule_find(rules, kind, rule_id);
    if (!rule)
        return RC_NOT_FOUND;
    *ret_actions = rule->actions.json;
    return RC_OK;
}
