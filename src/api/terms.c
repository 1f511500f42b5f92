/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/terms.h"

#include "api/server.h"

static const str adult_names[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = STR_INIT("I am 18 or older"),
    [LANGUAGE_ZH_CN] = STR_INIT("我已年满 18 周岁"),
};

const struct policy_version *terms_in_force(struct call *call)
{
    return policy_in_force(&call->server->policy->main, call_now_ms(call));
}

struct consent_issuer terms_issuer_of(const struct server *server)
{
    const struct config *config = server->config;
    return (struct consent_issuer){.name = config->operator.name,
                                   .email = config->operator.email,
                                   .address = config->operator.address,
                                   .public_url = config->server.public_url};
}

struct consent_issuer terms_issuer(const struct call *call)
{
    return terms_issuer_of(call->server);
}

static str policy_url(struct call *call, enum language language, const char *fragment)
{
    str base = call->server->config->server.public_url;
    return arena_printf(call->arena, "%.*s/policy/%s%s", STR_ARG(base), language_tag(language), fragment);
}

static yyjson_mut_val *document(yyjson_mut_doc *doc, str name, str url)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "name", name);
    json_set_str(doc, object, "url", url);
    return object;
}

yyjson_mut_val *terms_params(struct call *call, yyjson_mut_doc *doc)
{
    const struct policy_version *policy = terms_in_force(call);
    yyjson_mut_val *params = yyjson_mut_obj(doc), *policies = yyjson_mut_obj(doc);
    yyjson_mut_val *privacy = yyjson_mut_obj(doc), *adult = yyjson_mut_obj(doc);
    json_set_str(doc, privacy, "version", policy->version);
    json_set_str(doc, adult, "version", policy->version);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        const struct policy_document *text = &policy->documents[i];
        json_set(doc, privacy, language_tag(text->language),
                 document(doc, text->title, policy_url(call, text->language, "")));
        json_set(doc, adult, language_tag(text->language),
                 document(doc, adult_names[i], policy_url(call, text->language, "#0.5")));
    }
    json_set(doc, policies, "privacy_policy", privacy);
    json_set(doc, policies, "adult_declaration", adult);
    json_set(doc, params, "policies", policies);
    return params;
}

enum rc terms_record_word(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject,
                          const struct policy_version *version, enum language language, bool agreed, str surface,
                          uint64_t *ret_nid)
{
    struct consent consent = {.purpose = S(CONSENT_SERVICE),
                              .granted = agreed,
                              .version = version->version,
                              .language = str_of(language_tag(language)),
                              .surface = surface};
    memcpy(consent.sha256, version->documents[language].sha256, sizeof consent.sha256);
    return consent_record(tx, issuer, subject, &consent, ret_nid);
}

enum rc terms_record(struct call *call, uint64_t subject, enum language language)
{
    const struct policy_version *policy = terms_in_force(call);
    const struct consent_issuer issuer = terms_issuer(call);
    TRY(terms_record_word(call->tx, &issuer, subject, policy, language, true, S("registration"), NULL));
    struct consent adult = {.purpose = S(CONSENT_ADULT_DECLARATION),
                            .granted = true,
                            .version = policy->version,
                            .language = str_of(language_tag(language)),
                            .surface = S("registration")};
    crypto_sha256(adult_names[language], adult.sha256);
    return consent_record(call->tx, &issuer, subject, &adult, NULL);
}
