/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy: readable whole, by anyone, before anything else (0.1), announced before it changes (6.2). And who runs
 * this. */
#include "api/policy_view.h"
#include "api/server.h"
#include "api/terms.h"

static void add_version(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *object)
{
    const struct policy_version *version = terms_in_force(call),
                                *next = policy_to_come(&call->server->policy->main, call_now_ms(call));
    yyjson_mut_val *languages = yyjson_mut_arr(doc);
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        yyjson_mut_arr_add_str(doc, languages, language_tag((enum language)i));
    json_set_str(doc, object, "version", version->version);
    json_set_str(doc, object, "effective", version->effective);
    json_set(doc, object, "languages", languages);
    if (next)
        json_set(doc, object, "announced", policy_version_object(call, doc, &call->server->policy->main, next));
}

static void set_if_given(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, str value)
{
    if (value.len)
        json_set_str(doc, object, key, value);
}

static enum rc get_server(struct call *call)
{
    const struct config *config = call->server->config;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *operator= yyjson_mut_obj(doc), *policy = yyjson_mut_obj(doc);
    yyjson_mut_val *registration = yyjson_mut_obj(doc);
    json_set_str(doc, answer, "server_name", store_server_name(call->server->store));
    set_if_given(doc, operator, "name", config->operator.name.len ? config->operator.name : config->server.name);
    set_if_given(doc, operator, "email", config->operator.email);
    set_if_given(doc, operator, "officer_email", config->operator.officer_email);
    set_if_given(doc, operator, "phone", config->operator.phone);
    set_if_given(doc, operator, "address", config->operator.address);
    json_set(doc, answer, "operator", operator);
    add_version(call, doc, policy);
    json_set(doc, answer, "policy", policy);
    json_set_bool(doc, registration, "open", config->registration.open);
    json_set(doc, answer, "registration", registration);
    json_set_str(doc, answer, "version", S(PARLEY_VERSION));
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc get_policy(struct call *call)
{
    const struct policy_version *version = terms_in_force(call);
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *documents = yyjson_mut_obj(doc);
    add_version(call, doc, answer);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        const struct policy_document *document = &version->documents[i];
        const char *tag = language_tag(document->language);
        yyjson_mut_val *object = yyjson_mut_obj(doc);
        json_set_str(doc, object, "name", document->title);
        json_set_str(
            doc, object, "url",
            arena_printf(call->arena, "%.*s/policy/%s", STR_ARG(call->server->config->server.public_url), tag));
        json_set_str(doc, object, "sha256", document->sha256_hex);
        json_set(doc, documents, tag, object);
    }
    json_set(doc, answer, "documents", documents);
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc language_param(struct call *call, enum language *ret_language)
{
    *ret_language = language_of_tag(call->params[0]);
    if (*ret_language == LANGUAGE_COUNT)
        return call_fail(call, 404, "M_NOT_FOUND", "The policy does not come in this language.");
    return RC_OK;
}

static enum rc get_policy_text(struct call *call)
{
    enum language language;
    TRY(language_param(call, &language));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = policy_text_object(call, doc, &terms_in_force(call)->documents[language]);
    add_version(call, doc, answer);
    set_if_given(doc, answer, "status_html", call->server->policy->status_html[language]);
    call_reply_json(call, answer);
    return RC_OK;
}

/* ---- the page ---- */

static enum rc write_page(struct call *call, enum language language)
{
    struct policy_view view = policy_view_of(call, &call->server->policy->main, language);
    policy_page_headers(call, language);
    policy_write_page(&view, terms_in_force(call), &call->out);
    return RC_OK;
}

static enum rc get_page(struct call *call)
{
    return write_page(call, policy_asked_language(call));
}

static enum rc get_page_in(struct call *call)
{
    enum language language;
    TRY(language_param(call, &language));
    return write_page(call, language);
}

static const struct endpoint endpoints[] = {
    PUBLIC_GET("parleyServer", "/_parley/v1/server", get_server),
    PUBLIC_GET("parleyPolicy", "/_parley/v1/policy", get_policy),
    PUBLIC_GET("parleyPolicyText", "/_parley/v1/policy/{language}", get_policy_text),
    PUBLIC_GET("parleyPolicyPage", "/policy", get_page),
    PUBLIC_GET("parleyPolicyPageIn", "/policy/{language}", get_page_in),
};

extern const struct endpoint_module policy_module;
const struct endpoint_module policy_module = ENDPOINT_MODULE(endpoints);
