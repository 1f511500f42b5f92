/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The certificate of an erasure (obligation 5.4): a signed document (privacy/signed.h) that says what was destroyed and
 * where, kind by kind of the catalogue; what is kept and why; and what it cannot speak for. Its subject is the
 * pseudonym of their consent receipts: whoever kept one can tell that it is theirs.
 */
#ifndef PRIVACY_CERTIFICATE_H
#define PRIVACY_CERTIFICATE_H

#include "privacy/erasure.h"

/* In tx's arena. */
enum rc certificate_make(struct tx *tx, const struct consent_issuer *issuer, const struct erasure_record *erasure,
                         str *ret_text) MUST_USE;

#endif
