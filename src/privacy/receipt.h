/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The receipt of an entry of the consent ledger: a signed document (privacy/signed.h) with the members ISO/IEC TS 27560
 * names for a consent record: who, by whom, for what, on what basis, what data, how long, for whose eyes, by which
 * notice, when, and how to undo it. It names its subject by a pseudonym, so that it can be shown to others.
 */
#ifndef PRIVACY_RECEIPT_H
#define PRIVACY_RECEIPT_H

#include "privacy/consent.h"

#include "json/json.h"

/* The entry's nid and time are set. The text lives in tx's arena. */
enum rc receipt_make(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject,
                     const struct consent *consent, str *ret_text) MUST_USE;

/* Who is responsible, as signed documents name them. */
yyjson_mut_val *receipt_controller(yyjson_mut_doc *doc, struct tx *tx, const struct consent_issuer *issuer);

#endif
