/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What one has said to the versions of the policy: which bound one on a day (6.1, 6.5), and agreeing or declining. */
#include "privacy/policy_bound.h"

#include "api/agreement.h"
#include "api/policy_view.h"
#include "api/server.h"
#include "api/terms.h"

static yyjson_mut_val *bound_object(struct call *call, yyjson_mut_doc *doc, const struct policy_bound *bound)
{
    if (!bound->version)
        return yyjson_mut_null(doc);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    const struct consent *entry = &bound->entry;
    json_set_str(doc, object, "version", bound->version->version);
    json_set_str(doc, object, "sha256", crypto_hex(call->arena, str_from(entry->sha256, sizeof entry->sha256)));
    json_set_str(doc, object, "language", entry->language);
    json_set_i64(doc, object, "ts", entry->given_ms);
    json_set_str(doc, object, "surface", entry->surface);
    json_set_str(doc, object, "receipt", consent_id(call->arena, entry->nid));
    return object;
}

static enum rc get_bound(struct call *call)
{
    const struct policy_series *policy = &call->server->policy->main;
    struct policy_bound bound;
    int64_t at_ms = call_now_ms(call);
    str at = call_query(call, "at");
    if (at.ptr && policy_bound_time(at, &at_ms) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", "at is a day like 2026-12-01, or milliseconds since 1970.");
    TRY(policy_bound_at(call->tx, call->server->policy, call->who.user_nid, at_ms, &bound));
    bool missing = agreement_is_missing(call, call->who.user);
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_i64(doc, answer, "at", at_ms);
    json_set(doc, answer, "bound", bound_object(call, doc, &bound));
    json_set(doc, answer, "in_force", policy_version_object(call, doc, policy, terms_in_force(call)));
    json_set_bool(doc, answer, "needs_consent", missing);
    if (missing)
        json_set_str(doc, answer, "consent_uri", agreement_uri(call, call->who.user_nid));
    call_reply_json(call, answer);
    return RC_OK;
}

/* Agreeing is to a text: one in force or announced, as this server shows it. */
static enum rc find_text(struct call *call, const struct policy_version **ret_version, enum language *ret_language)
{
    const struct policy_series *policy = &call->server->policy->main;
    const struct policy_version *in_force = terms_in_force(call);
    str name, tag, sha256;
    TRY(json_need_str(call->body, "version", &name, call_err(call)));
    TRY(json_need_str(call->body, "language", &tag, call_err(call)));
    TRY(json_need_str(call->body, "sha256", &sha256, call_err(call)));
    *ret_language = language_of_tag(tag);
    *ret_version = policy_version_find(policy, name);
    bool offered =
        *ret_version == in_force || (*ret_version && *ret_version == policy_to_come(policy, call_now_ms(call)));
    if (!offered || *ret_language == LANGUAGE_COUNT
        || !str_eq_nocase(sha256, (*ret_version)->documents[*ret_language].sha256_hex))
        return call_fail(call, 409, "ORG.PARLEY.TEXT_CHANGED", "Show the policy's present text, and ask again.");
    return RC_OK;
}

static enum rc post_agree(struct call *call)
{
    const struct consent_issuer issuer = terms_issuer(call);
    const struct policy_version *version;
    enum language language;
    uint64_t nid;
    if (!yyjson_is_bool(yyjson_obj_get(call->body, "agree")))
        return call_fail(call, 400, "M_BAD_JSON", "agree must be true or false.");
    bool agreed = yyjson_get_bool(yyjson_obj_get(call->body, "agree"));
    TRY(find_text(call, &version, &language));
    const struct policy_version *had = policy_version_find(&call->server->policy->main, call->who.user->agreed);
    if (!agreed && had && had >= version)
        return call_fail(call, 409, "ORG.PARLEY.AGREED",
                         "You have agreed to this version. To take it back, close the account.");
    TRY(terms_record_word(call->tx, &issuer, call->who.user_nid, version, language, agreed, S("app"), &nid));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_str(doc, answer, "version", version->version);
    json_set_bool(doc, answer, "agreed", agreed);
    json_set_str(doc, answer, "receipt", consent_id(call->arena, nid));
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyPolicyBound",
     .method = HTTP_GET,
     .path = "/_parley/v1/policy/bound",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_bound},
    {.name = "parleyPolicyAgree",
     .method = HTTP_POST,
     .path = "/_parley/v1/policy/agree",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_RIGHTS,
     .run = post_agree},
};

extern const struct endpoint_module policy_bound_module;
const struct endpoint_module policy_bound_module = ENDPOINT_MODULE(endpoints);
