/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef PUSH_RULES_PRIVATE_H
#define PUSH_RULES_PRIVATE_H

#include "base/vec.h"
#include "push/rules.h"

/* Of an action or condition. Theirs are plain values; what is stored must stay within JSON_MAX_DEPTH. */
enum { MAX_LEVELS = 16 };

enum condition_kind {
    CONDITION_NEVER, /* unrecognised: matches no event */
    CONDITION_MATCH,
    CONDITION_MATCH_WORDS, /* event_match on content.body */
    CONDITION_IS,
    CONDITION_CONTAINS,
    CONDITION_DISPLAY_NAME,
    CONDITION_MEMBER_COUNT,
    CONDITION_SENDER_PERMISSION,
};

enum comparison { EQUAL, LESS, GREATER, LESS_OR_EQUAL, GREATER_OR_EQUAL };

struct condition {
    enum condition_kind kind;
    bool user_id; /* pattern or value is the id of the user it is judged for */
    str *path;    /* MATCH, IS, CONTAINS: the property's names */
    size_t path_count;
    str text;          /* MATCH: pattern; SENDER_PERMISSION: key */
    yyjson_val *value; /* IS, CONTAINS */
    enum comparison comparison;
    uint64_t count;
};

struct actions {
    str json; /* as stored and shown */
    bool notify, highlight;
    str sound;
};

struct rule {
    str id;
    bool is_default, enabled;
    struct condition *conditions; /* override, underride */
    size_t condition_count;
    str conditions_json;
    str pattern; /* content */
    struct actions actions;
};

/* Most important first. */
struct rule_list {
    struct rule **items;
    size_t count, capacity;
};

struct push_rules {
    struct arena arena; /* what rules are made of; changes leave the old behind until the end */
    struct rule_list kinds[PUSH_KINDS];
};

extern const str push_kind_names[PUSH_KINDS];
/* The default ruleset, as {"override":[…],…}; PUSH_USER_ID in a condition stands for the user's id. */
extern const char push_default_rules[];
#define PUSH_USER_ID "<user_id>"
#define PUSH_MASTER_RULE ".m.rule.master"

struct rule *rule_find(const struct push_rules *rules, enum push_kind kind, str id);
/* From {actions, conditions?, pattern?}, into rule; copies into the arena. */
enum rc rule_read_body(struct arena *arena, enum push_kind kind, yyjson_val *body, struct rule *rule,
                       struct error *err) MUST_USE;
enum rc actions_read(struct arena *arena, yyjson_val *array, struct actions *ret_actions, struct error *err) MUST_USE;
void condition_read(struct arena *arena, yyjson_val *object, struct condition *ret_condition);
bool rule_matches(const struct rule *rule, enum push_kind kind, const struct push_event *event, str user_id);
/* All of the rule's conditions, in a set that has them. */
bool conditions_hold(const struct rule *rule, const struct push_event *event, str user_id);
extern const struct push_verdict push_no_verdict;
struct push_verdict rule_verdict(const struct rule *rule);
bool condition_holds(const struct condition *condition, const struct push_event *event, str user_id);
/* Could it hold for somebody? And does it hold for everybody then? */
bool condition_may_hold(const struct condition *condition, const struct push_event *event, bool *ret_for_all);
/* The property at the path, or NULL. */
yyjson_val *property_at(yyjson_val *root, const str *path, size_t count);

#endif
