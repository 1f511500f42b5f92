/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/tokens.h"

#include "privacy/audit.h"
#include "store/registration_tokens.h"

#include <stdio.h>

/* secret: the token itself, of one just made; else STR_NONE. */
static enum rc tell(struct tx *tx, const struct registration_token *token, str secret, char *told)
{
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    bool expired = token->expires_ms && token->expires_ms <= env_now_ms(tx->env);
    json_set_i64(doc, object, "nid", (int64_t)token->nid);
    json_set_str(doc, object, "id", token->id);
    if (secret.len)
        json_set_str(doc, object, "token", secret);
    json_set_i64(doc, object, "made_ms", token->made_ms);
    json_set_i64(doc, object, "expires_ms", token->expires_ms);
    json_set_i64(doc, object, "max_uses", token->max_uses);
    json_set_i64(doc, object, "uses", token->uses);
    json_set_bool(doc, object, "valid", !expired && (!token->max_uses || token->uses < token->max_uses));
    str text = json_mut_text(tx->arena, object);
    if (text.len >= ACCOUNT_TOLD_MAX)
        return RC_TOO_LARGE;
    snprintf(told, ACCOUNT_TOLD_MAX, "%.*s", STR_ARG(text));
    return RC_OK;
}

static enum rc record(struct tx *tx, const char *what, str id)
{
    const struct audit_entry entry = {.kind = AUDIT_COMMAND,
                                      .purpose = PURPOSE_OPERATIONS,
                                      .detail =
                                          arena_printf(tx->arena, "registration token %s: %.*s", what, STR_ARG(id))};
    return audit_append(tx, &entry);
}

static enum rc create(struct tx *tx, const struct account_request *request, char *told, struct error *err)
{
    struct registration_token token = {.max_uses = request->uses};
    str secret;
    if (request->length < REGISTRATION_TOKEN_MIN || request->length > REGISTRATION_TOKEN_MAX)
        return error_set(err, RC_INVALID, "a token has %d to %d characters", REGISTRATION_TOKEN_MIN,
                         REGISTRATION_TOKEN_MAX);
    if (request->uses < 0 || request->life_ms < 0
        || (request->life_ms && __builtin_add_overflow(env_now_ms(tx->env), request->life_ms, &token.expires_ms)))
        return error_set(err, RC_INVALID, "uses and time are not negative, and not endless");
    enum rc rc = registration_tokens_make(tx, &token, (size_t)request->length, &secret);
    if (rc == RC_LIMITED)
        return error_set(err, rc, "there are %d tokens: remove some first", REGISTRATION_TOKENS);
    TRY(rc);
    TRY(record(tx, "made", token.id));
    return tell(tx, &token, secret, told);
}

static enum rc take_back(struct tx *tx, const struct account_request *request, struct error *err)
{
    enum rc rc = registration_tokens_remove(tx, request->id);
    if (rc == RC_NOT_FOUND)
        return error_set(err, rc, "there is no such token; `parley admin token list` shows them");
    TRY(rc);
    return record(tx, "removed", request->id);
}

enum rc token_change(struct tx *tx, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                     struct error *err)
{
    return request->op == TOKEN_CREATE ? create(tx, request, ret_told, err) : take_back(tx, request, err);
}

enum rc token_next(struct tx *tx, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX])
{
    struct registration_token token;
    enum rc rc = registration_tokens_next(tx, (uint64_t)request->after, &token);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return tell(tx, &token, STR_NONE, ret_told);
}
