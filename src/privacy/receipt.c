/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/receipt.h"

#include "catalogue/catalogue.h"
#include "privacy/signed.h"

yyjson_mut_val *receipt_controller(yyjson_mut_doc *doc, struct tx *tx, const struct consent_issuer *issuer)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "id", store_server_name(tx->store));
    json_set_str(doc, object, "name", issuer->name.len ? issuer->name : store_server_name(tx->store));
    if (issuer->email.len)
        json_set_str(doc, object, "contact", issuer->email);
    if (issuer->address.len)
        json_set_str(doc, object, "address", issuer->address);
    return object;
}

/* Where the very text agreed to stays readable (obligation 6.4): "1", or with a supplement "1+location.2". */
static str notice_path(struct tx *tx, str version)
{
    str policy, purpose, supplement = str_split(version, '+', &policy);
    if (!supplement.ptr)
        return arena_concat(tx->arena, S("/policy/archive/"), policy, STR_NONE);
    supplement = str_split(supplement, '.', &purpose);
    return arena_printf(tx->arena, "/policy/supplements/%.*s/%.*s", STR_ARG(purpose), STR_ARG(supplement));
}

static yyjson_mut_val *notice(yyjson_mut_doc *doc, struct tx *tx, const struct consent_issuer *issuer,
                              const struct consent *consent)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "reference",
                 arena_printf(tx->arena, "%.*s%.*s?lang=%.*s", STR_ARG(issuer->public_url),
                              STR_ARG(notice_path(tx, consent->version)), STR_ARG(consent->language)));
    json_set_str(doc, object, "version", consent->version);
    json_set_str(doc, object, "language", consent->language);
    json_set_str(doc, object, "sha256", crypto_hex(tx->arena, str_from(consent->sha256, sizeof consent->sha256)));
    return object;
}

/* The kinds of data the catalogue lets this purpose use. */
static yyjson_mut_val *categories(yyjson_mut_doc *doc, enum purpose purpose)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (int field = FIELD_NONE + 1; purpose < PURPOSE_COUNT && field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = catalogue_row((enum personal_field)field);
        if (row->name && row->purposes & PURPOSE_BIT(purpose))
            yyjson_mut_arr_add_str(doc, list, row->name);
    }
    return list;
}

static yyjson_mut_val *purpose_object(yyjson_mut_doc *doc, struct tx *tx, const struct consent_issuer *issuer,
                                      const struct consent *consent)
{
    enum purpose purpose = purpose_of_name(consent->purpose);
    enum language language = language_of_tag(consent->language);
    bool optional = purpose_needs_consent(purpose);
    yyjson_mut_val *object = yyjson_mut_obj(doc), *ways = yyjson_mut_arr(doc);
    json_set_str(doc, object, "purpose", consent->purpose);
    if (purpose < PURPOSE_COUNT && language < LANGUAGE_COUNT) {
        json_set_str(doc, object, "title", str_of(purpose_title(purpose, language)));
        json_set_str(doc, object, "description", str_of(purpose_words(purpose, language)));
    }
    json_set_str(doc, object, "lawful_basis",
                 str_of(basis_name(str_eq(consent->purpose, S(CONSENT_SERVICE)) ? BASIS_CONTRACT : BASIS_CONSENT)));
    json_set(doc, object, "pii_information", categories(doc, purpose));
    json_set_str(doc, object, "retention_period",
                 optional ? S("until withdrawn, at the latest until the account ends") : S("until the account ends"));
    json_set(doc, object, "recipient_third_parties", yyjson_mut_arr(doc));
    if (optional)
        yyjson_mut_arr_append(
            ways, json_mut_str(doc, arena_printf(tx->arena, "PUT %.*s/_parley/v1/consents/%.*s {\"granted\":false}",
                                                 STR_ARG(issuer->public_url), STR_ARG(consent->purpose))));
    yyjson_mut_arr_append(
        ways,
        json_mut_str(doc, arena_printf(tx->arena, optional ? "%.*s/#/settings/privacy" : "%.*s/#/settings/account",
                                       STR_ARG(issuer->public_url))));
    json_set(doc, object, "withdrawal_method", ways);
    return object;
}

static yyjson_mut_val *event(yyjson_mut_doc *doc, const struct consent *consent)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "event_type", consent->granted ? S("given") : S("withdrawn"));
    json_set_i64(doc, object, "event_time", consent->given_ms);
    json_set_str(doc, object, "surface", consent->surface);
    return object;
}

static yyjson_mut_val *list_of(yyjson_mut_doc *doc, yyjson_mut_val *item)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    yyjson_mut_arr_append(list, item);
    return list;
}

enum rc receipt_make(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject,
                     const struct consent *consent, str *ret_text)
{
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    json_set_str(doc, root, "schema_version", S("ISO/IEC TS 27560:2023"));
    json_set_str(doc, root, "record_id", consent_id(tx->arena, consent->nid));
    json_set_str(doc, root, "pii_principal_id", signed_pseudonym(tx, subject));
    json_set(doc, root, "pii_controllers", list_of(doc, receipt_controller(doc, tx, issuer)));
    json_set(doc, root, "privacy_notice", notice(doc, tx, issuer, consent));
    json_set(doc, root, "purposes", list_of(doc, purpose_object(doc, tx, issuer, consent)));
    json_set(doc, root, "events", list_of(doc, event(doc, consent)));
    return signed_document(tx->store, SIGNING_RECEIPT, tx->arena, doc, ret_text);
}
