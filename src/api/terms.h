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
/* WRITE. The two entries of the consent ledger. */
enum rc terms_record(struct call *call, uint64_t subject, enum language language) MUST_USE;

#endif
