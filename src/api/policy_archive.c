/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every version of the policy and its supplements, for anyone to read and to compare (obligations 0.3, 6.4). */
#include "api/policy_view.h"
#include "api/server.h"

/* The policy, or the supplement of a purpose. 404. */
static enum rc find_series(struct call *call, str purpose_name, const struct policy_series **ret_series)
{
    const struct policy *policy = call->server->policy;
    enum purpose purpose = purpose_of_name(purpose_name);
    bool optional = purpose_needs_consent(purpose) && policy->supplements[purpose].count;
    if (purpose_name.len && !optional)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such supplement.");
    *ret_series = purpose_name.len ? &policy->supplements[purpose] : &policy->main;
    return RC_OK;
}

/* ---- pages ---- */

static enum rc write_version(struct call *call, const struct policy_series *series,
                             const struct policy_version *version)
{
    struct policy_view view = policy_view_of(call, series, policy_asked_language(call));
    policy_page_headers(call, view.language);
    policy_write_page(&view, version, &call->out);
    return RC_OK;
}

static enum rc get_archive(struct call *call)
{
    struct policy_view view = policy_view_of(call, &call->server->policy->main, policy_asked_language(call));
    policy_page_headers(call, view.language);
    policy_write_archive(&view, &call->out);
    return RC_OK;
}

static enum rc get_version(struct call *call)
{
    const struct policy_series *series = &call->server->policy->main;
    const struct policy_version *version;
    TRY(policy_announced_version(call, series, call->params[0], &version));
    return write_version(call, series, version);
}

static enum rc get_supplement(struct call *call)
{
    const struct policy_series *series;
    TRY(find_series(call, call->params[0], &series));
    return write_version(call, series, policy_in_force(series, call_now_ms(call)));
}

static enum rc get_supplement_version(struct call *call)
{
    const struct policy_series *series;
    const struct policy_version *version;
    TRY(find_series(call, call->params[0], &series));
    TRY(policy_announced_version(call, series, call->params[1], &version));
    return write_version(call, series, version);
}

static enum rc get_comparison(struct call *call)
{
    const struct policy_series *series;
    const struct policy_version *from, *to;
    TRY(find_series(call, call_query(call, "document"), &series));
    TRY(policy_announced_version(call, series, call_query(call, "from"), &from));
    TRY(policy_announced_version(call, series, call_query(call, "to"), &to));
    struct policy_view view = policy_view_of(call, series, policy_asked_language(call));
    policy_page_headers(call, view.language);
    policy_write_comparison(&view, from, to, &call->out);
    return RC_OK;
}

/* ---- for programs ---- */

static yyjson_mut_val *versions_of(struct call *call, yyjson_mut_doc *doc, const struct policy_series *series)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    int64_t now_ms = call_now_ms(call);
    for (size_t i = 0; i < series->count; i++)
        if (i == 0 || series->versions[i].announced_ms <= now_ms)
            yyjson_mut_arr_append(list, policy_version_object(call, doc, series, &series->versions[i]));
    return list;
}

static enum rc get_versions(struct call *call)
{
    const struct policy *policy = call->server->policy;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *supplements = yyjson_mut_obj(doc);
    json_set(doc, answer, "versions", versions_of(call, doc, &policy->main));
    for (int p = PURPOSE_FIRST_OPTIONAL; p < PURPOSE_COUNT; p++)
        if (policy->supplements[p].count)
            json_set(doc, supplements, purpose_name((enum purpose)p), versions_of(call, doc, &policy->supplements[p]));
    json_set(doc, answer, "supplements", supplements);
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc reply_text(struct call *call, const struct policy_series *series, str version_name, str tag)
{
    const struct policy_version *version;
    enum language language = language_of_tag(tag);
    if (language == LANGUAGE_COUNT)
        return call_fail(call, 404, "M_NOT_FOUND", "The policy does not come in this language.");
    TRY(policy_announced_version(call, series, version_name, &version));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = policy_text_object(call, doc, &version->documents[language]);
    json_set_str(doc, answer, "version", version->version);
    json_set_str(doc, answer, "effective", version->effective);
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc get_version_text(struct call *call)
{
    return reply_text(call, &call->server->policy->main, call->params[0], call->params[1]);
}

static enum rc get_supplement_text(struct call *call)
{
    const struct policy_series *series;
    TRY(find_series(call, call->params[0], &series));
    return reply_text(call, series, policy_in_force(series, call_now_ms(call))->version, call->params[1]);
}

static const struct endpoint endpoints[] = {
    PUBLIC_GET("parleyPolicyArchive", "/policy/archive", get_archive),
    PUBLIC_GET("parleyPolicyArchived", "/policy/archive/{version}", get_version),
    PUBLIC_GET("parleyPolicyComparison", "/policy/archive/compare", get_comparison),
    PUBLIC_GET("parleySupplementPage", "/policy/supplements/{purpose}", get_supplement),
    PUBLIC_GET("parleySupplementArchived", "/policy/supplements/{purpose}/{version}", get_supplement_version),
    PUBLIC_GET("parleyPolicyVersions", "/_parley/v1/policy/versions", get_versions),
    PUBLIC_GET("parleyPolicyVersionText", "/_parley/v1/policy/versions/{version}/{language}", get_version_text),
    PUBLIC_GET("parleySupplementText", "/_parley/v1/policy/supplements/{purpose}/{language}", get_supplement_text),
};

extern const struct endpoint_module policy_archive_module;
const struct endpoint_module policy_archive_module = ENDPOINT_MODULE(endpoints);
