/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What people agreed to: a ledger that is only ever added to (obligations 0.2, 1.17, 1.22, 5.6). An entry names the
 * purpose, the version agreed to, the hash of the text that was shown, its language, the time, and where it was asked.
 * The latest entry of a purpose is what holds.
 *
 * Each entry comes with a signed receipt in the shape of ISO/IEC TS 27560 (privacy/receipt.h), kept sealed under the
 * subject's key: who is erased takes the receipts along, and leaves rows that name nobody.
 *
 * What holds is also in struct user's grants, changed in the same commit. An endpoint that withdraws is answered only
 * when nothing that read the old grants is still running: api/barrier.h.
 */
#ifndef PRIVACY_CONSENT_H
#define PRIVACY_CONSENT_H

#include "catalogue/purpose.h"
#include "crypto/crypto.h"
#include "store/tx.h"

/* A version of the policy as a whole. Not granted: declined, and bound by the version before as ever (6.1). */
#define CONSENT_SERVICE "service"
#define CONSENT_ADULT_DECLARATION "adult_declaration" /* "I am 18 or older": the declaration only (0.5) */

struct consent {
    uint64_t nid; /* of the entry, and its receipt; set by the ledger */
    str purpose;
    bool granted;
    str version;
    unsigned char sha256[CRYPTO_SHA256_SIZE]; /* of the text shown */
    str language;
    str surface; /* where: "registration" */
    int64_t given_ms;
};

/* Who asks for consent: goes on every receipt. From the configuration. */
struct consent_issuer {
    str name, email, address; /* of the operator; empty when not configured */
    str public_url;           /* where policy and settings are */
};

/* WRITE. The time is the env's. In the same commit as what it permits. ret_nid may be NULL. */
enum rc consent_record(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject,
                       const struct consent *consent, uint64_t *ret_nid) MUST_USE;
/* The subject's ledger, oldest first: the newest thousand entries. */
enum rc consent_list(struct tx *tx, uint64_t subject, struct consent **ret_consents, size_t *ret_count) MUST_USE;
/* The receipt of one of the subject's entries. RC_NOT_FOUND: there is none of theirs. */
enum rc consent_receipt(struct tx *tx, uint64_t subject, uint64_t nid, str *ret_receipt) MUST_USE;
/* WRITE. The account ends, and every grant with it (obligation 1.22): each is withdrawn by an entry of its own. */
enum rc consent_withdraw_all(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject) MUST_USE;

/* Whether the subject's consent to an optional purpose holds now. Ask at every use, never keep the answer. */
enum rc consent_holds(struct tx *tx, uint64_t subject, enum purpose purpose, bool *ret_holds) MUST_USE;

/* In which language the subject was last shown what they agreed to; English when they never were. */
enum rc consent_language(struct tx *tx, uint64_t subject, enum language *ret_language) MUST_USE;

/* The few words a person is shown before they agree to an optional purpose; its supplement, if it has one, stands
 * behind them. */
str consent_text(struct arena *arena, enum purpose purpose, enum language language);

/* Entries are named by 16 hexadecimal digits. RC_INVALID. */
str consent_id(struct arena *arena, uint64_t nid);
enum rc consent_id_parse(str id, uint64_t *ret_nid) MUST_USE;

#endif
