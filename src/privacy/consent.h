/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What people agreed to: a ledger that is only ever added to (obligations 0.2, 1.17). An entry names the purpose, the
 * version agreed to, the hash of the text that was shown, its language, the time, and where it was asked.
 */
#ifndef PRIVACY_CONSENT_H
#define PRIVACY_CONSENT_H

#include "crypto/crypto.h"
#include "store/tx.h"

#define CONSENT_SERVICE "service"                     /* the policy as a whole */
#define CONSENT_ADULT_DECLARATION "adult_declaration" /* "I am 18 or older": the declaration only (0.5) */

struct consent {
    str purpose;
    bool granted;
    str version;
    unsigned char sha256[CRYPTO_SHA256_SIZE]; /* of the text shown */
    str language;
    str surface; /* where: "registration" */
    int64_t given_ms;
};

/* WRITE. The time is the env's. In the same commit as what it permits. */
enum rc consent_record(struct tx *tx, uint64_t subject, const struct consent *consent) MUST_USE;
/* The subject's ledger, oldest first. */
enum rc consent_list(struct tx *tx, uint64_t subject, struct consent **ret_consents, size_t *ret_count) MUST_USE;

#endif
