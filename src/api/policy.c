/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy: readable whole, by anyone, before anything else (0.1). And who runs this. */
#include "api/call.h"
#include "api/server.h"
#include "privacy/policy_text.h"

static yyjson_mut_val *languages(yyjson_mut_doc *doc)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        yyjson_mut_arr_add_str(doc, list, language_tag((enum language)i));
    return list;
}

static void add_version(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *object)
{
    json_set_str(doc, object, "version", call->server->policy->version);
    json_set_str(doc, object, "effective", call->server->policy->effective);
    json_set(doc, object, "languages", languages(doc));
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
    const struct policy *policy = call->server->policy;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *documents = yyjson_mut_obj(doc);
    add_version(call, doc, answer);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        const struct policy_document *document = &policy->documents[i];
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
    const struct policy_document *document = &call->server->policy->documents[language];
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *sections = yyjson_mut_arr(doc);
    add_version(call, doc, answer);
    json_set_str(doc, answer, "language", str_of(language_tag(language)));
    json_set_str(doc, answer, "sha256", document->sha256_hex);
    json_set_str(doc, answer, "title", document->title);
    for (int i = 0; i < POLICY_SECTIONS; i++) {
        yyjson_mut_val *section = yyjson_mut_obj(doc);
        json_set_str(doc, section, "id", arena_printf(call->arena, "%d", i));
        json_set_str(doc, section, "title", document->sections[i].title);
        json_set_str(doc, section, "html", document->sections[i].html);
        yyjson_mut_arr_append(sections, section);
    }
    json_set(doc, answer, "sections", sections);
    call_reply_json(call, answer);
    return RC_OK;
}

/* ---- the page ---- */

static enum rc write_page(struct call *call, enum language language)
{
    call->content_type = S("text/html; charset=utf-8");
    call_header(call, S("Content-Language"), str_of(language_tag(language)));
    call_header(call, S("Vary"), S("Accept-Language"));
    call_header(call, S("Content-Security-Policy"),
                S("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"));
    policy_write_page(call->server->policy, language, &call->out);
    return RC_OK;
}

static enum rc get_page(struct call *call)
{
    str asked = call_query(call, "lang");
    enum language language = asked.ptr ? language_of_tag(asked) : LANGUAGE_COUNT;
    if (language == LANGUAGE_COUNT)
        language = language_of_header(http_request_header(call->http, S("accept-language")));
    return write_page(call, language);
}

static enum rc get_page_in(struct call *call)
{
    enum language language;
    TRY(language_param(call, &language));
    return write_page(call, language);
}

#define PUBLIC_GET(operation, address, handler)                                                                        \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = address, .auth = AUTH_NONE, .exec = EXEC_READ,                  \
        .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_NONE, .run = handler                                  \
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
