/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What one has agreed to (obligations 0.2, 1.17, 5.6): the ledger, what holds of each optional purpose, a change of it,
 * and the receipts. */
#include "api/call.h"
#include "api/server.h"
#include "api/terms.h"
#include "privacy/consent.h"
#include "store/devices.h"
#include "store/to_device.h"

enum { SURFACE_MAX = 64 };

static str hex_of(struct call *call, const unsigned char sha256[CRYPTO_SHA256_SIZE])
{
    return crypto_hex(call->arena, str_from(sha256, CRYPTO_SHA256_SIZE));
}

/* ---- what there is ---- */

static yyjson_mut_val *entry_object(struct call *call, yyjson_mut_doc *doc, const struct consent *consent)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "id", consent_id(call->arena, consent->nid));
    json_set_str(doc, object, "purpose", consent->purpose);
    json_set_bool(doc, object, "granted", consent->granted);
    json_set_i64(doc, object, "ts", consent->given_ms);
    json_set_str(doc, object, "version", consent->version);
    json_set_str(doc, object, "sha256", hex_of(call, consent->sha256));
    json_set_str(doc, object, "language", consent->language);
    json_set_str(doc, object, "surface", consent->surface);
    return object;
}

/* The purpose's supplement to the policy, as in force; NULL: it has none (obligation 0.3). */
static const struct policy_version *supplement_of(struct call *call, enum purpose purpose)
{
    const struct policy_series *series = &call->server->policy->supplements[purpose];
    return series->count ? policy_in_force(series, call_now_ms(call)) : NULL;
}

/* What has to be read before agreeing: the purpose's few words, and its supplement. */
static str shown_text(struct call *call, enum purpose purpose, enum language language)
{
    const struct policy_version *supplement = supplement_of(call, purpose);
    str words = consent_text(call->arena, purpose, language);
    return supplement ? arena_concat(call->arena, words, supplement->documents[language].text, STR_NONE) : words;
}

/* "1", or "1+location.2": of the policy, and of the supplement. */
static str shown_version(struct call *call, enum purpose purpose)
{
    const struct policy_version *supplement = supplement_of(call, purpose);
    str policy = terms_in_force(call)->version;
    return supplement ? arena_printf(call->arena, "%.*s+%s.%.*s", STR_ARG(policy), purpose_name(purpose),
                                     STR_ARG(supplement->version))
                      : policy;
}

static yyjson_mut_val *supplement_object(struct call *call, yyjson_mut_doc *doc, enum purpose purpose,
                                         enum language language)
{
    const struct policy_version *supplement = supplement_of(call, purpose);
    const struct policy_document *document = &supplement->documents[language];
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "version", supplement->version);
    json_set_str(doc, object, "effective", supplement->effective);
    json_set_str(doc, object, "title", document->title);
    json_set_str(doc, object, "html", document->sections[0].html);
    json_set_str(doc, object, "url",
                 arena_printf(call->arena, "%.*s/policy/supplements/%s?lang=%s",
                              STR_ARG(call->server->config->server.public_url), purpose_name(purpose),
                              language_tag(language)));
    return object;
}

/* What is to be shown before agreeing, and the hash that says it was. */
static yyjson_mut_val *purpose_object(struct call *call, yyjson_mut_doc *doc, enum purpose purpose,
                                      enum language language, uint32_t grants)
{
    unsigned char sha256[CRYPTO_SHA256_SIZE];
    crypto_sha256(shown_text(call, purpose, language), sha256);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "purpose", str_of(purpose_name(purpose)));
    json_set_bool(doc, object, "granted", (grants & PURPOSE_BIT(purpose)) != 0);
    json_set_str(doc, object, "title", str_of(purpose_title(purpose, language)));
    json_set_str(doc, object, "words", str_of(purpose_words(purpose, language)));
    json_set_str(doc, object, "language", str_of(language_tag(language)));
    json_set_str(doc, object, "sha256", hex_of(call, sha256));
    if (supplement_of(call, purpose))
        json_set(doc, object, "supplement", supplement_object(call, doc, purpose, language));
    return object;
}

static enum language asked_language(struct call *call)
{
    str asked = call_query(call, "language");
    enum language language = asked.ptr ? language_of_tag(asked) : LANGUAGE_COUNT;
    return language < LANGUAGE_COUNT ? language
                                     : language_of_header(http_request_header(call->http, S("accept-language")));
}

static enum rc get_consents(struct call *call)
{
    struct consent *consents;
    const struct user *user;
    size_t count;
    TRY(consent_list(call->tx, call->who.user_nid, &consents, &count));
    TRY(users_get(call->tx, call->who.user_nid, &user));
    enum language language = asked_language(call);
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *list = yyjson_mut_arr(doc), *purposes = yyjson_mut_arr(doc);
    for (size_t i = 0; i < count; i++)
        yyjson_mut_arr_append(list, entry_object(call, doc, &consents[i]));
    for (int p = PURPOSE_FIRST_OPTIONAL; p < PURPOSE_COUNT; p++)
        yyjson_mut_arr_append(purposes, purpose_object(call, doc, (enum purpose)p, language, user->grants));
    json_set(doc, answer, "consents", list);
    json_set(doc, answer, "purposes", purposes);
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc get_receipt(struct call *call)
{
    uint64_t nid;
    str receipt;
    enum rc rc = consent_id_parse(call->params[0], &nid);
    if (rc == RC_OK)
        rc = consent_receipt(call->tx, call->who.user_nid, nid, &receipt);
    if (rc == RC_INVALID || rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such receipt of yours.");
    TRY(rc);
    strbuf_add(&call->out, receipt);
    return RC_OK;
}

/* ---- a change ---- */

/* Agreeing is to a text: the very one this server shows for the purpose. */
static enum rc check_text(struct call *call, enum purpose purpose, enum language language, str sha256_hex,
                          struct consent *consent)
{
    crypto_sha256(shown_text(call, purpose, language), consent->sha256);
    if (consent->granted && !str_eq_nocase(sha256_hex, hex_of(call, consent->sha256)))
        return call_fail(call, 409, "ORG.PARLEY.TEXT_CHANGED", "Show the purpose's current text, and ask again.");
    return RC_OK;
}

static enum rc read_change(struct call *call, enum purpose purpose, struct consent *consent)
{
    str language_asked, sha256;
    if (!yyjson_is_bool(yyjson_obj_get(call->body, "granted")))
        return call_fail(call, 400, "M_BAD_JSON", "granted must be true or false.");
    consent->granted = yyjson_get_bool(yyjson_obj_get(call->body, "granted"));
    TRY(json_get_str(call->body, "language", &language_asked, call_err(call)));
    TRY(json_get_str(call->body, "sha256", &sha256, call_err(call)));
    TRY(json_get_str(call->body, "surface", &consent->surface, call_err(call)));
    enum language language = language_asked.ptr ? language_of_tag(language_asked) : asked_language(call);
    if (language == LANGUAGE_COUNT)
        return call_fail(call, 400, "M_INVALID_PARAM", "The purposes are not described in this language.");
    if (consent->surface.len > SURFACE_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "surface names a place in the product, briefly.");
    if (!consent->surface.len)
        consent->surface = S("settings");
    consent->language = str_of(language_tag(language));
    return check_text(call, purpose, language, sha256, consent);
}

/* The account's other devices hear of it, so that what is taken back here ends there, too (1.14, 1.17). */
static enum rc tell_devices(struct call *call, bool granted)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    struct device *devices;
    size_t count;
    json_set_str(doc, content, "purpose", call->params[0]);
    json_set_bool(doc, content, "granted", granted);
    str text =
        to_device_text(call->arena, call->who.user_id, S("org.parley.consent"), json_mut_text(call->arena, content));
    TRY(devices_list(call->tx, call->who.user_nid, &devices, &count));
    for (size_t i = 0; i < count; i++)
        if (devices[i].nid != call->who.device_nid)
            TRY(to_device_put(call->tx, call->who.user_nid,
                              (struct to_device_place){call->who.user_nid, devices[i].nid}, text));
    return RC_OK;
}

static enum rc reply_change(struct call *call, bool granted, uint64_t nid)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_str(doc, answer, "purpose", call->params[0]);
    json_set_bool(doc, answer, "granted", granted);
    if (nid)
        json_set_str(doc, answer, "receipt", consent_id(call->arena, nid));
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc put_consent(struct call *call)
{
    enum purpose purpose = purpose_of_name(call->params[0]);
    struct consent consent = {.purpose = call->params[0]};
    const struct consent_issuer issuer = terms_issuer(call);
    uint64_t nid = 0;
    bool holds;
    if (!purpose_needs_consent(purpose))
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such optional purpose.");
    consent.version = shown_version(call, purpose);
    TRY(read_change(call, purpose, &consent));
    TRY(consent_holds(call->tx, call->who.user_nid, purpose, &holds));
    /* Nothing to withdraw: nothing to put on record. */
    if (consent.granted || holds) {
        TRY(consent_record(call->tx, &issuer, call->who.user_nid, &consent, &nid));
        TRY(tell_devices(call, consent.granted));
    }
    return reply_change(call, consent.granted, nid);
}

static const struct endpoint endpoints[] = {
    {.name = "parleyConsents",
     .method = HTTP_GET,
     .path = "/_parley/v1/consents",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_consents},
    {.name = "parleyConsentReceipt",
     .method = HTTP_GET,
     .path = "/_parley/v1/consents/receipts/{id}",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_receipt},
    {.name = "parleyConsentPut",
     .method = HTTP_PUT,
     .path = "/_parley/v1/consents/{purpose}",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_RIGHTS,
     .settles = true,
     .run = put_consent},
};

extern const struct endpoint_module consents_module;
const struct endpoint_module consents_module = ENDPOINT_MODULE(endpoints);
