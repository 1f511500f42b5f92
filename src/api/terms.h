/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* m.login.terms: what has to be agreed to before an account is made (obligations 0.1, 0.2, 0.5). */
#ifndef API_TERMS_H
#define API_TERMS_H

#include "api/call.h"
#include "base/language.h"
#include "privacy/consent.h"
#include "privacy/policy_text.h"

/* The version of the policy that is in force now. */
const struct policy_version *terms_in_force(struct call *call);
/* Who asks, as receipts say it. */
struct consent_issuer terms_issuer(const struct call *call);
struct consent_issuer terms_issuer_of(const struct server *server);
/* The params of the stage: the policy and the declaration of age, with their addresses in each language. */
yyjson_mut_val *terms_params(struct call *call, yyjson_mut_doc *doc);
/* WRITE. What a person said to a version of the policy, on the ledger. ret_nid may be NULL. */
enum rc terms_record_word(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject,
                          const struct policy_version *version, enum language language, bool agreed, str surface,
                          uint64_t *ret_nid) MUST_USE;
/* WRITE. At registration: the policy in force, and the declaration of age. */
enum rc terms_record(struct call *call, uint64_t subject, enum language language) MUST_USE;

#endif
