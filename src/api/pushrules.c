/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Push Rules: API". Kept as account data, so that every client hears of a change through /sync. */
#include "api/call.h"
#include "api/push_rules_stored.h"

static enum rc no_such_rule(struct call *call)
{
    return call_fail(call, 404, "M_NOT_FOUND", "There is no such push rule.");
}

static enum rc rule_kind(struct call *call, enum push_kind *ret_kind)
{
    if (!push_kind_parse(call->params[0], ret_kind))
        return call_fail(call, 400, "M_INVALID_PARAM", "A push rule is override, content, room, sender or underride.");
    return RC_OK;
}

/* ---- reading ---- */

static enum rc get_all(struct call *call)
{
    struct push_rules *rules;
    TRY(push_rules_stored_load(call->tx, call->who.user, &rules));
    push_rules_add_content(&call->out, rules, call->who.user_id);
    return RC_OK;
}

static enum rc get_global(struct call *call)
{
    struct push_rules *rules;
    TRY(push_rules_stored_load(call->tx, call->who.user, &rules));
    push_rules_add_global(&call->out, rules, call->who.user_id);
    return RC_OK;
}

static enum rc get_rule(struct call *call)
{
    struct push_rules *rules;
    enum push_kind kind;
    TRY(rule_kind(call, &kind));
    TRY(push_rules_stored_load(call->tx, call->who.user, &rules));
    enum rc rc = push_rules_add_rule(&call->out, rules, kind, call->params[1], call->who.user_id);
    return rc == RC_NOT_FOUND ? no_such_rule(call) : rc;
}

static enum rc get_enabled(struct call *call)
{
    struct push_rules *rules;
    enum push_kind kind;
    bool enabled;
    TRY(rule_kind(call, &kind));
    TRY(push_rules_stored_load(call->tx, call->who.user, &rules));
    enum rc rc = push_rules_is_enabled(rules, kind, call->params[1], &enabled);
    if (rc == RC_NOT_FOUND)
        return no_such_rule(call);
    TRY(rc);
    strbuf_add(&call->out, enabled ? S("{\"enabled\":true}") : S("{\"enabled\":false}"));
    return RC_OK;
}

static enum rc get_actions(struct call *call)
{
    struct push_rules *rules;
    enum push_kind kind;
    str actions;
    TRY(rule_kind(call, &kind));
    TRY(push_rules_stored_load(call->tx, call->who.user, &rules));
    enum rc rc = push_rules_actions(rules, kind, call->params[1], &actions);
    if (rc == RC_NOT_FOUND)
        return no_such_rule(call);
    TRY(rc);
    strbuf_add(&call->out, S("{\"actions\":"));
    strbuf_add(&call->out, actions);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

/* ---- changing: load, change, save ---- */

typedef enum rc (*change_fn)(struct call *call, struct push_rules *rules, enum push_kind kind);

static enum rc change(struct call *call, change_fn apply)
{
    struct push_rules *rules;
    enum push_kind kind;
    TRY(rule_kind(call, &kind));
    TRY(push_rules_stored_load(call->tx, call->who.user, &rules));
    enum rc rc = apply(call, rules, kind);
    if (rc == RC_NOT_FOUND)
        return no_such_rule(call);
    if (rc == RC_LIMITED)
        return call_fail(call, 400, "M_INVALID_PARAM", "There are as many push rules as an account may have.");
    TRY(rc);
    return push_rules_stored_save(call->tx, call->who.user, rules);
}

static enum rc apply_put(struct call *call, struct push_rules *rules, enum push_kind kind)
{
    return push_rules_put(rules, kind, call->params[1], call->body, call_query(call, "before"),
                          call_query(call, "after"), call_err(call));
}

static enum rc apply_remove(struct call *call, struct push_rules *rules, enum push_kind kind)
{
    return push_rules_remove(rules, kind, call->params[1], call_err(call));
}

static enum rc apply_enabled(struct call *call, struct push_rules *rules, enum push_kind kind)
{
    bool enabled;
    if (!yyjson_obj_get(call->body, "enabled"))
        return error_set(call_err(call), RC_BAD_JSON, "enabled is missing");
    TRY(json_get_bool(call->body, "enabled", true, &enabled, call_err(call)));
    return push_rules_set_enabled(rules, kind, call->params[1], enabled, call_err(call));
}

static enum rc apply_actions(struct call *call, struct push_rules *rules, enum push_kind kind)
{
    yyjson_val *actions;
    TRY(json_get_array(call->body, "actions", &actions, call_err(call)));
    if (!actions)
        return error_set(call_err(call), RC_BAD_JSON, "actions is missing");
    return push_rules_set_actions(rules, kind, call->params[1], actions, call_err(call));
}

static enum rc put_rule(struct call *call)
{
    return change(call, apply_put);
}

static enum rc delete_rule(struct call *call)
{
    return change(call, apply_remove);
}

static enum rc put_enabled(struct call *call)
{
    return change(call, apply_enabled);
}

static enum rc put_actions(struct call *call)
{
    return change(call, apply_actions);
}

#define RULES_GET(operation, address, handler)                                                                         \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = "/_matrix/client/v3/pushrules/" address, .auth = AUTH_USER,     \
        .exec = EXEC_READ, .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_SERVICE, .run = handler            \
    }
#define RULES_CHANGE(operation, verb, address, how, handler)                                                           \
    {                                                                                                                  \
        .name = operation, .method = verb, .path = "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}" address,      \
        .auth = AUTH_USER, .exec = EXEC_WRITE, .rate = RATE_WRITE, .body = how, .purpose = PURPOSE_SERVICE,            \
        .run = handler                                                                                                 \
    }

static const struct endpoint endpoints[] = {
    RULES_GET("getPushRules", "", get_all),
    RULES_GET("getPushRulesGlobal", "global/", get_global),
    RULES_GET("getPushRule", "global/{kind}/{ruleId}", get_rule),
    RULES_GET("isPushRuleEnabled", "global/{kind}/{ruleId}/enabled", get_enabled),
    RULES_GET("getPushRuleActions", "global/{kind}/{ruleId}/actions", get_actions),
    RULES_CHANGE("setPushRule", HTTP_PUT, "", BODY_JSON, put_rule),
    RULES_CHANGE("deletePushRule", HTTP_DELETE, "", BODY_NONE, delete_rule),
    RULES_CHANGE("setPushRuleEnabled", HTTP_PUT, "/enabled", BODY_JSON, put_enabled),
    RULES_CHANGE("setPushRuleActions", HTTP_PUT, "/actions", BODY_JSON, put_actions),
};

extern const struct endpoint_module pushrules_module;
const struct endpoint_module pushrules_module = ENDPOINT_MODULE(endpoints);
