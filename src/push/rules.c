/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading a set of rules, and what it says of events. */
#include "push/glob.h"
#include "push/rules_private.h"

const str push_kind_names[PUSH_KINDS] = {
    [PUSH_OVERRIDE] = STR_INIT("override"), [PUSH_CONTENT] = STR_INIT("content"),     [PUSH_ROOM] = STR_INIT("room"),
    [PUSH_SENDER] = STR_INIT("sender"),     [PUSH_UNDERRIDE] = STR_INIT("underride"),
};

bool push_kind_parse(str name, enum push_kind *ret_kind)
{
    for (int i = 0; i < PUSH_KINDS; i++) {
        if (str_eq(push_kind_names[i], name)) {
            *ret_kind = (enum push_kind)i;
            return true;
        }
    }
    return false;
}

struct rule *rule_find(const struct push_rules *rules, enum push_kind kind, str id)
{
    const struct rule_list *list = &rules->kinds[kind];
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i]->id, id))
            return list->items[i];
    return NULL;
}

/* ---- Reading ---- */

/* Spec, "Actions". */
static bool action_read(yyjson_val *action, struct actions *actions)
{
    if (str_eq(json_str_of(action), S("notify")))
        return actions->notify = true;
    str tweak = json_str_of(yyjson_obj_get(action, "set_tweak"));
    yyjson_val *value = yyjson_obj_get(action, "value");
    if (str_eq(tweak, S("highlight"))) /* no value: true */
        actions->highlight = !yyjson_is_false(value);
    if (str_eq(tweak, S("sound")) && yyjson_is_str(value))
        actions->sound = json_str_of(value);
    return tweak.len > 0;
}

/* Spec, "Historical Actions": to be ignored. */
static bool is_historical(yyjson_val *action)
{
    str name = json_str_of(action);
    return str_eq(name, S("dont_notify")) || str_eq(name, S("coalesce"));
}

enum rc actions_read(struct arena *arena, yyjson_val *array, struct actions *ret_actions, struct error *err)
{
    struct actions actions = {.sound = S("")};
    struct strbuf json = STRBUF_INIT;
    bool well_formed = yyjson_is_arr(array) && json_depth_fits(array, MAX_LEVELS);
    strbuf_add_char(&json, '[');
    yyjson_arr_iter iter = yyjson_arr_iter_with(array);
    for (yyjson_val *action; (action = yyjson_arr_iter_next(&iter));) {
        if (is_historical(action))
            continue;
        well_formed = action_read(action, &actions) && well_formed;
        if (json.len > 1)
            strbuf_add_char(&json, ',');
        json_add_text(&json, action);
    }
    strbuf_add_char(&json, ']');
    actions.json = strbuf_to_arena(&json, arena);
    actions.sound = arena_dup(arena, actions.sound);
    strbuf_fini(&json);
    if (!well_formed)
        return error_set(err, RC_BAD_JSON, "`actions` must be an array of `notify` and tweaks");
    *ret_actions = actions;
    return RC_OK;
}

/* The conditions live in the arena: their text is parsed there. */
static enum rc conditions_read(struct arena *arena, yyjson_val *given, struct rule *rule, struct error *err)
{
    if (given && !(yyjson_is_arr(given) && json_depth_fits(given, MAX_LEVELS)))
        return error_set(err, RC_BAD_JSON, "`conditions` must be an array of conditions");
    rule->conditions_json = given ? json_text(arena, given) : S("[]");
    yyjson_val *array;
    TRY(json_parse(arena, rule->conditions_json, &array, err));
    rule->conditions = arena_array(arena, struct condition, yyjson_arr_size(array));
    rule->condition_count = 0;
    yyjson_arr_iter iter = yyjson_arr_iter_with(array);
    for (yyjson_val *object; (object = yyjson_arr_iter_next(&iter));) {
        if (!yyjson_is_str(yyjson_obj_get(object, "kind")))
            return error_set(err, RC_BAD_JSON, "a condition needs a kind");
        condition_read(arena, object, &rule->conditions[rule->condition_count++]);
    }
    return RC_OK;
}

enum rc rule_read_body(struct arena *arena, enum push_kind kind, yyjson_val *body, struct rule *rule, struct error *err)
{
    TRY(actions_read(arena, yyjson_obj_get(body, "actions"), &rule->actions, err));
    if (kind == PUSH_OVERRIDE || kind == PUSH_UNDERRIDE)
        return conditions_read(arena, yyjson_obj_get(body, "conditions"), rule, err);
    if (kind != PUSH_CONTENT)
        return RC_OK;
    str pattern;
    TRY(json_need_str(body, "pattern", &pattern, err));
    rule->pattern = arena_dup(arena, pattern);
    return RC_OK;
}

static void mark_user_id(struct rule *rule)
{
    for (size_t i = 0; i < rule->condition_count; i++) {
        struct condition *condition = &rule->conditions[i];
        condition->user_id =
            str_eq(condition->text, S(PUSH_USER_ID)) || str_eq(json_str_of(condition->value), S(PUSH_USER_ID));
    }
}

static enum rc rule_read(struct push_rules *rules, enum push_kind kind, yyjson_val *object, struct rule **ret_rule)
{
    struct rule *rule = arena_new(&rules->arena, struct rule);
    str id;
    TRY(json_need_str(object, "rule_id", &id, NULL));
    TRY(json_get_bool(object, "enabled", true, &rule->enabled, NULL));
    TRY(rule_read_body(&rules->arena, kind, object, rule, NULL));
    rule->id = arena_dup(&rules->arena, id);
    rule->is_default = str_starts(id, S("."));
    *ret_rule = rule;
    return RC_OK;
}

/* Of a default rule only what the user may change counts: its definition is the server's. */
static enum rc default_rule_read(struct push_rules *rules, enum push_kind kind, yyjson_val *definition,
                                 yyjson_val *stored, struct rule **ret_rule)
{
    TRY(rule_read(rules, kind, definition, ret_rule));
    mark_user_id(*ret_rule);
    yyjson_arr_iter iter = yyjson_arr_iter_with(stored);
    for (yyjson_val *object; (object = yyjson_arr_iter_next(&iter));) {
        struct actions actions;
        if (!str_eq(json_str_of(yyjson_obj_get(object, "rule_id")), (*ret_rule)->id))
            continue;
        if (yyjson_is_bool(yyjson_obj_get(object, "enabled")))
            (*ret_rule)->enabled = yyjson_get_bool(yyjson_obj_get(object, "enabled"));
        if (actions_read(&rules->arena, yyjson_obj_get(object, "actions"), &actions, NULL) == RC_OK)
            (*ret_rule)->actions = actions;
    }
    return RC_OK;
}

static void read_own_rules(struct push_rules *rules, enum push_kind kind, yyjson_val *stored)
{
    yyjson_arr_iter iter = yyjson_arr_iter_with(stored);
    for (yyjson_val *object; (object = yyjson_arr_iter_next(&iter));) {
        struct rule *rule;
        if (rule_read(rules, kind, object, &rule) == RC_OK && !rule->is_default && !rule_find(rules, kind, rule->id))
            vec_push(&rules->kinds[kind], rule);
    }
}

/* Spec, "Predefined Rules": the master rule before all, the other default rules behind the user's own. */
static enum rc read_kind(struct push_rules *rules, enum push_kind kind, yyjson_val *defaults, yyjson_val *stored)
{
    yyjson_arr_iter iter = yyjson_arr_iter_with(defaults);
    bool own_read = kind != PUSH_OVERRIDE;
    if (own_read)
        read_own_rules(rules, kind, stored);
    for (yyjson_val *definition; (definition = yyjson_arr_iter_next(&iter));) {
        struct rule *rule;
        TRY(default_rule_read(rules, kind, definition, stored, &rule));
        vec_push(&rules->kinds[kind], rule);
        if (!own_read)
            read_own_rules(rules, kind, stored);
        own_read = true;
    }
    return RC_OK;
}

static enum rc read_all(struct push_rules *rules, str stored, struct error *err)
{
    struct arena *arena = &rules->arena;
    yyjson_val *root, *global, *defaults;
    TRY(json_parse_object(arena, str_of(push_default_rules), false, &defaults, err));
    TRY(json_parse_object(arena, stored, true, &root, err));
    TRY(json_get_object(root, "global", &global, err));
    for (int i = 0; i < PUSH_KINDS; i++) {
        const char *name = push_kind_names[i].ptr;
        TRY(read_kind(rules, (enum push_kind)i, yyjson_obj_get(defaults, name), yyjson_obj_get(global, name)));
    }
    return RC_OK;
}

enum rc push_rules_new(str stored, struct push_rules **ret_rules, struct error *err)
{
    struct push_rules *rules = xcalloc(1, sizeof *rules);
    enum rc rc = read_all(rules, stored, err);
    if (rc == RC_OK)
        *ret_rules = rules;
    else
        push_rules_free(&rules);
    return rc;
}

void push_rules_free(struct push_rules **rules_ptr)
{
    struct push_rules *rules = *rules_ptr;
    *rules_ptr = NULL;
    if (!rules)
        return;
    for (int i = 0; i < PUSH_KINDS; i++)
        vec_fini(&rules->kinds[i]);
    arena_fini(&rules->arena);
    free(rules);
}

/* ---- Judging ---- */

enum rc push_event_init(const struct event *event, const struct room_state *state, struct arena *arena,
                        struct push_event *ret_event)
{
    struct strbuf client = STRBUF_INIT;
    yyjson_val *root;
    event_add_client_json(&client, event, true, STR_NONE);
    enum rc rc = json_parse_object(arena, strbuf_str(&client), false, &root, NULL);
    strbuf_fini(&client);
    TRY(rc);
    *ret_event = (struct push_event){
        .event = event,
        .state = state,
        .arena = arena,
        .root = root,
        .member_count = room_state_member_count(state, MEMBERSHIP_JOIN),
        .sender_power = room_state_power_of(state, event->sender),
    };
    return RC_OK;
}

bool conditions_hold(const struct rule *rule, const struct push_event *event, str user_id)
{
    for (size_t i = 0; i < rule->condition_count; i++)
        if (!condition_holds(&rule->conditions[i], event, user_id))
            return false;
    return true;
}

bool rule_matches(const struct rule *rule, enum push_kind kind, const struct push_event *event, str user_id)
{
    switch (kind) {
    case PUSH_ROOM: return str_eq(rule->id, event->event->room_id);
    case PUSH_SENDER: return str_eq(rule->id, event->event->sender);
    case PUSH_CONTENT: {
        str body = json_str_of(yyjson_obj_get(yyjson_obj_get(event->root, "content"), "body"));
        return body.ptr && glob_matches_words(rule->pattern, body);
    }
    case PUSH_OVERRIDE:
    case PUSH_UNDERRIDE: break;
    }
    return conditions_hold(rule, event, user_id);
}

const struct push_verdict push_no_verdict = {.sound = STR_INIT(""), .actions = STR_INIT("[]")};

struct push_verdict rule_verdict(const struct rule *rule)
{
    const struct actions *actions = &rule->actions;
    return (struct push_verdict){actions->notify, actions->notify && actions->highlight, actions->sound, actions->json};
}

struct push_verdict push_rules_judge(const struct push_rules *rules, const struct push_event *event, str user_id)
{
    if (str_eq(event->event->sender, user_id))
        return push_no_verdict;
    for (int kind = 0; kind < PUSH_KINDS; kind++) {
        const struct rule_list *list = &rules->kinds[kind];
        for (size_t i = 0; i < list->count; i++)
            if (list->items[i]->enabled && rule_matches(list->items[i], (enum push_kind)kind, event, user_id))
                return rule_verdict(list->items[i]);
    }
    return push_no_verdict;
}
