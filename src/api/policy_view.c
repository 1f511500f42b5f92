/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/policy_view.h"

#include "api/server.h"

enum language policy_asked_language(struct call *call)
{
    str asked = call_query(call, "lang");
    enum language language = asked.ptr ? language_of_tag(asked) : LANGUAGE_COUNT;
    return language < LANGUAGE_COUNT ? language
                                     : language_of_header(http_request_header(call->http, S("accept-language")));
}

void policy_page_headers(struct call *call, enum language language)
{
    call->content_type = S("text/html; charset=utf-8");
    call_header(call, S("Content-Language"), str_of(language_tag(language)));
    call_header(call, S("Vary"), S("Accept-Language"));
    call_header(call, S("X-Content-Type-Options"), S("nosniff"));
    call_header(call, S("Referrer-Policy"), S("no-referrer"));
    call_header(call, S("Content-Security-Policy"),
                S("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; "
                  "frame-ancestors 'none'"));
}

struct policy_view policy_view_of(struct call *call, const struct policy_series *series, enum language language)
{
    return (struct policy_view){call->server->policy, series, language, call_now_ms(call)};
}

static str version_url(struct call *call, const struct policy_series *series, const struct policy_version *version,
                       enum language language)
{
    struct strbuf path = STRBUF_INIT;
    policy_add_version_path(&path, series, version);
    str url = arena_printf(call->arena, "%.*s%.*s?lang=%s", STR_ARG(call->server->config->server.public_url),
                           STR_ARG(strbuf_str(&path)), language_tag(language));
    strbuf_fini(&path);
    return url;
}

yyjson_mut_val *policy_version_object(struct call *call, yyjson_mut_doc *doc, const struct policy_series *series,
                                      const struct policy_version *version)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc), *major = yyjson_mut_arr(doc), *documents = yyjson_mut_obj(doc);
    for (int i = 0; i < POLICY_CHANGE_COUNT; i++)
        if (version->major & 1u << i)
            yyjson_mut_arr_add_str(doc, major, policy_change_name((enum policy_change)i));
    json_set_str(doc, object, "version", version->version);
    json_set_str(doc, object, "announced", version->announced);
    json_set_str(doc, object, "effective", version->effective);
    json_set_i64(doc, object, "notice_days", version->notice_days);
    json_set(doc, object, "major_changes", major);
    json_set_bool(doc, object, "lessens_rights", version->lessens_rights);
    json_set_bool(doc, object, "needs_consent", policy_version_asks(version));
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        const struct policy_document *document = &version->documents[l];
        yyjson_mut_val *text = yyjson_mut_obj(doc);
        json_set_str(doc, text, "name", document->title);
        json_set_str(doc, text, "says", version->says[l]);
        json_set_str(doc, text, "url", version_url(call, series, version, (enum language)l));
        json_set_str(doc, text, "sha256", document->sha256_hex);
        json_set(doc, documents, language_tag((enum language)l), text);
    }
    json_set(doc, object, "documents", documents);
    return object;
}

yyjson_mut_val *policy_text_object(struct call *call, yyjson_mut_doc *doc, const struct policy_document *document)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc), *sections = yyjson_mut_arr(doc);
    json_set_str(doc, object, "language", str_of(language_tag(document->language)));
    json_set_str(doc, object, "sha256", document->sha256_hex);
    json_set_str(doc, object, "title", document->title);
    for (size_t i = 0; i < document->section_count; i++) {
        yyjson_mut_val *section = yyjson_mut_obj(doc);
        json_set_str(doc, section, "id", arena_printf(call->arena, "%zu", i));
        json_set_str(doc, section, "title", document->sections[i].title);
        json_set_str(doc, section, "html", document->sections[i].html);
        yyjson_mut_arr_append(sections, section);
    }
    json_set(doc, object, "sections", sections);
    return object;
}

enum rc policy_announced_version(struct call *call, const struct policy_series *series, str name,
                                 const struct policy_version **ret_version)
{
    const struct policy_version *version = policy_version_find(series, name);
    bool known = version && (version == series->versions || version->announced_ms <= call_now_ms(call));
    if (!known)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such version.");
    *ret_version = version;
    return RC_OK;
}
