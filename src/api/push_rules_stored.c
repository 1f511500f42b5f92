/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/push_rules_stored.h"

#include "store/account_data.h"

static void rules_drop(void *arg)
{
    struct push_rules *rules = arg;
    push_rules_free(&rules);
}

enum rc push_rules_stored_load(struct tx *tx, const struct user *user, struct push_rules **ret_rules)
{
    str stored;
    enum rc rc = account_data_get(tx, user->nid, 0, S("m.push_rules"), &stored);
    if (rc == RC_NOT_FOUND)
        stored = STR_NONE;
    else
        TRY(rc);
    TRY(push_rules_new(stored, ret_rules, NULL));
    arena_on_reset(tx->arena, rules_drop, *ret_rules);
    return RC_OK;
}

static str rules_content(struct tx *tx, const struct user *user, const struct push_rules *rules)
{
    struct strbuf buf = STRBUF_INIT;
    push_rules_add_content(&buf, rules, user->user_id);
    str content = strbuf_to_arena(&buf, tx->arena);
    strbuf_fini(&buf);
    return content;
}

enum rc push_rules_stored_save(struct tx *tx, const struct user *user, const struct push_rules *rules)
{
    return account_data_set(tx, user->nid, 0, S("m.push_rules"), rules_content(tx, user, rules));
}

enum rc push_rules_stored_content(struct tx *tx, const struct user *user, str *ret_content)
{
    struct push_rules *rules;
    TRY(push_rules_stored_load(tx, user, &rules));
    *ret_content = rules_content(tx, user, rules);
    return RC_OK;
}
